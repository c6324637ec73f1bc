"""A check-up in which the office of the accounts is asked two things and the whole body one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


def fill(ids: Mapping[str, UUID], now: datetime) -> str:
    """Returns the key of a question with matters behind it."""
    from huiyin.base.transaction import write
    from huiyin.checkup import looking
    from huiyin.checkup.tests import planted
    from huiyin.figures.signatures import CheckUp, check_up
    from huiyin.figures.signatures.tests import rows
    from huiyin.organisation import store

    def few_come(number: int, case: rows.Row, answer: rows.Row, events: Any, call: rows.Row) -> None:
        case["received_at"] -= timedelta(days=58 if number % 2 else 0)
        case["area"] = "R9" if number % 2 else "R1"

    catalogue = store.current()
    until = looking.moment(now, catalogue.tz)
    found = [check_up(rows.town(plant), rows.UNTIL) for plant in (planted.false, planted.idle, few_come)]
    matters = tuple(str(ids[name]) for name in ("working", "answered", "redone", "confidential"))
    questions = tuple(
        replace(finding, office=finding.office and "urban", cases=matters if finding.office else ())
        for result in found
        for finding in result.findings
    )
    looked = dict.fromkeys(found[0].looked, ("urban", "housing", "water"))
    result = CheckUp(until - timedelta(weeks=8), until, questions, 3, looked)
    look = write(lambda: looking.keep(result, 1, now, {"role": "system"}))
    return str(look.questions.get(signature="false_closing").pk)
