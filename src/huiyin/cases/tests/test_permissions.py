"""Who may do what, cell by cell. The grid below is written out by hand: it is the promise, `table.TABLE` is the means.

Columns: re resident, op operator, di dispatcher, su supervisor, ha handler, he head, rv reviewer, ca caller,
ad administrator, sy system, im importer. A cell: y yes · l only when the own office leads · p leads or supports · . no.
lt, pt: the same, or a delay of this case was reported to this very person.
"""

from __future__ import annotations

import pytest

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle import TABLE, CaseState, Phase, allowed, decide, permit
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.tests.rules import NOON, RULES, actor

ROLES = [
    "resident", "operator", "dispatcher", "supervisor", "handler", "head", "reviewer", "caller", "administrator",
    "system", "importer",
]  # fmt: skip
GRID = """
                     re op di su ha he rv ca ad sy im
Receive              y  y  .  .  .  .  .  .  .  .  y
AnswerOnRecord       .  .  .  .  .  .  .  .  .  .  y
AnswerAtIntake       .  y  .  .  .  .  .  .  .  .  .
Classify             .  y  y  y  .  .  .  .  .  .  .
Publish              .  y  y  y  .  .  .  .  .  .  .
Unpublish            y  .  y  y  .  .  .  .  y  .  .
Dispatch             .  .  y  y  .  .  .  .  .  .  .
Acknowledge          .  .  .  .  l  l  .  .  .  .  .
Object               .  .  .  .  l  l  .  .  .  .  .
RuleOnObjection      .  .  y  y  .  .  .  .  .  .  .
AddSupport           .  .  y  y  .  lt .  .  .  .  .
RemoveSupport        .  .  y  y  .  .  .  .  .  .  .
FirstContact         .  .  .  .  l  l  .  .  .  .  .
Note                 .  y  y  y  p  pt y  .  .  .  .
SiteCheck            .  .  .  .  p  p  y  .  .  .  .
Extend               .  .  .  .  .  l  .  .  .  .  .
Park                 .  .  .  .  .  l  .  .  .  .  .
Resume               .  .  .  .  l  l  .  .  .  y  .
AskResident          .  .  .  .  l  l  .  .  .  .  .
ReplyOfResident      y  y  .  .  .  .  .  .  .  .  .
Message              y  y  y  .  l  l  y  .  .  .  .
Attach               y  y  .  .  p  p  y  .  .  .  .
Answer               .  .  .  .  l  l  .  .  .  .  .
Decline              .  .  y  y  .  l  .  .  .  .  .
GiveVerdict          y  .  .  .  .  .  .  .  .  .  .
Dispute              y  .  .  .  .  .  .  .  .  .  .
AskReview            y  .  .  .  .  .  .  .  .  .  .
Withdraw             y  .  .  .  .  .  .  .  .  .  .
Reopen               y  .  .  .  .  .  y  .  .  .  .
SetConfidentiality   y  .  .  .  .  .  .  .  .  .  .
Review               .  .  .  .  .  .  y  .  .  .  .
Callback             .  .  .  .  .  .  y  y  .  .  .
Merge                y  y  y  y  .  .  .  .  .  .  .
GainSupporter        .  .  .  .  .  .  .  .  .  y  .
LoseSupporter        .  .  .  .  .  .  .  .  .  y  .
Unmerge              y  .  y  y  .  .  .  .  .  y  .
ShareAnswer          .  .  .  .  .  .  .  .  .  y  .
ClockRanOut          .  .  .  .  .  .  .  .  .  y  .
Remind               .  .  .  .  .  .  .  .  .  y  .
RestOnSilence        .  .  .  .  .  .  .  .  .  y  y
RevealContact        .  y  .  .  l  l  y  y  .  .  .
Erase                y  .  .  .  .  .  .  .  y  y  .
"""
CELLS = [
    (row.split()[0], role, cell)
    for row in GRID.strip().splitlines()[1:]
    for role, cell in zip(ROLES, row.split()[1:], strict=True)
]
#: office of the actor → the cells it satisfies
OFFICES = {"light": {"y", "l", "p", "lt", "pt"}, "road": {"y", "p", "pt"}, "city": {"y", "lt", "pt"}, "water": {"y"}}


def state_in(phase: Phase) -> CaseState:
    return CaseState(phase=phase, lead="light", support=("road",), escalated_to="head@city")


