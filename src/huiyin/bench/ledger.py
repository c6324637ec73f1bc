"""The public log: how fast tiles are built, how long an event waits for its checkpoint, how fast an audit is."""

from __future__ import annotations

from huiyin.bench.place import Place
from huiyin.bench.result import Result, percentile

#: leaves, rounds, seconds of steady writing, events prepared a round
SIZES = {"small": (65_536, 5, 8, 500), "large": (262_144, 5, 30, 2000)}
EVENTS_A_SECOND = 1000


def measure(database: str, size: str) -> Result:
    """Measure one database. Raises CannotMeasure."""
    leaves, rounds, seconds, events = SIZES[size]
    with Place(database, pack=False) as place:
        result = Result("The log", place.description)
        tiles = place.inside("tiles", leaves=leaves, rounds=rounds)
        result.add("tiles ÷ bare hashlib loop", _ratios(tiles["built"], tiles["bare"]), "×", ("≥", 0.8))
        result.add("tiles", tiles["built"], "leaves/s")
        result.add("bare hashlib loop", tiles["bare"], "leaves/s")
        result.add("preparing an event", place.inside("prepare", count=events, rounds=rounds), "ms CPU", ("≤", 0.15))
        lag = place.inside("lag", {"HUIYIN_GROUP_COMMIT": "1"}, per_second=EVENTS_A_SECOND, seconds=seconds)
        lags = lag["lags"]
        result.add(f"seal lag at {EVENTS_A_SECOND:,} events/s: longest", max(lags), "s", ("≤", 2))
        result.add("  middle", percentile(lags, 0.5), "s")
        result.add("  one call of the sealer, longest", max(lag["seal_seconds"]), "s")
        result.add("  events written", lag["written_per_second"], "/s")
        result.add("  the writer was late by at most", lag["late"], "s")
        audit = place.inside("audit")
        result.add("audit", audit["per_second"], "leaves/s")
        result.add("audit", audit["per_cpu_second"], "leaves/CPU-s")
        if audit["findings"]:
            result.wrong.append(f"the audit found {audit['findings']:.0f} things wrong")
        if lag["sealed"] != EVENTS_A_SECOND * seconds:
            result.wrong.append(f"{lag['sealed']} events sealed of {EVENTS_A_SECOND * seconds}")
        result.notes.append(
            f"{leaves:,} leaves, {rounds} rounds in turn, processor time; both loops hash 1 + 32 bytes a leaf and 65 a "
            "node, and give the same root."
        )
        result.notes.append(
            f"Lag: commit of an event to the signed checkpoint on the disk, {seconds} s long, 50 events a commit, the "
            "sealer once a second. The writer and the sealer share one process."
        )
    return result


def _ratios(above: list[float], below: list[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]
