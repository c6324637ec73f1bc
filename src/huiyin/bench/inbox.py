"""The inbox of a busy office: statements and processor time of one page, and whether it stays flat as cases pile up."""

from __future__ import annotations

from huiyin.bench.place import Place
from huiyin.bench.result import Result

SIZES = {"small": (10_000, 100_000), "large": (10_000, 100_000, 1_000_000)}
#: pages a round, rounds
PAGES, ROUNDS = 60, 5
#: Cases for which the targets are stated.
NAMED = 100_000


def measure(database: str, size: str) -> Result:
    """Measure one database. Raises CannotMeasure."""
    with Place(database) as place:
        result = Result("Inbox page of 25", place.description)
        costs: dict[int, list[float]] = {}
        for cases in SIZES[size]:
            filled = place.inside("fill", target=cases)
            seen = place.inside("inbox", count=PAGES, rounds=ROUNDS)
            cost = [a + b for a, b in zip(seen["app"], seen["database"], strict=True)]
            costs[cases] = cost
            at = f"{cases:,} cases"
            named = cases == NAMED
            result.add(f"statements, {at}", seen["statements"], "", ("≤", 8))
            result.add(f"CPU a page (app + database), {at}", cost, "ms", ("≤", 15) if named else None)
            result.add(f"  of it database, {at}", seen["database"], "ms")
            result.add(f"time a page, {at}", seen["wall"], "ms")
            result.add(f"CPU ÷ smallest page, {at}", [a / b for a, b in zip(cost, seen["empty"], strict=True)], "×")
            result.notes.append(
                f"{filled['cases']:,} cases, {filled['open_here']:,} of them open at the measured office; "
                f"page of {seen['bytes']:,} bytes; filled in {filled['seconds']:.0f} s."
            )
            if seen["rows"] < 25:
                result.wrong.append(f"only {seen['rows']} lines on the page with {at}")
        most, least = max(costs), min(costs)
        ratios = [a / b for a, b in zip(costs[most], costs[least], strict=True)]
        result.add(f"CPU with {most:,} ÷ with {least:,}", ratios, "×", ("≤", 1.5))
        result.notes.append(
            "Rows are copies of one case that came through the real door, with keys and words of their own, one in "
            "five open, one in ten of those at the measured office; written directly, without events."
        )
        result.notes.append(
            "Counts on the page stop at 299+, so an office with few open cases pays less than one with thousands."
        )
    return result
