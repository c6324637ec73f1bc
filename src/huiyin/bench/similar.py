"""An earlier message about the same matter among very many: how often it is found, how fast, in how much space."""

from __future__ import annotations

import os
from pathlib import Path

from huiyin.bench.place import Place
from huiyin.bench.result import Result, percentile

SIZES = {"small": 50_000, "large": 1_000_000}
ROUNDS = 5


def measure(database: str, size: str) -> Result:
    """Measure one database. Raises CannotMeasure."""
    count = SIZES[size]
    folder = Path(os.environ.get("HUIYIN_DATA", "") or "/nowhere") / "messages"
    real = (folder / "recurring_issues.csv").exists()
    with Place(database) as place:
        result = Result(f"The same matter among {count:,} messages", place.description)
        filled = place.inside("similar_fill", count=count, folder=str(folder) if real else "")
        seen = place.inside("similar_ask", rounds=ROUNDS)
        result.add("an earlier sibling among 40 candidates", seen["found"] / max(1, seen["asked"]), "", ("≥", 0.96))
        result.add("  of all earlier siblings", seen["share"], "")
        for name, target in (("p50", None), ("p95", None), ("p99", ("≤", 4.0))):
            rounds = [percentile(times, int(name[1:]) / 100) for times in seen["wall"]]
            result.add(f"time of a look-up, {name}", rounds, "ms", target)
        for name in ("p50", "p99"):
            rounds = [percentile(times, int(name[1:]) / 100) for times in seen["cpu"]]
            result.add(f"CPU of a look-up (application), {name}", rounds, "ms")
        result.add("bytes a message on the disk", filled["bytes"] / count, "B", ("≤", 600))
        result.add("CPU to file a message (keys, marks, storing, packing)", filled["cpu"] * 1000 / count, "ms")
        source = "the real messages of HUIYIN_DATA" if real else "made-up issues"
        result.notes.append(
            f"{seen['asked']} questions about {filled['issues']} recurring issues ({source}), their messages spread "
            f"evenly among {count:,}; the others are mixtures of two messages with other places in them."
        )
        result.notes.append(
            f"A look-up is everything from the text to 40 cases: keys, marks, four statements. {seen['rows']} blocks "
            f"are asked for. Filled in {filled['seconds']:.0f} s, the longest packing {filled['longest']:.1f} s."
        )
        if seen["lost"]:
            result.wrong.append(f"{seen['lost']} messages were not found by their own words")
    return result
