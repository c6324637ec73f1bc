"""Small random lakes: rows that could stand in a real one, every edge included (no clock, imported, erased, two
schemes).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from huiyin.figures import schema
from huiyin.figures.lakefiles import ALL, Lake, month_of, to_arrow
from huiyin.figures.lakewriting import Writing

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OFFICES = ("roads", "water", "light", "parks", "old")
#: Matters are sometimes handed down to "light" and "old".
LEVELS = {"roads": 1, "water": 1, "light": 2, "parks": 1, "old": 3}
AREAS = {"city": "", "east": "city", "west": "city", "east.1": "east", "east.2": "east", "west.1": "west"}
CATEGORIES = {"a": "", "a.1": "a", "a.2": "a", "b": "", "b.1": "b"}
Rows = dict[str, list[dict[str, Any]]]


def random_lake(random: Random, cases: int, now: datetime = NOW, days: int = 150) -> Rows:
    """Rows of every table, drawn by the generator; nothing in them need be likely, everything is possible."""
    rows: Rows = {table.name: [] for table in schema.TABLES}
    for number in range(cases):
        _case(random, now, days, str(UUID(int=number + 1)), rows)
    rows["offices"] = [
        {"office": code, "parent": "", "level": LEVELS[code], "kind": "bureau", "area": "", "name_zh": code,
         "name_en": code,
         "active": code != "old", "merged_into": "parks" if code == "old" else ""}
        for code in OFFICES
    ]  # fmt: skip
    rows["areas"] = [
        {"area": code, "parent": parent, "level": 1, "name_zh": code, "name_en": code} for code, parent in AREAS.items()
    ]
    rows["categories"] = [
        {"category": code, "scheme": scheme, "parent": parent, "top": parent or code, "name_zh": code, "name_en": code}
        for scheme in ("1", "2")
        for code, parent in CATEGORIES.items()
    ]
    return rows


def _maybe(random: Random, value: Any, chance: float = 0.5) -> Any:
    return value if random.random() < chance else None


def _case(random: Random, now: datetime, days: int, case_id: str, rows: Rows) -> None:
    received = now - timedelta(seconds=random.randrange(1, days * 86_400))

    def later(most: int = 60) -> datetime:
        return received + timedelta(seconds=random.choice((0, 3_600, random.randrange(most * 86_400))))

    lead = random.choice((*OFFICES, ""))
    answers = random.choice((0, *(1,) * 30, *(2,) * 9)) if lead else random.choice((0, 1))
    imported = random.random() < 0.1
    given = sorted(later() for _ in range(answers))
    outcome = random.choice(("", "solved", "solved", "partly", "not_solved", "unknown")) if answers else random.choice(
        ("", "withdrawn", "declined")
    )  # fmt: skip
    rested = later() if outcome else None
    phase = "rested" if rested else random.choice(("working", "parked", "answered", "reviewing", "dispatched"))
    reveals = random.choice((0, 0, 1, 3))
    own = {
        "category": random.choice((*CATEGORIES, "")), "urgency": random.choice(("normal", "urgent")),
        "area": random.choice((*AREAS, "", "gone")), "channel": random.choice(("web", "phone", "counter", "import")),
        "received_at": received,
    }  # fmt: skip
    verdict = random.choice(("", "solved", "partly", "not_solved", "cannot_say")) if answers else ""
    case = {
        **own, "case_id": case_id, "kind": "help", "scheme": random.choice(("1", "2")), "imported": imported,
        "reachable": random.random() < 0.6, "phase": phase, "lead": lead,
        "first_lead": random.choice((lead, lead, *OFFICES)) if lead else "",
        "leads": random.randrange(1, 4) if lead else 0, "loops": random.choice((0, 0, 0, 1)),
        "objections": random.choice((0, 0, 1, 2)), "rulings": 0, "sustained": random.choice((0, 0, 1)),
        "supporting": random.randrange(3), "dispatched_at": later(2) if lead else None,
        "acknowledged_at": _maybe(random, later(3)), "contacted_at": _maybe(random, later(5), 0.97),
        "site_checks": random.randrange(2), "extensions": 0, "parks": 0,
        "parked_at": later(20) if phase == "parked" else None,
        "parked_until": _maybe(random, (received + timedelta(days=random.randrange(90))).date(), 0.8)
        if phase == "parked" else None,
        "reparked": random.choice((0, 0, 1)), "escalations": 0, "staff_steps": random.randrange(9), "answers": answers,
        "first_answered_at": given[0] if given else None, "answered_at": given[-1] if given else None,
        "waited_seconds": random.choice((0, random.randrange(100_000))),
        "claim": random.choice(("solved", "explained", "promised")) if answers else "", "promise_due": None,
        "decline_reason": random.choice(("", "", "other", "petition")), "decline_overturned": random.random() < 0.3,
        "asked": bool(answers) and not imported, "verdict": verdict,
        "verdict_by": random.choice(("resident", "callback", "reviewer")) if verdict else "",
        "verdict_at": later() if verdict else None, "outcome": outcome, "rested_at": rested,
        "disputes": random.choice((0, 0, 0, 1)), "reviews": random.choice((0, 0, 1)),
        "reopened": random.choice((0, 0, 0, 1)), "followers": random.choice((0, 0, 0, 2)),
        "follows": random.random() < 0.1, "issue": random.choice(("", "", "i1")), "reveals": reveals,
        "idle_reveals": random.randrange(reveals + 1), "erased": random.random() < 0.02,
    }  # fmt: skip
    rows["cases"].append(case)
    for number, at in enumerate(given, 1):
        _answer(random, case, own, number, at, imported, rows)
    for seq in range(1, random.randrange(2, 5)):
        rows["events"].append(
            {"case_id": case_id, "seq": seq, "kind": random.choice(("received", "noted", "answered")),
             "at": min(later(), now), "role": random.choice(("resident", "handler")), "office": lead, "lead": lead,
             "code": "", "by": "", "pressed": False}
        )  # fmt: skip
    if answers and lead and random.random() < 0.3:
        rows["callbacks"].append(_callback(random, case, own, received))


def _answer(
    random: Random, case: dict[str, Any], own: dict[str, Any], number: int, at: datetime, imported: bool, rows: Rows
) -> None:
    started = None if imported else case["received_at"]
    due = _maybe(random, case["received_at"] + timedelta(hours=random.randrange(1, 900)), 0.85) if started else None
    verdict = random.choice(("", "solved", "partly", "not_solved", "cannot_say"))
    rows["answers"].append(
        {**own, "case_id": case["case_id"], "number": number, "lead": case["lead"], "at": at, "started_at": started,
         "due_at": due, "at_intake": random.random() < 0.1, "shared": random.random() < 0.1,
         "claim": random.choice(("solved", "solved", "explained", "promised")),
         "promise_due": _maybe(random, date(2026, random.randrange(6, 13), 5)), "site_checked": random.random() < 0.5,
         "evidence": verdict == "solved", "template": random.choice(("", "", "t1", "t2", "t3")),
         "hollow": random.random() < 0.2, "promise_only": random.random() < 0.2, "other_matter": random.random() < 0.1,
         "verdict": verdict, "verdict_by": "resident" if verdict else "",
         "verdict_at": at + timedelta(days=1) if verdict else None,
         "returned_at": _maybe(random, at + timedelta(seconds=random.choice((0, 30 * 86_400, 30 * 86_400 + 1, 999)))),
         }
    )  # fmt: skip


def _callback(random: Random, case: dict[str, Any], own: dict[str, Any], received: datetime) -> dict[str, Any]:
    disposition = random.choice(("answered", "answered", "refused", "no_contact"))
    said = disposition == "answered"
    start = datetime(received.year, received.month, 1, tzinfo=UTC)

    def point() -> int | None:
        return _maybe(random, random.randrange(1, 6), 0.9) if said else None

    # The stratum is the office and the period; its size is a function of both, as in a real draw.
    size = 50 + len(case["lead"]) * 7 + received.month
    return {
        "period": month_of(received), "period_start": start, "case_id": case["case_id"], "answer": 1,
        "lead": case["lead"], "category": own["category"], "urgency": own["urgency"], "area": own["area"],
        "stratum_size": size, "drawn": 20, "attempts": random.randrange(1, 4), "disposition": disposition,
        "asked_at": received + timedelta(days=30),
        "result": random.choice(("solved", "partly", "not_solved", "cannot_say")) if said else "",
        "contacted": random.choice(("yes", "no", "cannot_say")) if said else "", "contacted_days": None,
        "voice": point(), "respect": point(), "explained": point(), "equal": point(),
        "pressed": random.choice(("yes", "no", "no", "rather_not")) if said else "", "again": "yes" if said else "",
    }  # fmt: skip


def write(folder: Path, rows: Rows, *, as_of: datetime = NOW, origin: str = "town") -> Lake:
    """Rows → a lake on disk."""
    writing = Writing(folder)
    for name, mine in rows.items():
        table = schema.table(name)
        if not table.month_of:
            writing.replace(name, ALL, to_arrow(table, mine))
            continue
        for month in sorted({month_of(row[table.month_of]) for row in mine}):
            writing.append(name, month, to_arrow(table, [r for r in mine if month_of(r[table.month_of]) == month]))
    return writing.commit(as_of=as_of.isoformat(), origin=origin)
