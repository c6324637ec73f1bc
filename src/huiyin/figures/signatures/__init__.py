"""Signatures of the tricks by which form replaces work, read from the lake. Each opens a question for a human.

    from huiyin.figures.signatures import check_up, InMemory

    result = check_up(source, until)                 # the 8, 26 and 52 weeks before `until`, every office
    result.of("O03")                                 # what one office is asked
    result.by_ailment["formalism"]

One module is one signature: what is counted, what is usual, which innocent explanations there are, what to look at
next. Nothing here knows Django, and no resident is ever looked at: rows are matters, and what is compared are offices.

An office with little to do leaves too few traces in eight weeks. So every look also goes back half a year and a year,
and what the shortest of them shows is asked.

False alarms: every office, signature, span and look of a year shares one budget of 1 % (Bonferroni). So in a town where
nobody cheats, fewer than one year in a hundred has a single finding that chance made.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Finding, Signature, Tested, Words, question
from huiyin.figures.signatures.window import SPANS, WEEKS, InLake, InMemory, Source, Window, window, windows

#: Chance of any false alarm in a year of a town where nobody cheats.
ALPHA = 0.01
_HELPERS = ("statistics", "window", "finding", "tests")
#: What the data cannot show yet, and why.
NOT_MEASURABLE: Mapping[Ailment, Words] = {
    Ailment.INDULGENCE: Words(
        "还没有接待、用车、会议和走访的账目，看不到。",
        "There are no accounts of receptions, cars, meetings and visits yet: it cannot be seen.",
    ),
}


@dataclass(frozen=True)
class CheckUp:
    """All questions of one check-up. `since` begins its shortest span; a question says how far back it goes."""

    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    offices: int  # how many had enough matters to be looked at
    #: Signature → offices with enough rows for it ("" is the body): where it asks nothing, it found nothing.
    looked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def by_ailment(self) -> Mapping[str, tuple[Finding, ...]]:
        """Questions by ailment, every ailment named; the strongest first."""
        return {
            str(kind): tuple(f for f in sorted(self.findings, key=lambda f: f.p) if f.ailment is kind)
            for kind in Ailment
        }

    def of(self, office: str) -> tuple[Finding, ...]:
        """What one office is asked."""
        return tuple(f for f in self.findings if f.office == office)


@cache
def signatures() -> tuple[Signature, ...]:
    """Every signature, by code."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in _HELPERS)
    return tuple(importlib.import_module(f"{__name__}.{name}").SIGNATURE for name in names)


def findings(source: Source, until: datetime, *, office: str = "") -> tuple[Finding, ...]:
    """The questions to one office, or to the body and all its offices when none is named."""
    result = check_up(source, until)
    return result.of(office) if office else result.findings


def check_up(source: Source, until: datetime, *, only: Sequence[Signature] | None = None) -> CheckUp:
    """Look for every signature in the weeks before `until`, in the whole body: offices are each other's measure."""
    return read(windows(source, until), only)


def looks(weeks: float) -> int:
    """How often a year's check-ups look when each goes back so many weeks and half of them are new."""
    return max(1, round(104 / weeks))


def read(seen: Sequence[Window], only: Sequence[Signature] | None = None) -> CheckUp:
    """The same for rows that are in memory already; the shortest window first.

    The budget is always that of all spans, also when a longer one is left out.
    """
    looked_for = signatures() if only is None else tuple(only)
    results = [(signature, [(part, signature.look(part)) for part in seen]) for signature in looked_for]
    busy = {code for _, parts in results for part, tests in parts for code in _with_ten(part, tests)}
    budget = max(1, len(busy)) * len(signatures()) * looks(WEEKS) * len(SPANS)
    found: list[Finding] = []
    for signature, parts in results:
        asked: set[str] = set()
        for part, tests in parts:
            found += _findings(signature, part, tests, budget, asked)
    looked = {
        signature.code: tuple(sorted({code for part, tests in parts for code in _looked(part, tests)}))
        for signature, parts in results
    }
    return CheckUp(seen[0].since, seen[0].until, tuple(found), len(busy), looked)


def _findings(
    signature: Signature, seen: Window, tests: Sequence[Tested], budget: int, asked: set[str]
) -> Iterator[Finding]:
    """What one signature shows in one window, but for those who are asked about it already (they are added)."""
    mine = [test for test in tests if not test.body]
    for place, office in enumerate(seen.offices if mine else ()):
        best = min(mine, key=lambda test: test.p[place])
        p = min(1.0, float(best.p[place]) * len(mine))
        if p * budget <= ALPHA and office.code not in asked:
            asked.add(office.code)
            yield question(signature, best, place, office.code, seen.weeks, p, min(1.0, p * budget))
    for test in (t for t in tests if t.body):
        p = float(test.p[0])
        if p * budget <= ALPHA and f"/{test.code}" not in asked:
            asked.add(f"/{test.code}")
            yield question(signature, test, 0, "", seen.weeks, p, min(1.0, p * budget))


def _with_ten(seen: Window, tests: Sequence[Tested]) -> set[str]:
    """The offices with ten rows of anything."""
    return {seen.offices[place].code for t in tests if not t.body for place in (t.n >= 10).nonzero()[0].tolist()}


def _looked(seen: Window, tests: Sequence[Tested]) -> set[str]:
    """The offices at least one comparison had enough rows of; "" for the body."""
    places = {place for t in tests if not t.body for place in (t.n >= t.least).nonzero()[0].tolist()}
    body = {""} if any(t.body and int(t.n[0]) >= t.least for t in tests) else set()
    return body | {seen.offices[place].code for place in places}


__all__ = [
    "ALPHA",
    "NOT_MEASURABLE",
    "SPANS",
    "WEEKS",
    "Ailment",
    "CheckUp",
    "Finding",
    "InLake",
    "InMemory",
    "Signature",
    "Source",
    "Tested",
    "Window",
    "Words",
    "check_up",
    "findings",
    "looks",
    "read",
    "signatures",
    "window",
    "windows",
]