def answer(command: str, role: str, office: str, phase: Phase) -> str:
    try:
        permit(command, actor(role, office), state_in(phase))
    except Refusal as refusal:
        return refusal.code
    return "yes"


def test_the_grid_names_every_command() -> None:
    assert {command for command, _, _ in CELLS} == set(TABLE)


@pytest.mark.parametrize(("command", "role", "cell"), CELLS)
def test_a_cell_is_as_promised(command: str, role: str, cell: str) -> None:
    phase = min(TABLE[command].phases)
    for office, satisfied in OFFICES.items():
        if phase is Phase.NEW:
            expected = "yes" if cell != "." else "not_your_role"
        elif cell == ".":
            expected = "not_your_role"
        else:
            expected = "yes" if cell in satisfied else "not_your_case"
        assert answer(command, role, office, phase) == expected, (office, phase)


@pytest.mark.parametrize("command", sorted(TABLE))
def test_a_command_out_of_its_phase_is_refused_to_everybody(command: str) -> None:
    for phase in set(Phase) - TABLE[command].phases:
        for role in ROLES:
            assert answer(command, role, "light", phase) != "yes", (phase, role)


@pytest.mark.parametrize("escalated_to", ["", "head@light", "head@water", "supervisor"])
def test_the_head_above_may_do_nothing_before_something_was_reported_to_them(escalated_to: str) -> None:
    state = state_in(Phase.WORKING).having(escalated_to=escalated_to)
    assert allowed(actor("head", "city"), state) == frozenset()


def test_the_head_above_may_note_and_add_an_office_and_nobody_else_there_may() -> None:
    assert allowed(actor("head", "city"), state_in(Phase.WORKING)) == {"Note", "AddSupport"}
    assert allowed(actor("handler", "city"), state_in(Phase.WORKING)) == frozenset()


def test_no_office_role_may_touch_the_verdict() -> None:
    for command in ("GiveVerdict", "Dispute", "Review", "Callback", "RestOnSilence", "Withdraw"):
        for role in ("handler", "head", "dispatcher", "supervisor", "operator"):
            assert answer(command, role, "light", min(TABLE[command].phases)) == "not_your_role"


@pytest.mark.parametrize("role", ["operator", "dispatcher", "supervisor"])
def test_a_sensitive_kind_of_matter_is_listed_by_nobody(role: str) -> None:
    state = CaseState(phase=Phase.RECEIVED, category="officials")
    assert decided(c.Publish("t"), role, state) == "sensitive_is_not_listed"
    assert decided(c.Publish("t"), role, state.having(category="lamps")) == "yes"


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("handler", "sensitive_no_contact"), ("head", "sensitive_no_contact"), ("operator", "yes"), ("caller", "yes"),
        ("reviewer", "yes"), ("dispatcher", "not_your_role"), ("supervisor", "not_your_role"),
    ],
)  # fmt: skip
def test_no_office_sees_the_contact_of_a_sensitive_kind_of_matter(role: str, expected: str) -> None:
    state = state_in(Phase.WORKING).having(category="officials", reachable=True)
    assert decided(c.RevealContact("ask_detail"), role, state) == expected


@pytest.mark.parametrize(
    ("command", "phase", "roles"),
    [
        ("Dispute", Phase.ANSWERED, ["resident"]), ("AskReview", Phase.DECLINED, ["resident"]),
        ("Reopen", Phase.RESTED, ["resident", "reviewer"]),
    ],
)  # fmt: skip
def test_nobody_leads_an_erased_case_back_to_work(command: str, phase: Phase, roles: list[str]) -> None:
    for role in roles:
        permit(command, actor(role), state_in(phase))
        with pytest.raises(Refusal, match="erased_case_stays"):
            permit(command, actor(role), state_in(phase).having(erased=True))


def decided(command: c.Command, role: str, state: CaseState) -> str:
    try:
        decide(state, command, actor(role, "light"), NOON, RULES)
    except Refusal as refusal:
        return refusal.code
    return "yes"


def test_an_actor_without_an_office_stands_in_no_relation_to_a_case() -> None:
    with pytest.raises(Refusal, match="not_your_case"):
        permit("Acknowledge", actor("handler"), state_in(Phase.DISPATCHED))
