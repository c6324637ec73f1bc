"""The trial as a whole: what was asked, what came out, and whether it is good enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from huiyin.figures.intervals import Share, wilson
from huiyin.figures.signatures import SPANS
from huiyin.figures.signatures.statistics import at_least
from huiyin.town.behaviours import Behaviour
from huiyin.town.trial.contest import (
    CHEATS,
    OFFICES,
    SMALL_PER_WEEK,
    SMALL_WEEKS,
    WEEKS,
    Graded,
    Honest,
    Scale,
    contest,
    every_kind,
    honest,
)
from huiyin.town.trial.coverage import Covered, coverage

#: What the trial must reach. By chance alone two intervals of 95 % part now and then: a figure counts as flattered when
#: it comes out better more often than this share, surely (binomial) and not by luck.
FLATTERED, SURELY = 0.025, 1e-3
FOUND, FALSE_ALARMS = 0.90, 0.01
COVERAGE = (0.93, 0.97)


@dataclass(frozen=True)
class Result:
    """Everything a trial found."""

    scale: Scale
    graded: tuple[Graded, ...]
    honest: Honest
    coverage: tuple[Covered, ...]

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What was not reached, in words; empty when all was."""
        found = []
        for grade in self.graded:
            for code in outcomes():
                if flattered(grade, code):
                    found.append(f"{grade.name} flatters {code}: {grade.improved[code]} of {grade.compared[code]}")
            if grade.leaves and grade.flagged / grade.trials < FOUND:
                found.append(f"{grade.name} was seen in {grade.flagged} of {grade.trials} offices only")
        if self.honest.towns_flagged > max(1, FALSE_ALARMS * self.honest.towns):
            found.append(f"false alarms in {self.honest.towns_flagged} of {self.honest.towns} honest towns")
        if self.honest.small_towns_flagged > max(1, FALSE_ALARMS * self.honest.small_towns):
            found.append(f"false alarms in {self.honest.small_towns_flagged} of {self.honest.small_towns} small towns")
        for one in self.coverage:
            share = wilson(one.held, one.of)
            if share is not None and (share.high < COVERAGE[0] or share.low > COVERAGE[1]):
                found.append(f"the 95 % interval {one.name} held the truth {one.held} times of {one.of}")
        return tuple(found)


def outcomes() -> tuple[str, ...]:
    """The figures that say how it ended for people, the published ones first."""
    return tuple(kind.code for kind in every_kind() if kind.outcome)


def flattered(grade: Graded, figure: str) -> bool:
    """Whether a trick makes this figure look better beyond the intervals more often than luck would."""
    return at_least(grade.improved[figure], grade.compared[figure], FLATTERED) < SURELY


def steps(tricks: Sequence[Behaviour], scale: Scale) -> int:
    """How often `step` will be called."""
    return scale.seeds * (1 + len(tricks)) + scale.honest_towns + scale.small_towns + scale.coverage_seeds


def run(tricks: Sequence[Behaviour], scale: Scale, step: Callable[[], None] = lambda: None) -> Result:
    """The whole trial."""
    return Result(
        scale, tuple(contest(tricks, scale, step)), honest(scale, step), tuple(coverage(scale.coverage_seeds, step))
    )


def as_json(result: Result) -> dict[str, Any]:
    """For programs."""
    return {
        "seeds": result.scale.seeds,
        "ok": not result.shortfalls,
        "shortfalls": list(result.shortfalls),
        "tricks": [
            {
                "name": grade.name,
                "leaves": list(grade.leaves),
                "trials": grade.trials,
                "flagged": grade.flagged,
                "by": dict(grade.by),
                "bystanders": [grade.bystanders, grade.beside],
                "small_bodies": {
                    "asked_by_weeks": {weeks: grade.small[weeks] for weeks in SPANS},
                    "not_asked": grade.small[0],
                    "bystanders": grade.small_bystanders,
                },
                "figures": {
                    kind.code: {
                        "outcome": kind.outcome,
                        "compared": grade.compared[kind.code],
                        "better_beyond_interval": grade.improved[kind.code],
                        "mean_gain": None if gain is None else round(gain, 4),
                    }
                    for kind in every_kind()
                    for gain in (grade.mean_gain(kind.code),)
                },
            }
            for grade in result.graded
        ],
        "honest": {
            "towns": result.honest.towns,
            "towns_flagged": result.honest.towns_flagged,
            "offices": result.honest.offices,
            "offices_flagged": result.honest.offices_flagged,
            "small_towns": result.honest.small_towns,
            "small_towns_flagged": result.honest.small_towns_flagged,
            "by": dict(result.honest.by),
        },
        "coverage": {
            one.name: {"held": one.held, "of": one.of, "share": round(one.share, 4)} for one in result.coverage
        },
    }


