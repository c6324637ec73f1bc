"""What the words mean that many figures share: claimed, asked, confirmed, disputed, unknown. Conditions on `cases`.

A claim is the office's word. `asked`: its owner was asked for the result; imported history never was. `confirmed`: at
rest because the owner, an independent callback or the reviewer called it solved. `disputed`: called partly or not
solved, or sent back, or with the reviewer, and not confirmed since. `unknown`: asked, and neither.
"""

from __future__ import annotations

from typing import Any

from huiyin.figures.measures import Moment

#: Days after which an answer's fate, and a matter's age, can be judged.
SETTLED = 30


def received(t: Any, m: Moment) -> Any:
    return t.received_at.notnull()


def own(t: Any, m: Moment) -> Any:
    """Lived here, not imported."""
    return ~t.imported


def claimed(t: Any, m: Moment) -> Any:
    return t.answered_at.notnull()


def asked(t: Any, m: Moment) -> Any:
    return t.asked & t.answered_at.notnull()


def confirmed(t: Any, m: Moment) -> Any:
    return asked(t, m) & (t.outcome == "solved")


def disputed(t: Any, m: Moment) -> Any:
    said = t.outcome.isin(["partly", "not_solved"]) | t.verdict.isin(["partly", "not_solved"])
    back = (t.disputes > 0) | (t.reopened > 0) | (t.reviews > 0) | (t.phase == "reviewing")
    return asked(t, m) & ~t.outcome.isin(["solved", "unknown"]) & (said | back)


def answered(t: Any, m: Moment) -> Any:
    """Somebody who may judge has said how it ended."""
    return confirmed(t, m) | disputed(t, m)


def unknown(t: Any, m: Moment) -> Any:
    return asked(t, m) & ~answered(t, m)


#: The funnel every public page shows, in its order.
FUNNEL = {
    "received": received,
    "claimed": claimed,
    "asked": asked,
    "answered": answered,
    "confirmed": confirmed,
    "disputed": disputed,
    "unknown": unknown,
}


def history(t: Any, m: Moment) -> Any:
    """Imported, and answered or closed in the system it came from."""
    return t.imported & claimed(t, m)


def history_solved(t: Any, m: Moment) -> Any:
    """Of these, what the system it came from calls solved: a claim like any other."""
    return history(t, m) & (t.claim == "solved")


#: What imported history says of itself; nobody in it was ever asked.
HISTORY = {"history": history, "history_solved": history_solved}


# --- answers -------------------------------------------------------------------------------------


def own_answer(t: Any, m: Moment) -> Any:
    """An office's own answer: not imported (then no clock ever began), not copied from a matter that is followed."""
    return t.started_at.notnull() & ~t.shared


def worked_answer(t: Any, m: Moment) -> Any:
    """An own answer that was worked for, not given at the desk at once."""
    return own_answer(t, m) & ~t.at_intake
