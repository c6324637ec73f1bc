"""Twelve typical questions as a person who knows SQL would ask DuckDB: what the indicators are measured against."""

# ruff: noqa: S608  texts of our own, put together once
from __future__ import annotations

SAID = """asked AND answered_at IS NOT NULL AND (outcome = 'solved' OR (outcome NOT IN ('solved', 'unknown') AND (
    outcome IN ('partly', 'not_solved') OR verdict IN ('partly', 'not_solved') OR disputes > 0 OR reopened > 0
    OR reviews > 0 OR phase = 'reviewing')))"""
SOLVED = "asked AND answered_at IS NOT NULL AND outcome = 'solved'"
ASKED = "asked AND answered_at IS NOT NULL"
CONFIRMED = f"count(*) FILTER ({SAID}), count(*) FILTER ({SOLVED}), count(*) FILTER ({ASKED})"
DISPUTED = SAID.replace("outcome = 'solved' OR", "")
OWN = "started_at IS NOT NULL AND NOT shared"
USED = '(epoch("at") - epoch(started_at)) * 10'
WINDOW = "(epoch(due_at) - epoch(started_at))"
ON_CLOCK = f'{OWN} AND NOT at_intake AND due_at IS NOT NULL AND due_at > started_at AND "at" <= due_at'
AGO = "(TIMESTAMPTZ '2026-11-01 00:00:00+00' - INTERVAL 30 DAY)"
#: What was handed to a lower level counts for the office it was first sent to.
OFFICE = """CASE WHEN first_lead <> lead AND first_lead <> '' AND f.level < l.level THEN first_lead ELSE lead END"""
LED = "{cases} c LEFT JOIN {offices} l ON l.office = c.lead LEFT JOIN {offices} f ON f.office = c.first_lead"
DISPATCHED = "NOT imported AND dispatched_at IS NOT NULL"

#: (indicator, breakdown, the same by hand). {table} becomes a read of the Parquet files.
SUITE: list[tuple[str, tuple[str, ...], str]] = [
    ("confirmed", (), f"SELECT {CONFIRMED} FROM {{cases}}"),
    ("confirmed", ("office",), f"SELECT {OFFICE}, {CONFIRMED} FROM {LED} GROUP BY 1"),
    ("confirmed", ("channel",), f"SELECT channel, {CONFIRMED} FROM {{cases}} GROUP BY 1"),
    ("confirmed", ("month",),
     f"SELECT (year(received_at) * 100 + month(received_at))::VARCHAR, {CONFIRMED} FROM {{cases}} GROUP BY 1"),
    ("confirmed", ("area",),
     f"SELECT coalesce(a.parent, ''), {CONFIRMED} FROM {{cases}} c LEFT JOIN {{areas}} a USING (area) GROUP BY 1"),
    ("paper_closure", ("office",),
     f"SELECT {OFFICE}, count(*) FILTER (claim = 'solved' AND {SAID}), "
     f"count(*) FILTER (claim = 'solved' AND {DISPUTED}), "
     f"count(*) FILTER (claim = 'solved' AND {ASKED}) FROM {LED} GROUP BY 1"),
    ("returned", ("office",),
     f"SELECT lead, count(*) FILTER ({OWN} AND claim <> 'promised' AND \"at\" < {AGO}), "
     f"count(*) FILTER ({OWN} AND claim <> 'promised' AND \"at\" < {AGO} "
     "AND epoch(returned_at) - epoch(\"at\") <= 2592000) FROM {answers} GROUP BY 1"),
    ("deadline_bunching", ("office",),
     f"SELECT lead, count(*) FILTER ({ON_CLOCK} AND {USED} >= {WINDOW} * 9), count(*) FILTER ({ON_CLOCK} AND "
     f"{USED} >= {WINDOW} * 8 AND {USED} < {WINDOW} * 9) FROM {{answers}} GROUP BY 1"),
    ("batch", ("office",),
     "SELECT lead, m, sum(n), max(n) FROM (SELECT lead, "
     " year(\"at\") * 100 + month(\"at\") AS m, epoch(\"at\")::BIGINT // 3600 AS h, "
     f"count(*) AS n FROM {{answers}} WHERE {OWN} AND NOT at_intake GROUP BY 1, 2, 3) GROUP BY 1, 2"),
    ("time_gross_half", (),
     "SELECT CASE WHEN answered_at IS NULL THEN -1 ELSE "
     " least(greatest((epoch(answered_at) - epoch(received_at))::BIGINT "
     f"// 3600, 0), 100000) END AS v, count(*) FROM {{cases}} WHERE NOT imported AND received_at < {AGO} "
     "AND outcome NOT IN ('withdrawn', 'declined') GROUP BY 1"),
    ("handoffs", ("office",),
     f"SELECT {OFFICE}, least(greatest(leads, 0), 100000), count(*) FROM {LED} WHERE {DISPATCHED} GROUP BY 1, 2"),
    ("right_first_time", ("office",),
     f"SELECT {OFFICE}, count(*) FILTER ({DISPATCHED}), "
     f"count(*) FILTER ({DISPATCHED} AND leads <= 1 AND objections = 0), "
     f"count(*) FILTER ({DISPATCHED} AND objections > 0), count(*) FILTER ({DISPATCHED} AND sustained > 0) "
     f"FROM {LED} GROUP BY 1"),
]  # fmt: skip
