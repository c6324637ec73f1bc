"""A small body for tests of lists and staff pages, and cases made by actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import huiyin.organisation
from huiyin.cases import actions
from huiyin.cases.contact import Contact
from huiyin.cases.lifecycle import Actor, CaseState, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.organisation import pack, store
from huiyin.organisation.catalogue import Catalogue, CategoryInfo, Duty, Names, OfficeInfo, Urgency, UrgencyRule

#: Monday noon, Shanghai time
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOME, OTHER, TOP = "street-1", "water", "main"
PHONE = "13912345678"
CANARY = "金丝雀女士"
RESIDENT = Actor(Role.RESIDENT)
DISPATCHER = Actor(Role.DISPATCHER, TOP, "900001")
HANDLER = Actor(Role.HANDLER, HOME, "900002")


def catalogue() -> Catalogue:
    """The example pack's clocks and calendars, with offices, categories and duties that these tests can count on."""
    reading = pack.read(Path(huiyin.organisation.__file__).parent / "skeleton", date(2026, 3, 2))
    assert reading.catalogue is not None, reading.problems
    offices = (
        OfficeInfo(TOP, "", 1, "government", Names(zh="总办公室", en="Main office")),
        OfficeInfo(HOME, TOP, 2, "street", Names(zh="示例街道办事处", en="Example street office"), area="street-1"),
        OfficeInfo(OTHER, TOP, 2, "utility", Names(zh="供水公司", en="Water company")),
    )
    categories = (
        CategoryInfo("A", "", 1, Names(zh="道路", en="Roads")),
        CategoryInfo("A1", "A", 2, Names(zh="路面", en="Surface"), {"zh": ("大坑", "路面"), "en": ("pothole",)}),
        CategoryInfo(
            "A2", "A", 2, Names(zh="路灯", en="Lamps"), {"zh": ("路灯坏", "路灯不亮"), "en": ("street lamp",)}
        ),
    )
    gas = UrgencyRule(
        "gas", Urgency.EMERGENCY, Names(zh="闻到燃气味", en="Smell of gas"), {"zh": ("燃气泄漏",)}, "119",
        Names(zh="马上离开。", en="Leave at once."),
    )  # fmt: skip
    return replace(
        reading.catalogue,
        offices={office.code: office for office in offices},
        categories={category.code: category for category in categories},
        duties=(
            Duty(TOP, "*", "*", "lead", Names(zh="先到总办公室", en="First to the main office"), 4),
            Duty("kind:street", "A1", "*", "lead", Names(zh="路面由所在街道主办", en="Surfaces: the street office"), 5),
            Duty(OTHER, "A1", "*", "support", Names(zh="管线单位协办", en="Pipe owners help"), 6),
        ),
        urgency_rules=(gas,),
    )


def load() -> Catalogue:
    """Put it in force."""
    found = catalogue()
    store.load(found, NOON - timedelta(days=1))
    return found


def receive(
    text: str = "路上有个大坑，昨天有人摔倒。",
    *,
    key: str = "1",
    at: datetime = NOON,
    level: str = "open",
    contact: bool = True,
    **more: str,
) -> Case:
    """One matter as a resident sends it in."""
    reach = Contact(name=CANARY, phone=PHONE, language="zh").as_json() if contact else ""
    command = c.Receive(
        "web", text, confidentiality=Confidentiality(level), area="street-1", place="示例路七号", contact=reach, **more
    )
    return Case.objects.get(pk=actions.receive(command, RESIDENT, at, door="test", key=key).case_id)


def give(case: Case, commands: c.Command | Iterable[c.Command], actor: Actor, at: datetime | None = None) -> CaseState:
    """Commands as one, and the row read again."""
    wanted = [commands] if isinstance(commands, c.Command) else list(commands)
    state = actions.perform(case.pk, wanted, actor, at or NOON + timedelta(hours=1))
    case.refresh_from_db()
    return state


def dispatched(lead: str = HOME, *, support: tuple[str, ...] = (), **more: str) -> Case:
    """One that waits to be acknowledged by `lead`."""
    case = receive(**{"category": "A1", **more})  # type: ignore[arg-type]
    give(case, c.Dispatch(lead, support), DISPATCHER)
    return case


def working(lead: str = HOME, **more: str) -> Case:
    """One that `lead` works on."""
    case = dispatched(lead, **more)
    give(case, c.Acknowledge(), Actor(Role.HANDLER, lead, "900002"))
    return case
