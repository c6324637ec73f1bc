"""What is going to happen to one matter, decided beforehand: a plan is data, `lives` carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from huiyin.cases.lifecycle import Claim, Confidentiality, Verdict

S, P, N, Q = Verdict.SOLVED, Verdict.PARTLY, Verdict.NOT_SOLVED, Verdict.CANNOT_SAY
#: What a matter rests on in one round of answering: what the office claims, whether it did the work it says, what the
#: resident says to it (None: nothing), after how many days, and whether they dispute.
Round = tuple[Claim | None, bool, Verdict | None, float, bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """Hours are open hours. None means: this never happens."""

    dispatch: float | None = 1.0
    publish: bool = True
    confidentiality: Confidentiality = Confidentiality.OPEN
    contact: bool = True
    photo: bool = False
    #: offices that lead before the right one, each of which objects
    wrong: int = 0
    ruled: bool = True
    refused_objection: bool = False
    acknowledge: float | None = 1.0
    first_contact: bool = False
    reveal: bool = False
    question: bool = False
    reply: bool = True
    note: bool = False
    site: bool = False
    messages: bool = False
    extend: bool = False
    park: int = 0  # days
    work: float | None = 8.0
    rounds: tuple[Round, ...] = ()
    ruling: str = "settled"
    callbacks: int = 0
    told: Verdict | None = None  # what they say when a caller reaches them
    withdraw: float | None = None
    decline: bool = False
    appeal: bool = False
    reopen: bool = False
    answer_at_intake: bool = False


@dataclass(frozen=True, slots=True)
class Special:
    """A matter that is there so that its state can be seen: its plan, its age in days, how many people share it."""

    name: str
    days: float
    plan: Plan
    supporters: int = 0


_YES: Round = (None, True, S, 1.0, False)
_NO: Round = (None, False, N, 0.6, True)
_BASE = Plan(dispatch=1.5, acknowledge=2.0, first_contact=True, work=7.0, rounds=(_YES,))


def specials() -> Iterator[Special]:
    """Every state and every ending at least once, whatever the dice say."""
    waits = replace(_BASE, dispatch=None)
    for hours in (0.4, 2.5, 5.0, 9.0):
        yield Special("waiting", hours / 24, waits)
    yield Special("acknowledged", 3.2, replace(_BASE, work=None, site=True, note=True, photo=True))
    yield Special("not_acknowledged", 2.6, replace(_BASE, acknowledge=None))
    yield Special("objected", 3.6, replace(_BASE, wrong=1, ruled=False))
    yield Special("ruled", 15, replace(_BASE, wrong=1))
    yield Special("second_objection", 20, replace(_BASE, wrong=2))
    yield Special("objection_refused", 12, replace(_BASE, refused_objection=True))
    yield Special("parked", 18, replace(_BASE, park=60, rounds=()))
    yield Special("parked_and_done", 34, replace(_BASE, park=10))
    yield Special("extended", 9, replace(_BASE, extend=True, work=120))
    yield Special("asked", 6, replace(_BASE, question=True, reply=False, work=200))
    yield Special("replied", 14, replace(_BASE, question=True, messages=True))
    yield Special("answered", 4, replace(_BASE, work=3, rounds=((None, True, None, 0, False),), photo=True))
    yield Special("told", 10, replace(_BASE, reveal=True, messages=True, note=True, site=True, photo=True))
    yield Special("partly", 30, replace(_BASE, rounds=((None, False, P, 1, False),)))
    yield Special("unsure", 32, replace(_BASE, rounds=((None, True, Q, 1, False),)))
    yield Special("redone", 28, replace(_BASE, rounds=(_NO, _YES), photo=True, reveal=True))
    for ruling, days in (("settled", 42), ("cannot_be_settled", 45), ("redo", 40)):
        yield Special(ruling, days, replace(_BASE, rounds=(_NO, _NO, _YES), ruling=ruling))
    yield Special("in_review", 22, replace(_BASE, rounds=(_NO, _NO), ruling=""))
    yield Special("declined", 26, replace(_BASE, decline=True))
    yield Special("declined_lately", 6, replace(_BASE, decline=True))
    yield Special("appealed", 12, replace(_BASE, decline=True, appeal=True, ruling=""))
    yield Special("withdrawn", 16, replace(_BASE, withdraw=9, work=30))
    yield Special("together", 13, replace(_BASE, work=14), supporters=5)
    yield Special("together_open", 4, replace(_BASE, work=None), supporters=3)
    yield Special("together_disputed", 33, replace(_BASE, rounds=(_NO, _YES)), supporters=4)
    yield Special("confidential", 17, replace(_BASE, confidentiality=Confidentiality.CONFIDENTIAL, publish=False))
    yield Special("ran_out", 19, replace(_BASE, work=None))
    yield Special("never_acknowledged", 11, replace(_BASE, acknowledge=None))
    yield Special("silent", 36, replace(_BASE, contact=False, rounds=((None, True, None, 0, False),)))
    yield Special("silent_called", 38, replace(_BASE, rounds=((None, True, None, 0, False),), callbacks=3))
    yield Special("told_a_caller", 37, replace(_BASE, rounds=((None, True, None, 0, False),), callbacks=2, told=S))
    yield Special("promised", 8, replace(_BASE, rounds=((Claim.PROMISED, True, None, 0, False),)))
    yield Special("not_possible", 21, replace(_BASE, rounds=((Claim.NOT_POSSIBLE, False, N, 1, False),)))
    yield Special("not_ours", 24, replace(_BASE, rounds=((Claim.NOT_OURS, False, Q, 1, False),)))
    yield Special("reopened", 35, replace(_BASE, reopen=True, rounds=(_YES, _YES)))
    yield Special("at_once", 9, replace(_BASE, answer_at_intake=True))
