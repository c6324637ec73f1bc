"""The figures a body publishes about one office, as far as a trick might flatter them; by the definitions of domain §6.

Outcome figures say how it ended for people. Process figures say how the office went about it: on their own they are
easy to improve, so each names the outcome figures it is only ever shown with. An office answers for the matters it
leads and for those it handed to a level below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from huiyin.figures.intervals import wilson
from huiyin.figures.signatures.statistics import order_statistic
from huiyin.figures.signatures.window import Bools, Floats, Ints, Rows, Window


@dataclass(frozen=True, slots=True)
class Published:
    """A figure of one office: its value and 95 % interval, and how many matters stand behind it."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Kind:
    """What a figure is called, whether more is better, and what a process figure is read together with."""

    code: str
    zh: str
    en: str
    more_is_better: bool
    outcome: bool = True
    beside: tuple[str, ...] = ()


KINDS = (
    Kind(
        "confirmed_callback",
        "独立回访确认解决（被劝说过的不算）",
        "confirmed in independent calls (urged answers not counted)",
        True,
    ),
    Kind("said_solved", "独立回访说解决的份额（不管有没有被劝）", "solved in independent calls, urged or not", True),
    Kind("confirmed_bound", "回访确认解决的下限：没问到的都不算", "lower bound: the unreached counted as no", True),
    Kind("returned", "三十天内退回或重开", "came back within 30 days", False),
    Kind("manner", "回访四问的平均分", "mean of the four questions on manner", True),
    Kind("confirmed_first", "先派给它的事，确认解决 ÷ 已答复", "first sent to it: confirmed ÷ answered", True),
    Kind(
        "by_lead",
        "独立回访确认解决，只按现在的主办单位算",
        "confirmed in calls, counted by present lead only",
        True,
        False,
        ("push_down", "confirmed_callback"),
    ),
    Kind(
        "own_word",
        "本人在页面上说解决的份额",
        "share of own verdicts that say solved",
        True,
        False,
        ("pressure", "confirmed_callback"),
    ),
    Kind("promised", "以承诺作答", "answers that promise", False, False, ("promises", "confirmed_callback")),
    Kind("on_time", "按时答复", "answered in time", True, False, ("confirmed_callback", "returned")),
    Kind(
        "days",
        "答复用时（中位数，天）",
        "days until an answer (median)",
        False,
        False,
        ("confirmed_callback", "returned"),
    ),
    Kind("right_first", "第一次就办对：没有退回改派", "never sent on or back", True, False, ("returns", "push_down")),
    Kind("spoken_to", "回访说有人联系过", "were contacted, as told in calls", True, False, ("manner",)),
)
OUTCOMES = tuple(kind.code for kind in KINDS if kind.outcome)


def published(window: Window, office: str) -> Mapping[str, Published]:
    """Every figure of this office that has ten or more matters behind it."""
    place = next(n for n, one in enumerate(window.offices) if one.code == office)
    a, c, calls = window.answers, window.cases, window.callbacks
    mine, led = a["lead"] == place, calls["lead"] == place
    called, answered = answers_for(window, calls) == place, answers_for(window, a) == place
    first = (c["first_lead"] == place) & (c["answers"] > 0)
    heard = called & (calls["result"] != calls.code("result", ""))
    yes = calls.equals("result", "solved")
    spoken = mine & a.equals("verdict", "solved", "partly", "not_solved") & a.equals("verdict_by", "resident")
    timed = mine & np.isfinite(a["due_at"])
    sent = c["first_lead"] == place
    marks = np.stack([calls[name] for name in ("voice", "respect", "explained", "equal")])
    found = {
        "confirmed_callback": _share(yes & told_by(calls), heard),
        "said_solved": _share(yes, heard),
        "confirmed_bound": _share(yes & told_by(calls), called),
        "returned": _share(a["returned_at"] - a["at"] <= 30 * 86_400, answered),
        "manner": _mean(marks.mean(axis=0)[heard]),
        "confirmed_first": _share(c.equals("verdict", "solved"), first),
        "by_lead": _share(yes & told_by(calls), led & (calls["result"] != calls.code("result", ""))),
        "own_word": _share(a.equals("verdict", "solved"), spoken),
        "promised": _share(a.equals("claim", "promised"), mine),
        "on_time": _share(a["at"] <= a["due_at"], timed),
        "days": _median((a["at"] - a["started_at"])[timed] / 86_400),
        "right_first": _share(c["objections"] == 0, sent),
        "spoken_to": _share(calls.equals("contacted", "yes"), led & calls.equals("contacted", "yes", "no")),
    }
    return {code: figure for code, figure in found.items() if figure is not None and figure.n >= 10}


def told_by(calls: Rows) -> Bools:
    """Answers of people who did not say that somebody told them how to answer."""
    return ~calls.equals("pressed", "yes")


def answers_for(window: Window, rows: Rows) -> Ints:
    """The office that answers for each row: the one that handed it to a lower level, else the lead.

    Counting by present lead alone would let an office improve its figures by handing hard matters down.
    """
    level = np.array([office.level for office in window.offices] + [0])
    owner = rows["lead"].copy()
    for cases in (window.earlier, window.cases):
        place = pc.index_in(rows.case_ids, value_set=cases.case_ids).fill_null(-1).to_numpy(zero_copy_only=False)
        first = np.where(place >= 0, cases["first_lead"][place], -1) if len(cases) else np.full(len(rows), -1)
        owner = np.where((first >= 0) & (level[rows["lead"]] > level[first]), first, owner)
    return owner


def _share(hit: Bools, among: Bools) -> Published | None:
    share = wilson(int((hit & among).sum()), int(among.sum()))
    return None if share is None else Published(share.value, share.low, share.high, share.n)


def _mean(values: Floats) -> Published | None:
    values = values[np.isfinite(values)]
    if len(values) < 10:
        return None
    half = 1.959963984540054 * float(values.std(ddof=1)) / len(values) ** 0.5
    mean = float(values.mean())
    return Published(mean, mean - half, mean + half, len(values))


def _median(values: Floats) -> Published | None:
    found = order_statistic(values, 0.5)
    return None if found is None else Published(*found, len(values))


def better(kind: Kind, cheating: Published, honest: Published) -> bool:
    """Whether the cheating office looks better than it would honestly, beyond both intervals."""
    if kind.more_is_better:
        return cheating.low > honest.high
    return cheating.high < honest.low


def gain(kind: Kind, cheating: Published, honest: Published) -> float:
    """By how much it looks better; below 0 it looks worse."""
    return (cheating.value - honest.value) * (1 if kind.more_is_better else -1)
