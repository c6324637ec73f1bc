"""A small body of six offices, and a lake in which one of them shows a pattern."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from huiyin.cases import actions
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests import body
from huiyin.checkup import looking
from huiyin.checkup.models import Look
from huiyin.figures.signatures.tests import rows
from huiyin.figures.signatures.tests.rows import Plant, Row
from huiyin.figures.tests import lakes
from huiyin.lake import reading
from huiyin.organisation import store
from huiyin.organisation.catalogue import OfficeInfo

#: The Monday the rows lead up to: a moment of the check-up in UTC.
UNTIL = datetime(2026, 3, 23, tzinfo=UTC)
NOW = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
WHILE = datetime(2026, 2, 10, tzinfo=UTC)
SYSTEM = {"role": "system"}
#: E lies below A.
ABOVE = {"E": "A"}


def load() -> None:
    """The offices the rows speak of, below "city"."""
    offices = {"city": OfficeInfo("city", "", 1, "city", body._names("市政府", "City"))} | {
        code: OfficeInfo(
            code,
            ABOVE.get(code, "city"),
            3 if code == "E" else 2,
            "department",
            body._names(f"单位{code}", f"Office {code}"),
        )
        for code in rows.OFFICES
    }
    store.forget()
    store.load(replace(body.catalogue(), offices=offices, timezone="UTC"), body.NOW)


def nothing(number: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    """An office like the others."""


def false(number: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    """Three of four matters called settled are not."""
    if number % 4:
        answer["verdict"] = case["verdict"] = "not_solved"


def idle(number: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    """Every second contact is looked at for nothing."""
    case["idle_reveals"] = number % 2


def urged(tellers: int) -> Plant:
    """So many people told callers that somebody talked them round; as many said no, the others were not asked."""

    def plant(number: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
        call["pressed"] = "yes" if number < tellers else "no" if number < 2 * tellers else ""

    return plant


def denied_by_phone(number: int, case: Row, answer: Row, events: list[Row], call: Row) -> None:
    """Three of four say "not solved" to an independent caller."""
    if number % 4:
        call["result"] = "not_solved"


def lake(plant: Plant, office: str = "A", *, known: dict[str, UUID] | None = None, as_of: datetime = NOW) -> None:
    """Write the rows as this deployment's lake. `known` gives matters the keys of real ones."""
    known = known or {}
    shift = UNTIL - rows.UNTIL
    made: dict[str, list[Row]] = {}
    for name, table in rows.town(plant, office).tables.items():
        made[name] = []
        for row in table.to_pylist():
            moved = {key: value + shift if isinstance(value, datetime) else value for key, value in row.items()}
            if "case_id" in moved:
                moved["case_id"] = str(known.get(row["case_id"]) or uuid5(NAMESPACE_URL, row["case_id"]))
            made[name].append(moved)
    lakes.write(reading.folder(), made, as_of=as_of, origin="database")


def working(key: str, office: str, **more: str) -> Case:
    """A real matter an office works on."""
    desk, handler = Actor(Role.DISPATCHER, "city", "900"), Actor(Role.HANDLER, office, "901")
    receipt = actions.receive(
        c.Receive("web", "lamp", area="east", category="street.lamp", **more), Actor(Role.RESIDENT), WHILE,
        door="web", key=key,
    )  # fmt: skip
    actions.perform(receipt.case_id, c.Dispatch(office), desk, WHILE)
    actions.perform(receipt.case_id, c.Acknowledge(), handler, WHILE)
    return Case.objects.get(pk=receipt.case_id)


def looked(plant: Plant, office: str = "A", **more: object) -> Look:
    """A lake with the pattern, and the look at it."""
    lake(plant, office, **more)  # type: ignore[arg-type]
    return looking.look(NOW, SYSTEM)
