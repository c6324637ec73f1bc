"""Figures over a large lake: twelve aggregations beside the same by hand, and the board from roll-ups."""

from __future__ import annotations

from huiyin.bench.place import Place
from huiyin.bench.result import Result

SIZES = {"small": 1_000_000, "large": 10_000_000}
ROUNDS = 3
#: Matters touched by 10,000 new events.
CHANGED = 5_000


def measure(size: str) -> Result:
    """Measure in a throw-away deployment on SQLite (pages are one small read). Raises CannotMeasure."""
    cases = SIZES[size]
    with Place("sqlite") as place:
        result = Result(f"Figures over {cases:,} matters", "Parquet, DuckDB; pages in SQLite")
        filled = place.inside("fill_lake", cases=cases)
        seen = place.inside("aggregate", rounds=ROUNDS)
        result.add("twelve aggregations, by indicators", seen["ours"], "s")
        result.add("the same by hand in SQL", seen["hand"], "s")
        ratios = [ours / hand for ours, hand in zip(seen["ours"], seen["hand"], strict=True)]
        result.add("by indicators ÷ by hand", ratios, "×", ("≤", 1.2))
        result.add("most memory", seen["peak"], "MB", ("≤", 1000))
        told = place.inside("board", rounds=5, changed=CHANGED)
        result.add("roll-up from scratch", told["scratch"], "s")
        result.add("roll-up and pages after 10,000 new events", told["refresh"], "s", ("≤", 2))
        result.add("board: all offices", told["all_offices"], "ms", ("≤", 50))
        result.add("board: one office", told["one_office"], "ms", ("≤", 50))
        result.wrong += [*seen["wrong"], *told["wrong"]]
        slowest = sorted(seen["single"].items(), key=lambda item: -min(item[1]))[:3]
        result.notes += [
            f"{filled['bytes'] / 1e6:,.0f} MB of Parquet (matters and answers), drawn in {filled['seconds']:.0f} s.",
            "Furthest from the query by hand: " + ", ".join(f"{name} {min(r):.2f} ×" for name, r in slowest) + ".",
            "Both ways give the same numbers, and the roll-up after the change is the one counted from scratch.",
        ]
    return result