def markdown(result: Result) -> str:
    """The page docs/trial.md."""
    scale, sure = result.scale, _range(wilson(result.honest.towns_flagged, result.honest.towns))
    lines = [
        "# The trial: does cheating pay?",
        "",
        "Written by `huiyin town trial --write docs/trial.md`; do not edit. What it means: [town](town.md).",
        "",
        f"Towns of {OFFICES} offices with about {scale.per_week} matters an office and week, {WEEKS} weeks each, the "
        f"last "
        f"eight looked at. For each trick {scale.seeds} seeds with {len(CHEATS)} cheating offices; the same seeds "
        f"with the "
        "same offices honest; chance is the same in both. A fifth of the honest offices is overloaded.",
        "",
        "## (a) Does any outcome figure look better than it would honestly?",
        "",
        "Mean gain against the same office honest (below 0: it looks worse), and in how many comparisons it was better "
        "beyond both 95 % intervals. “published” are the product's own figures, made by its roll-up over everything "
        "received; the others are the trial's, over the last eight weeks.",
        "",
        "| Trick | " + " | ".join(kind.en for kind in every_kind() if kind.outcome) + " |",
        "| --- " * (1 + len(outcomes())) + "|",
    ]
    lines += [
        f"| {grade.name} | " + " | ".join(_cell(grade, code) for code in outcomes()) + " |" for grade in result.graded
    ]
    lines += [
        "",
        "## (b) Is it seen by the check-up?",
        "",
        "| Trick | Offices asked | By which signature | Honest offices beside it |",
    ]
    lines += ["| --- | --- | --- | --- |"]
    for grade in result.graded:
        by = ", ".join(f"{code} {count}" for code, count in grade.by.most_common()) or "leaves no trace in the data"
        share = f"{grade.flagged} of {grade.trials}" + ("" if grade.leaves else " (none expected)")
        lines.append(f"| {grade.name} | {share} | {by} | {grade.bystanders} of {grade.beside} |")
    lines += ["", *_without_trace(result)]
    lines += [
        "## (c) False alarms where nobody cheats",
        "",
        f"{result.honest.towns_flagged} of {result.honest.towns} towns ({sure}), "
        f"{result.honest.offices_flagged} of {result.honest.offices} offices. Among small bodies (below) "
        f"{result.honest.small_towns_flagged} of {result.honest.small_towns}.",
        "",
        *_small(result),
        "## Process figures: easy to improve, never shown alone",
        "",
        "Where a trick makes a figure look better beyond both intervals, it says nothing without those in the last "
        "column: they get worse, or the signature asks.",
        "",
        "Outcome figures above, the published ones among them, count a matter that was handed to a lower level for the "
        "office that handed it down. "
        "Counted by present lead, which in a matter handed down is also the office that answers, the same calls say:",
        "",
        *_handed_down(result),
        "",
        "| Figure | Made to look better by | Shown with |",
        "| --- | --- | --- |",
    ]
    for kind in (kind for kind in every_kind() if not kind.outcome):
        who = [
            f"{g.name} ({g.improved[kind.code]} of {g.compared[kind.code]})"
            for g in result.graded
            if flattered(g, kind.code)
        ]
        lines.append(f"| {kind.en} | {', '.join(who) or 'none'} | {', '.join(kind.beside)} |")
    lines += [
        "",
        *_gaps(result),
        "## Do 95 % intervals hold the truth?",
        "",
        "| Interval | Held | Share |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {one.en} | {one.held} of {one.of} | {one.share:.1%} |" for one in result.coverage]
    lines += ["", "## Not reached", "", *(f"- {line}" for line in result.shortfalls or ("nothing",)), ""]
    return "\n".join(lines)


def _cell(grade: Graded, code: str) -> str:
    gain = grade.mean_gain(code)
    if gain is None:
        return "–"
    shown = f"{gain:+.2f}" if code == "manner" else f"{100 * gain:+.1f} points"
    return f"{shown}; {grade.improved[code]} of {grade.compared[code]}"


def _without_trace(result: Result) -> list[str]:
    lines = []
    for grade in (grade for grade in result.graded if not grade.leaves):
        gain = grade.mean_gain("confirmed_callback")
        if gain is not None:
            lines.append(
                f"`{grade.name}` leaves no trace: what it does is not recorded anywhere. What it neglects shows in the "
                f"callback sample all the same: {100 * gain:+.1f} points in confirmed solutions, on average."
            )
    return [*lines, ""] if lines else []


def _small(result: Result) -> list[str]:
    """What the longer spans of a look add where there is little to look at."""
    lines = [
        "## (d) Small bodies",
        "",
        f"The same {OFFICES} offices with about {SMALL_PER_WEEK} matters an office and week, at one look after "
        f"{SMALL_WEEKS} weeks. Eight weeks hold sixteen matters of an office then; every look also goes back half a "
        "year and a year. How many cheating offices are asked, and which span was enough.",
        "",
        "| Trick | Asked | " + " | ".join(f"{weeks} weeks" for weeks in SPANS) + " | Honest offices asked |",
        "| --- " * (3 + len(SPANS)) + "|",
    ]
    for grade in (grade for grade in result.graded if grade.leaves):
        spans = " | ".join(str(grade.small[weeks]) for weeks in SPANS)
        asked = f"{grade.trials - grade.small[0]} of {grade.trials}"
        lines.append(f"| {grade.name} | {asked} | {spans} | {grade.small_bystanders} |")
    return [*lines, ""]


def _handed_down(result: Result) -> list[str]:
    """What an office gains by handing matters down, counted in two ways."""
    lines = ["| Trick | for the office that handed it down | by present lead |", "| --- | --- | --- |"]
    lines += [
        f"| {grade.name} | {_cell(grade, 'confirmed_callback')} | {_cell(grade, 'by_lead')} |"
        for grade in result.graded
        if "push_down" in grade.leaves
    ]
    return lines


def _gaps(result: Result) -> list[str]:
    """Outcome figures that a trick moves the right way on average, even where no interval notices."""
    found = [
        f"- `{grade.name}` moves “{kind.en}” by {100 * gain:+.1f} points on average, within the interval"
        for grade in result.graded
        for kind in every_kind()
        for gain in (grade.mean_gain(kind.code),)
        if kind.outcome and kind.code != "manner" and gain is not None and gain > 0.015
    ]
    if not found:
        return []
    return [
        "## Where our own definition can be leaned on",
        "",
        "Small gains that no interval of this size notices would show over a longer time. They are named here so "
        "that the "
        "figure is never shown without the one that exposes it.",
        "",
        *found,
        "",
        "",
    ]


def _range(share: Share | None) -> str:
    return "" if share is None else f"95 % interval {share.low:.1%} to {share.high:.1%}"
