"""A month of a small body, lived through the real actions: matters answered, the log sealed, the sample drawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from huiyin.cases import actions
from huiyin.cases.contact import Contact
from huiyin.cases.lifecycle import Actor, Claim, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests import body
from huiyin.ledger.actions import seal
from huiyin.outcomes import drawing, periods
from huiyin.outcomes.models import Period

SYSTEM = {"role": "system"}
RESIDENT, DISPATCHER = Actor(Role.RESIDENT), Actor(Role.DISPATCHER, "city", "1")
CALLER = Actor(Role.CALLER, "", "71")
#: Shanghai time is UTC+8: February 2026 begins at 16:00 UTC on 31 January.
START, END = datetime(2026, 1, 31, 16, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)
BEFORE = START - timedelta(days=3)
#: A morning, an afternoon and an evening after the draw, in the body's time zone.
MORNING, AFTERNOON, EVENING = (datetime(2026, 3, 5, hour, tzinfo=UTC) for hour in (2, 7, 11))
RULE = drawing.Rule(least=3, percent=10, days=28)
PHONE = "13911112222"


def answered(
    key: str,
    office: str = "light",
    at: datetime = START + timedelta(days=5),
    *,
    contact: bool = True,
    level: str = "open",
    category: str = "street.lamp",
) -> Case:
    """A matter that came in, was sent to `office` and answered at `at`."""
    reach = Contact(name="金丝雀女士", phone=PHONE, language="zh").as_json() if contact else ""
    receive = c.Receive("web", "路灯不亮了", confidentiality=Confidentiality(level), area="east", contact=reach)
    case_id = actions.receive(receive, RESIDENT, at - timedelta(hours=3), door="test", key=key).case_id
    handler = Actor(Role.HANDLER, office, "2")
    for minutes, (command, actor) in enumerate(
        [
            (c.Classify(category), DISPATCHER),
            (c.Dispatch(office), DISPATCHER),
            (c.Acknowledge(), handler),
            (c.Answer(Claim.SOLVED, "换了灯泡。OFFICE-WORDS"), handler),
        ],
        1,
    ):
        actions.perform(case_id, command, actor, at - timedelta(minutes=10 - minutes))
    return Case.objects.get(pk=case_id)


def announced(rule: drawing.Rule = RULE) -> Period:
    """The body in force, the rule of February announced and sealed in January."""
    body.load()
    row = periods.announce("2026-02", rule, BEFORE, SYSTEM)
    seal(BEFORE + timedelta(seconds=1))
    return row


def lived(matters: Iterable[tuple[str, str]] = (), rule: drawing.Rule = RULE) -> Period:
    """February announced, these (key, office) answered in it, the log sealed at its edges, the sample drawn."""
    announced(rule)
    seal(START)
    for key, office in matters:
        answered(key, office)
    seal(START + timedelta(days=6))
    seal(END + timedelta(seconds=5))
    return periods.draw("2026-02", END + timedelta(hours=1), SYSTEM)
