"""Figures that compare: weighted shares of the callback sample, and differences between two sides, like with like.

The other shapes are in `measures`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huiyin.figures import intervals
from huiyin.figures.frames import Frames
from huiyin.figures.measures import Condition, Group, Moment, Number, Subject, columns, group_of, prepared
from huiyin.figures.sampling import Stratum, estimate
from huiyin.figures.values import SMALLEST, Value

#: Scheme, category top, urgency, side.
Cell = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Sampled:
    """A share in the callback sample: each office of each period is a stratum and weighs as much as it has matters."""

    base: Condition
    hit: Condition
    table: str = "callbacks"

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        table = prepared(frames, self.table, moment, by)
        keys = [*columns(by), "period", "stratum"]
        base = self.base(table, moment)
        table = table.mutate(stratum=table.lead, is_base=base, is_hit=base & self.hit(table, moment))
        return table.group_by(keys).aggregate(
            size=lambda t: t.stratum_size.max().cast("int64"), drawn=lambda t: t.count(),
            n=lambda t: t.count(where=t.is_base), hit=lambda t: t.count(where=t.is_hit),
        )  # fmt: skip

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        found: dict[Group, list[tuple[str, str, int, int, int, int]]] = {} if by else {(): []}
        for row in rows:
            found.setdefault(group_of(row, by), []).append(
                (str(row["period"]), str(row["stratum"]), int(row["size"]), int(row["drawn"]), int(row["n"]),
                 int(row["hit"]))
            )  # fmt: skip
        return {group: sorted(strata) for group, strata in found.items()}

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        strata = list(counts or ())
        drawn, n, hit = (sum(row[i] for row in strata) for i in (3, 4, 5))
        plain: dict[str, Any] = {
            "code": subject.code, "version": subject.version, "group": group, "n": n, "unknown": drawn - n,
            "counts": {"n": n, "hit": hit, "asked": drawn},
        }  # fmt: skip
        if n < SMALLEST:
            return Value(**plain, why=("few" if n else "nobody_answered") if drawn else "nobody_asked")
        # An office that took over another has matters of both, and the size of the larger: never fewer than were drawn.
        found = estimate([Stratum(max(size, drawn), drawn, n, hit) for _, _, size, drawn, n, hit in strata])
        assert found is not None  # noqa: S101  somebody answered
        return Value(**plain, value=found.value, low=found.low, high=found.high, bounds=(found.least, found.most))


@dataclass(frozen=True, slots=True)
class Gap:
    """The difference of a share between two sides, like compared with like: same category and urgency (same scheme)."""

    table: str
    base: Condition
    hit: Condition
    asked: Condition
    #: Which side a row is on: 1, 2 or 0 for neither. None: each group against all others.
    side: Number | None = None

    def expression(self, frames: Frames, moment: Moment, by: Sequence[str]) -> Any:
        kept = [name for name in by if name not in ("category", "urgency")]
        table = prepared(frames, self.table, moment, [*kept, "category"])
        table = table.mutate(side=self.side(table, moment)) if self.side is not None else table.mutate(side=1)
        base = self.base(table, moment)
        table = table.mutate(is_base=base, is_hit=base & self.hit(table, moment), is_asked=self.asked(table, moment))
        keys = [*columns(kept), "scheme", "category", "urgency", "side"]
        return table.group_by(keys).aggregate(
            n=lambda t: t.count(where=t.is_base), hit=lambda t: t.count(where=t.is_hit),
            asked=lambda t: t.count(where=t.is_asked),
        )  # fmt: skip

    def counts(self, rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> dict[Group, Any]:
        """Group → {(scheme, category, urgency, side): (n, hit, asked)}; of a side-less gap side 2 is all others."""
        kept = [name for name in by if name not in ("category", "urgency")]
        found: dict[Group, dict[Cell, tuple[int, int, int]]] = {} if kept else {(): {}}
        for row in rows:
            stratum = (str(row["scheme"]), str(row["category"]), str(row["urgency"]), str(row["side"]))
            found.setdefault(group_of(row, kept), {})[stratum] = (int(row["n"]), int(row["hit"]), int(row["asked"]))
        if self.side is not None or not kept:
            return found
        whole: dict[Cell, list[int]] = defaultdict(lambda: [0, 0, 0])
        for strata in found.values():
            for stratum, numbers in strata.items():
                for place, number in enumerate(numbers):
                    whole[stratum][place] += number
        for strata in found.values():
            for stratum, numbers in list(strata.items()):
                others = tuple(all_ - mine for all_, mine in zip(whole[stratum], numbers, strict=True))
                strata[stratum[0], stratum[1], stratum[2], "2"] = (others[0], others[1], others[2])
        return found

    def value(self, subject: Subject, group: Mapping[str, str], counts: Any, frames_checked: bool) -> Value:
        strata = dict(counts or {})
        sides = {side: [sum(v[i] for k, v in strata.items() if k[3] == side) for i in range(3)] for side in ("1", "2")}
        n = sides["1"][0] + sides["2"][0]
        asked = sides["1"][2] + sides["2"][2]
        told = {"n": n, "asked": asked, "n1": sides["1"][0], "n2": sides["2"][0], "asked1": sides["1"][2],
                "asked2": sides["2"][2]}  # fmt: skip
        plain: dict[str, Any] = {
            "code": subject.code, "version": subject.version, "group": group, "n": n, "unknown": asked - n,
            "counts": told,
        }  # fmt: skip
        if self.side is None and not group:
            return Value(**plain, why="needs_groups")
        if min(sides["1"][0], sides["2"][0]) < SMALLEST:
            return Value(**plain, why="few" if n else "nothing")
        pairs = sorted({stratum[:3] for stratum in strata})
        empty = (0, 0, 0)
        table = [(*strata.get((*p, "1"), empty)[:2], *strata.get((*p, "2"), empty)[:2]) for p in pairs]
        found = intervals.standard_difference(table)
        if found is None:
            return Value(**plain, why="no_comparison")
        return Value(**plain, value=found.value, low=found.low, high=found.high, bounds=_worst(strata, pairs))


def _worst(strata: Mapping[Any, tuple[int, int, int]], pairs: Sequence[Any]) -> tuple[float, float] | None:
    """The difference if the silent on one side were all against and on the other all for it, both ways round."""

    def difference(first_for: bool) -> float | None:
        rows = []
        for pair in pairs:
            one, two = strata.get((*pair, "1"), (0, 0, 0)), strata.get((*pair, "2"), (0, 0, 0))
            silent1, silent2 = max(0, one[2] - one[0]), max(0, two[2] - two[0])
            rows.append((one[0] + silent1, one[1] + (silent1 if first_for else 0),
                         two[0] + silent2, two[1] + (0 if first_for else silent2)))  # fmt: skip
        found = intervals.standard_difference(rows)
        return None if found is None else found.value

    low, high = difference(False), difference(True)
    return None if low is None or high is None else (low, high)
