"""Signatures of the tricks by which form replaces work, read from the lake. Each opens a question for a human.

    from huiyin.figures.signatures import check_up, InMemory

    result = check_up(source, until)                 # the eight weeks before `until`, every office
    result.of("O03")                                 # what one office is asked
    result.by_ailment["formalism"]

One module is one signature: what is counted, what is usual, which innocent explanations there are, what to look at
next. Nothing here knows Django, and no resident is ever looked at: rows are matters, and what is compared are offices.

False alarms: every office, signature and look of a year shares one budget of 1 % (Bonferroni). So in a town where
nobody cheats, fewer than one year in a hundred has a single finding that chance made.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from huiyin.figures.ailments import Ailment
from huiyin.figures.signatures.finding import Finding, Signature, Tested, Words, question
from huiyin.figures.signatures.window import WEEKS, InLake, InMemory, Source, Window, window

#: Chance of any false alarm in a year of a town where nobody cheats.
ALPHA = 0.01
_HELPERS = ("statistics", "window", "finding", "tests")
#: What the data cannot show yet, and why.
NOT_MEASURABLE: Mapping[Ailment, Words] = {
    Ailment.ACCESS: Words(
        "还没有电话系统的记录，看不到打不通、占线和没接的来电。",
        "There are no records of the telephone system yet: calls that got no line or no answer cannot be seen.",
    ),
    Ailment.MANNER: Words(
        "态度只由回访里的四个问题来说，见指标，不在这里判断。",
        "Manner is told by four questions of the callbacks; see the indicators. It is not judged here.",
    ),
    Ailment.INDULGENCE: Words(
        "还没有接待、用车、会议和走访的账目，看不到。",
        "There are no accounts of receptions, cars, meetings and visits yet: it cannot be seen.",
    ),
}


@dataclass(frozen=True)
class CheckUp:
    """All questions of one check-up."""

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


def findings(source: Source, until: datetime, *, office: str = "", weeks: int = WEEKS) -> tuple[Finding, ...]:
    """The questions to one office, or to the body and all its offices when none is named."""
    result = check_up(source, until, weeks=weeks)
    return result.of(office) if office else result.findings


def check_up(
    source: Source, until: datetime, *, weeks: int = WEEKS, only: Sequence[Signature] | None = None
) -> CheckUp:
    """Look for every signature in the weeks before `until`, in the whole body: offices are each other's measure."""
    return read(window(source, until, weeks), only)


def looks(weeks: float) -> int:
    """How often a year's check-ups look when each goes back so many weeks and half of them are new."""
    return max(1, round(104 / weeks))


def read(seen: Window, only: Sequence[Signature] | None = None) -> CheckUp:
    """The same for rows that are in memory already."""
    looked_for = signatures() if only is None else tuple(only)
    results = [(signature, signature.look(seen)) for signature in looked_for]
    busy = {place for _, tests in results for t in tests if not t.body for place in (t.n >= 10).nonzero()[0].tolist()}
    budget = max(1, len(busy)) * len(signatures()) * looks(seen.weeks)
    found: list[Finding] = []
    for signature, tests in results:
        for place in range(len(seen.offices)):
            mine = [t for t in tests if not t.body]
            if mine:
                best = min(mine, key=lambda t: t.p[place])
                p = min(1.0, float(best.p[place]) * len(mine))
                if p * budget <= ALPHA:
                    found.append(question(signature, best, place, seen.offices[place].code, p, min(1.0, p * budget)))
        for test in (t for t in tests if t.body):
            p = float(test.p[0])
            if p * budget <= ALPHA:
                found.append(question(signature, test, 0, "", p, min(1.0, p * budget)))
    looked = {signature.code: _looked(seen, tests) for signature, tests in results}
    return CheckUp(seen.since, seen.until, tuple(found), len(busy), looked)


def _looked(seen: Window, tests: Sequence[Tested]) -> tuple[str, ...]:
    """The offices at least one comparison had enough rows of; "" for the body."""
    places = {place for t in tests if not t.body for place in (t.n >= t.least).nonzero()[0].tolist()}
    body = any(t.body and int(t.n[0]) >= t.least for t in tests)
    return (*([""] if body else []), *(seen.offices[place].code for place in sorted(places)))


__all__ = [
    "ALPHA",
    "NOT_MEASURABLE",
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
]
