"""Where rooms say what they add to the lake, so that the lake imports none of them.

A room puts its registrations into a module `lake_source.py`; `huiyin.lake` imports that module of every installed room
before it exports. Two kinds of source:

* `RowSource` fills a whole table by month (the callback sample fills `callbacks`);
* `CaseFacts` adds facts to rows the lake makes itself: the recurring issue of a case, signs of its answers.

    from huiyin.figures import sources

    @sources.rows("callbacks")
    class Callbacks:
        def cursor(self) -> str: ...
        def months(self, since: str) -> Iterable[str]: ...
        def rows(self, month: str) -> Iterable[Mapping[str, Any]]: ...

Pure: only names and protocols.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID


class RowSource(Protocol):
    """Fills one table. Rows are mappings with exactly the table's columns, times aware."""

    def cursor(self) -> str:
        """A text that changes whenever a row was added, changed or removed."""

    def months(self, since: str) -> Iterable[str]:
        """The months ("2026-10") with rows that changed after that cursor; "" asks for every month with rows."""

    def rows(self, month: str) -> Iterable[Mapping[str, Any]]:
        """All rows of a month, in the order of the table's key."""


@dataclass(frozen=True, slots=True)
class ReplySigns:
    """What the reply check found in one answer. `template` is the same text for near-identical replies."""

    template: str = ""
    hollow: bool = False
    promise_only: bool = False
    other_matter: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """What other rooms know about a case: its recurring issue, and signs of its answers by number (from 1)."""

    issue: str = ""
    signs: Mapping[int, ReplySigns] = field(default_factory=dict)


class CaseFacts(Protocol):
    """Adds facts to cases and their answers."""

    def changed(self, since: str) -> tuple[str, Iterable[UUID]]:
        """The cursor now, and the cases whose facts changed after `since` ("" : all that have any)."""

    def facts(self, cases: Sequence[UUID]) -> Mapping[UUID, Extra]:
        """The facts of these cases (at most a few hundred at a time); cases without any are left out."""


R = TypeVar("R", bound=type[Any])
_rows: dict[str, RowSource] = {}
_facts: dict[str, CaseFacts] = {}


def rows(table: str) -> Callable[[R], R]:
    """Register a class (made without arguments) as the source of a table; a second registration replaces the first."""

    def register(source: R) -> R:
        _rows[table] = source()
        return source

    return register


def facts(name: str) -> Callable[[R], R]:
    """Register a class (made without arguments) that adds facts to cases, under a name of its own."""

    def register(source: R) -> R:
        _facts[name] = source()
        return source

    return register


def row_sources() -> Mapping[str, RowSource]:
    return dict(_rows)


def fact_sources() -> Mapping[str, CaseFacts]:
    return dict(sorted(_facts.items()))


def merged(extras: Iterable[Extra]) -> Extra:
    """What several sources say of one case, taken together; of two issues the first counts."""
    issue = ""
    signs: dict[int, ReplySigns] = {}
    for extra in extras:
        issue = issue or extra.issue
        for number, sign in extra.signs.items():
            known = signs.get(number, ReplySigns())
            signs[number] = ReplySigns(
                known.template or sign.template,
                known.hollow or sign.hollow,
                known.promise_only or sign.promise_only,
                known.other_matter or sign.other_matter,
            )
    return Extra(issue, signs)
