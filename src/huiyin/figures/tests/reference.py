"""The same figures counted by plain loops over rows, written from the definitions' words and from nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from huiyin.figures.tests.lakes import LEVELS, Rows

Row = dict[str, Any]
DAY = timedelta(days=1)
TOPS = {"a": "a", "a.1": "a", "a.2": "a", "b": "b", "b.1": "b"}
DISTRICTS = {"east": "east", "east.1": "east", "east.2": "east", "west": "west", "west.1": "west"}


def disputed(r: Row) -> bool:
    if not (r["asked"] and r["answered_at"]) or r["outcome"] in ("solved", "unknown"):
        return False
    if r["outcome"] in ("partly", "not_solved") or r["verdict"] in ("partly", "not_solved"):
        return True
    return r["disputes"] > 0 or r["reopened"] > 0 or r["reviews"] > 0 or r["phase"] == "reviewing"


def asked(r: Row) -> bool:
    return bool(r["asked"]) and r["answered_at"] is not None


def confirmed(r: Row) -> bool:
    return asked(r) and r["outcome"] == "solved"


def said(r: Row) -> bool:
    return confirmed(r) or disputed(r)


def dispatched(r: Row) -> bool:
    return not r["imported"] and r["dispatched_at"] is not None


def own_answer(a: Row) -> bool:
    return a["started_at"] is not None and not a["shared"]


def answering(r: Row) -> str:
    """Whose matter it is: what was handed to a lower level stays with the office it was first sent to."""
    first, lead = LEVELS.get(r["first_lead"]), LEVELS.get(r["lead"])
    return str(r["first_lead"] if first is not None and lead is not None and lead > first else r["lead"])


def _groups(row: Row, by: Sequence[str], schemes: dict[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in by:
        if name == "office":
            office = answering(row) if "first_lead" in row else row["lead"]
            found.append("parks" if office == "old" else office)
        elif name == "area":
            found.append(DISTRICTS.get(row["area"], ""))
        elif name == "category":
            scheme = row.get("scheme") or schemes[row["case_id"]]
            found += [scheme, TOPS.get(row["category"], "")]
        elif name == "month":
            at = row.get("received_at") or row["period_start"]
            found.append(f"{at.year:04d}-{at.month:02d}")
        else:
            found.append(row[name])
    return tuple(found)


class Reference:
    """Counts of every indicator in one lake, by whatever groups."""

    def __init__(self, rows: Rows, as_of: datetime, start: datetime | None = None, end: datetime | None = None) -> None:
        self.rows, self.as_of = rows, as_of
        self.schemes = {case["case_id"]: case["scheme"] for case in rows["cases"]}
        self.start, self.end = start, end

    def table(self, name: str) -> list[Row]:
        column = "period_start" if name == "callbacks" else "received_at"
        kept = []
        for row in self.rows[name]:
            if self.start is not None and row[column] < self.start:
                continue
            if self.end is not None and row[column] >= self.end:
                continue
            kept.append(row)
        return kept

    def grouped(self, name: str, by: Sequence[str]) -> dict[tuple[str, ...], list[Row]]:
        found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        if not by:
            found[()] = []
        for row in self.table(name):
            found[_groups(row, by, self.schemes)].append(row)
        return found

    def share(self, name: str, by: Sequence[str], **tests: Callable[[Row], Any]) -> dict[tuple[str, ...], Any]:
        return {
            group: {what: sum(int(test(row)) for row in rows) for what, test in tests.items()}
            for group, rows in self.grouped(name, by).items()
        }

    def spread(
        self, name: str, by: Sequence[str], base: Callable[[Row], bool], number: Callable[[Row], int | None]
    ) -> dict[tuple[str, ...], Any]:
        found: dict[tuple[str, ...], Any] = {}
        for group, rows in self.grouped(name, by).items():
            numbers = [number(row) for row in rows if base(row)]
            if numbers or not by:
                found[group] = dict(Counter(-1 if n is None else max(0, n) for n in numbers))
        return found

    # --- one by one -----------------------------------------------------------------------------

    def paper_closure(self, by: Sequence[str]) -> Any:
        def solved(r: Row) -> bool:
            return r["claim"] == "solved"

        return self.share(
            "cases", by, n=lambda r: solved(r) and said(r), hit=lambda r: solved(r) and disputed(r),
            asked=lambda r: solved(r) and asked(r),
        )  # fmt: skip

    def returned(self, by: Sequence[str]) -> Any:
        def old(a: Row) -> bool:
            return own_answer(a) and a["claim"] != "promised" and a["at"] < self.as_of - 30 * DAY

        def back(a: Row) -> bool:
            return old(a) and a["returned_at"] is not None and a["returned_at"] - a["at"] <= 30 * DAY

        return self.share("answers", by, n=old, hit=back)

    def deadline_bunching(self, by: Sequence[str]) -> Any:
        def part(a: Row) -> int:
            if not own_answer(a) or a["at_intake"] or a["due_at"] is None or a["due_at"] <= a["started_at"]:
                return -1
            used, whole = a["at"] - a["started_at"], a["due_at"] - a["started_at"]
            if a["at"] > a["due_at"]:
                return -1
            return 9 if used * 10 >= whole * 9 else 8 if used * 10 >= whole * 8 else 0

        return self.share("answers", by, first=lambda a: part(a) == 9, second=lambda a: part(a) == 8)

    def template(self, by: Sequence[str]) -> Any:
        kinds: dict[str, set[str]] = defaultdict(set)
        for a in self.rows["answers"]:
            if a["template"] and not a["shared"]:
                kinds[a["template"]].add(a["category"])
        return self.share(
            "answers", by, n=own_answer, hit=lambda a: own_answer(a) and len(kinds.get(a["template"], ())) >= 3,
            hollow=lambda a: own_answer(a) and a["hollow"], other_matter=lambda a: own_answer(a) and a["other_matter"],
        )  # fmt: skip

    def batch(self, by: Sequence[str]) -> Any:
        found: dict[tuple[str, ...], Any] = {} if by else {(): []}
        for group, rows in self.grouped("answers", by).items():
            months: dict[int, Counter[datetime]] = defaultdict(Counter)
            for a in rows:
                if own_answer(a) and not a["at_intake"]:
                    at = a["at"]
                    months[at.year * 100 + at.month][at.replace(minute=0, second=0, microsecond=0)] += 1
            if months:
                found[group] = sorted((m, sum(hours.values()), max(hours.values())) for m, hours in months.items())
        return found

    def evidence(self, by: Sequence[str]) -> Any:
        def claims(a: Row) -> bool:
            return own_answer(a) and a["site_checked"] and a["claim"] == "solved"

        def known(a: Row) -> bool:
            return claims(a) and a["verdict"] in ("solved", "partly", "not_solved")

        return self.share("answers", by, n=known, hit=lambda a: known(a) and a["evidence"], asked=claims)

    def promise_instead(self, by: Sequence[str]) -> Any:
        return self.share(
            "answers", by, n=own_answer, hit=lambda a: own_answer(a) and a["promise_only"] and a["claim"] != "promised"
        )

    def burden(self, by: Sequence[str]) -> Any:
        return self.spread(
            "cases", by, lambda r: not r["imported"] and r["rested_at"] is not None, lambda r: r["staff_steps"]
        )

    def refusal_overturned(self, by: Sequence[str]) -> Any:
        def refused(r: Row) -> bool:
            return not r["imported"] and r["decline_reason"] != ""

        def ruled(r: Row) -> bool:
            return refused(r) and r["reviews"] > 0

        return self.share(
            "cases", by, n=ruled, hit=lambda r: ruled(r) and r["decline_overturned"], asked=refused,
            other=lambda r: refused(r) and r["decline_reason"] == "other",
        )  # fmt: skip

    def first_contact(self, by: Sequence[str]) -> Any:
        def due(r: Row) -> bool:
            return dispatched(r) and r["reachable"] and r["received_at"] < self.as_of - 30 * DAY

        def hours(r: Row) -> int | None:
            return None if r["contacted_at"] is None else (r["contacted_at"] - r["received_at"]) // timedelta(hours=1)

        return self.spread("cases", by, due, hours)

    def time(self, by: Sequence[str], net: bool) -> Any:
        def due(r: Row) -> bool:
            return (
                not r["imported"]
                and r["received_at"] < self.as_of - 30 * DAY
                and r["outcome"] not in ("withdrawn", "declined")
            )

        def hours(r: Row) -> int | None:
            if r["answered_at"] is None:
                return None
            waited = timedelta(seconds=r["waited_seconds"] if net else 0)
            return (r["answered_at"] - r["received_at"] - waited) // timedelta(hours=1)

        return self.spread("cases", by, due, hours)

    def procedure(self, by: Sequence[str]) -> Any:
        items = ("voice", "respect", "explained", "equal")
        return self.spread(
            "callbacks", by, lambda r: all(r[i] is not None for i in items), lambda r: sum(r[i] for i in items)
        )

    def handoffs(self, by: Sequence[str]) -> Any:
        return self.spread("cases", by, dispatched, lambda r: r["leads"])

    def loops(self, by: Sequence[str]) -> Any:
        return self.share("cases", by, n=dispatched, hit=lambda r: dispatched(r) and r["loops"] > 0)

    def parked(self, by: Sequence[str]) -> Any:
        def open_(r: Row) -> bool:
            return not r["imported"] and r["rested_at"] is None and r["lead"] != ""

        def waits(r: Row) -> bool:
            return open_(r) and r["phase"] == "parked"

        def late(r: Row) -> bool:
            return waits(r) and (r["parked_until"] is None or r["parked_until"] < self.as_of.date())

        return self.share(
            "cases", by, n=open_, hit=waits, overdue=late,
            long=lambda r: waits(r) and r["parked_at"] < self.as_of - 30 * DAY,
            again=lambda r: waits(r) and r["reparked"] > 0,
        )  # fmt: skip

    def confirmed(self, by: Sequence[str]) -> Any:
        return self.share("cases", by, n=said, hit=confirmed, asked=asked)

    def right_first_time(self, by: Sequence[str]) -> Any:
        return self.share(
            "cases", by, n=dispatched, hit=lambda r: dispatched(r) and r["leads"] <= 1 and not r["objections"],
            objected=lambda r: dispatched(r) and r["objections"] > 0,
            sustained=lambda r: dispatched(r) and r["sustained"] > 0,
        )  # fmt: skip

    def pressure(self, by: Sequence[str]) -> Any:
        found: dict[tuple[str, ...], Any] = {} if by else {(): []}
        for group, rows in self.grouped("callbacks", by).items():
            strata: dict[tuple[str, str], list[Row]] = defaultdict(list)
            for row in rows:
                strata[row["period"], row["lead"]].append(row)
            found[group] = sorted(
                (period, lead, max(r["stratum_size"] for r in mine), len(mine),
                 sum(r["pressed"] in ("yes", "no") for r in mine), sum(r["pressed"] == "yes" for r in mine))
                for (period, lead), mine in strata.items()
            )  # fmt: skip
        return found

    def reported_by_several(self, by: Sequence[str]) -> Any:
        def distinct(r: Row) -> bool:
            return not r["imported"] and not r["follows"]

        return self.share("cases", by, n=distinct, hit=lambda r: distinct(r) and r["followers"] > 0)

    def promises_kept(self, by: Sequence[str]) -> Any:
        def due(a: Row) -> bool:
            day = a["promise_due"]
            return own_answer(a) and a["claim"] == "promised" and day is not None and day < self.as_of.date()

        def known(a: Row) -> bool:
            return due(a) and a["verdict"] in ("solved", "partly", "not_solved")

        return self.share("answers", by, n=known, hit=lambda a: known(a) and a["verdict"] == "solved", asked=due)

    def idle_looks(self, by: Sequence[str]) -> Any:
        return {
            group: {"n": sum(r["reveals"] for r in rows), "hit": sum(r["idle_reveals"] for r in rows)}
            for group, rows in self.grouped("cases", by).items()
        }

    def gap(self, by: Sequence[str], side: Callable[[Row], int] | None) -> Any:
        kept = [name for name in by if name not in ("category", "urgency")]
        found: dict[tuple[str, ...], Any] = {} if kept else {(): {}}
        whole: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        for group, rows in self.grouped("cases", kept).items():
            strata: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
            for r in rows:
                stratum = (r["scheme"], TOPS.get(r["category"], ""), r["urgency"], str(side(r) if side else 1))
                for place, test in enumerate((said, confirmed, asked)):
                    strata[stratum][place] += test(r)
                    whole[stratum][place] += test(r)
                strata[stratum][0] += 0
            found[group] = {stratum: tuple(numbers) for stratum, numbers in strata.items()}
        if side is None and kept:
            for strata_ in found.values():
                for stratum in list(strata_):
                    mine = strata_[stratum]
                    strata_[*stratum[:3], "2"] = tuple(w - m for w, m in zip(whole[stratum], mine, strict=True))
        return found

    def counts(self, code: str, by: Sequence[str]) -> Any:
        """What counting the indicator must give."""
        if code.startswith("first_contact"):
            return self.first_contact(by)
        if code.startswith("time_"):
            return self.time(by, net="net" in code)
        if code == "equity_gap":
            return self.gap(by, None)
        if code == "offline_parity":
            return self.gap(by, lambda r: {"phone": 1, "counter": 1, "letter": 1, "visit": 1, "web": 2, "api": 2}.get(
                r["channel"], 0))  # fmt: skip
        return getattr(self, code)(by)
