"""Tables of the schema with a few hundred plain matters, to plant one pattern in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from huiyin.figures import schema
from huiyin.figures.lakefiles import arrow_schema
from huiyin.figures.signatures import InMemory

UNTIL = datetime(2026, 3, 2, tzinfo=UTC)
OFFICES, EACH = ("A", "B", "C", "D", "E", "F"), 120
_EMPTY: dict[str, Any] = {
    "string": "",
    "int32": 0,
    "int64": 0,
    "boolean": False,
    "date": None,
    "timestamp('UTC')": None,
}

Row = dict[str, Any]
Plant = Callable[[int, Row, Row, list[Row], Row], None]


def blank(table: schema.Table, **values: Any) -> Row:
    """A row with nothing in it but these values; KeyError for a column the table does not have."""
    row = {name: _EMPTY.get(kind) for name, kind in table.columns.items()}
    for name in values:
        row[name]
    return row | values


def town(plant: Plant = lambda *_: None, office: str = "A") -> InMemory:
    """Six offices with 120 settled matters each in eight weeks, one in five called not solved.

    `plant(number, case, answer, events, callback)` may change the rows of the matters of one office.
    """
    cases, answers, events, callbacks = [], [], [], []
    for code in OFFICES:
        for number in range(EACH):
            case, answer, steps, call = _matter(code, number)
            if code == office:
                plant(number, case, answer, steps, call)
            cases.append(case)
            answers.append(answer)
            events += steps
            callbacks.append(call)
    offices = [
        blank(schema.OFFICES, office=code, level=3 if code == "F" else 2, name_zh=code, name_en=code, active=True)
        for code in OFFICES
    ]
    made = {"cases": cases, "answers": answers, "events": events, "callbacks": callbacks, "offices": offices}
    return InMemory(
        {name: pa.Table.from_pylist(rows, schema=arrow_schema(schema.table(name))) for name, rows in made.items()}
    )


def _matter(code: str, number: int) -> tuple[Row, Row, list[Row], Row]:
    received = UNTIL - timedelta(days=50) + timedelta(hours=9 * number / 1.2)
    answered = received + timedelta(hours=20 + 7 * (number % 9))
    verdict = "not_solved" if number % 5 == 0 else "solved"
    where = {"lead": code, "category": f"K{number % 4}", "urgency": "normal", "area": f"R{number % 3}"}
    case_id = f"{code}{number:03d}"
    case = blank(
        schema.CASES, case_id=case_id, received_at=received, first_lead=code, leads=1, answers=1, verdict=verdict,
        reveals=1, phase="rested", **where,
    )  # fmt: skip
    answer = blank(
        schema.ANSWERS, case_id=case_id, number=1, received_at=received, at=answered, started_at=received,
        due_at=received + timedelta(days=5), claim="solved", verdict=verdict, verdict_by="resident", **where,
    )  # fmt: skip
    steps = [
        blank(
            schema.EVENTS, case_id=case_id, seq=1, kind="answered", at=answered, office=code, lead=code, code="solved"
        ),
        blank(
            schema.EVENTS, case_id=case_id, seq=4, kind="verdict_given", at=answered + timedelta(days=2), lead=code,
            code=verdict, by="resident",
        ),
    ]  # fmt: skip
    call = blank(
        schema.CALLBACKS, period="2026-01", period_start=datetime(2026, 1, 1, tzinfo=UTC), case_id=case_id, answer=1,
        disposition="answered", result=verdict, pressed="no", contacted="no" if number % 9 == 0 else "yes",
        voice=2 if number % 10 == 0 else 4, respect=5, explained=4, equal=5,
        asked_at=UNTIL - timedelta(days=20), **where,
    )  # fmt: skip
    return case, answer, steps, call


def day(at: datetime) -> date:
    return at.date()
