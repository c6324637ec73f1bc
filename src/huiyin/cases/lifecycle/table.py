"""The table: which command, in which phase, by whom. It is the one place where "who may do what" is written.

A cell names the relation a role must have to the case:
ANY   – the role is enough;
LEAD  – the actor's office leads the case;
PART  – the actor's office leads or supports;
LEAD_OR_TOLD, PART_OR_TOLD – the same, or it is the head to whom a delay was reported: the office above may help and
        say something, and answers for nobody;
OWN   – the person who raised the matter (whoever holds the claim code).
A role that is not in the row may not give the command.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from huiyin.base.errors import Refusal
from huiyin.cases.lifecycle.state import ALL_PHASES, OPEN_PHASES, WITH_OFFICE, Actor, CaseState, Phase, Role


class Relation(StrEnum):
    ANY = "any"
    LEAD = "lead"
    PART = "part"
    LEAD_OR_TOLD = "lead_or_told"
    PART_OR_TOLD = "part_or_told"
    OWN = "own"


ANY, LEAD, PART, OWN = Relation.ANY, Relation.LEAD, Relation.PART, Relation.OWN
LEAD_OR_TOLD, PART_OR_TOLD = Relation.LEAD_OR_TOLD, Relation.PART_OR_TOLD
R, P = Role, Phase


@dataclass(frozen=True, slots=True)
class Row:
    phases: frozenset[Phase]
    roles: dict[Role, Relation]


def _row(phases: set[Phase] | frozenset[Phase], roles: dict[Role, Relation]) -> Row:
    return Row(frozenset(phases), roles)


_OFFICE = {R.HANDLER: LEAD, R.HEAD: LEAD}
_ANYBODY_ON_IT = {
    R.HANDLER: PART, R.HEAD: PART_OR_TOLD, R.OPERATOR: ANY, R.DISPATCHER: ANY, R.SUPERVISOR: ANY, R.REVIEWER: ANY,
}  # fmt: skip

TABLE: dict[str, Row] = {
    # coming in
    "Receive": _row({P.NEW}, {R.RESIDENT: OWN, R.OPERATOR: ANY, R.IMPORTER: ANY}),
    "AnswerOnRecord": _row({P.RECEIVED}, {R.IMPORTER: ANY}),
    "AnswerAtIntake": _row({P.RECEIVED}, {R.OPERATOR: ANY}),
    "Classify": _row(OPEN_PHASES, {R.OPERATOR: ANY, R.DISPATCHER: ANY, R.SUPERVISOR: ANY}),
    "Publish": _row(ALL_PHASES, {R.OPERATOR: ANY, R.DISPATCHER: ANY, R.SUPERVISOR: ANY}),
    "Unpublish": _row(ALL_PHASES, {R.RESIDENT: OWN, R.DISPATCHER: ANY, R.SUPERVISOR: ANY, R.ADMINISTRATOR: ANY}),
    # finding the right office
    "Dispatch": _row({P.RECEIVED}, {R.DISPATCHER: ANY, R.SUPERVISOR: ANY}),
    "Acknowledge": _row({P.DISPATCHED}, _OFFICE),
    "Object": _row({P.DISPATCHED, P.WORKING}, _OFFICE),
    # the second objection goes to the dispatcher's superior: `decide` narrows this row by the number of rulings
    "RuleOnObjection": _row({P.OBJECTED}, {R.DISPATCHER: ANY, R.SUPERVISOR: ANY}),
    "AddSupport": _row(WITH_OFFICE, {R.HEAD: LEAD_OR_TOLD, R.DISPATCHER: ANY, R.SUPERVISOR: ANY}),
    "RemoveSupport": _row(WITH_OFFICE, {R.DISPATCHER: ANY, R.SUPERVISOR: ANY}),
    # the work
    "FirstContact": _row({P.DISPATCHED, P.WORKING, P.PARKED}, _OFFICE),
    "Note": _row(ALL_PHASES - {P.MERGED}, _ANYBODY_ON_IT),
    "SiteCheck": _row({P.WORKING, P.PARKED, P.REVIEWING}, {R.HANDLER: PART, R.HEAD: PART, R.REVIEWER: ANY}),
    "Extend": _row({P.WORKING}, {R.HEAD: LEAD}),
    "Park": _row({P.WORKING}, {R.HEAD: LEAD}),
    "Resume": _row({P.PARKED}, {**_OFFICE, R.SYSTEM: ANY}),
    "AskResident": _row({P.WORKING}, _OFFICE),
    "ReplyOfResident": _row({P.WORKING}, {R.RESIDENT: OWN, R.OPERATOR: ANY}),
    "Message": _row(
        ALL_PHASES - {P.MERGED},
        {R.RESIDENT: OWN, R.HANDLER: LEAD, R.HEAD: LEAD, R.OPERATOR: ANY, R.DISPATCHER: ANY, R.REVIEWER: ANY},
    ),
    "Attach": _row(ALL_PHASES, {R.RESIDENT: OWN, R.OPERATOR: ANY, R.HANDLER: PART, R.HEAD: PART, R.REVIEWER: ANY}),
    "Answer": _row({P.WORKING}, _OFFICE),
    "Decline": _row({P.RECEIVED, P.WORKING}, {R.DISPATCHER: ANY, R.SUPERVISOR: ANY, R.HEAD: LEAD}),
    # the resident's word
    "GiveVerdict": _row({P.ANSWERED}, {R.RESIDENT: OWN}),
    "Dispute": _row({P.ANSWERED}, {R.RESIDENT: OWN}),
    "AskReview": _row({P.DECLINED}, {R.RESIDENT: OWN}),
    "Withdraw": _row(ALL_PHASES - {P.RESTED}, {R.RESIDENT: OWN}),
    "Reopen": _row({P.RESTED}, {R.RESIDENT: OWN, R.REVIEWER: ANY}),
    "SetConfidentiality": _row(ALL_PHASES, {R.RESIDENT: OWN}),
    # independent of the office
    "Review": _row({P.REVIEWING}, {R.REVIEWER: ANY}),
    "Callback": _row({P.ANSWERED}, {R.CALLER: ANY, R.REVIEWER: ANY}),
    # one matter, several people
    "Merge": _row(
        {P.RECEIVED, P.DISPATCHED, P.WORKING},
        {R.RESIDENT: OWN, R.OPERATOR: ANY, R.DISPATCHER: ANY, R.SUPERVISOR: ANY},
    ),
    "GainSupporter": _row(ALL_PHASES - {P.MERGED}, {R.SYSTEM: ANY}),
    "LoseSupporter": _row(ALL_PHASES - {P.MERGED}, {R.SYSTEM: ANY}),
    "Unmerge": _row({P.MERGED}, {R.RESIDENT: OWN, R.DISPATCHER: ANY, R.SUPERVISOR: ANY, R.SYSTEM: ANY}),
    "ShareAnswer": _row({P.MERGED}, {R.SYSTEM: ANY}),
    # clocks
    "ClockRanOut": _row(ALL_PHASES - {P.RESTED}, {R.SYSTEM: ANY}),
    "Remind": _row({P.ANSWERED}, {R.SYSTEM: ANY}),
    "RestOnSilence": _row({P.ANSWERED, P.DECLINED}, {R.SYSTEM: ANY, R.IMPORTER: ANY}),
    # the vault
    "RevealContact": _row(ALL_PHASES, {R.HANDLER: LEAD, R.HEAD: LEAD, R.OPERATOR: ANY, R.CALLER: ANY, R.REVIEWER: ANY}),
    "Erase": _row(ALL_PHASES, {R.RESIDENT: OWN, R.ADMINISTRATOR: ANY, R.SYSTEM: ANY}),
}


def told_as(actor: Actor) -> tuple[str, ...]:
    """How events name this actor as the one to whom a delay was reported (`CaseState.escalated_to`)."""
    if actor.role is Role.HEAD:
        return (f"{Role.HEAD}@{actor.office}",) if actor.office else ()
    if actor.role is Role.SUPERVISOR:
        # Late reviews were once reported to administrators, who can read no matter.
        return (str(Role.SUPERVISOR), str(Role.ADMINISTRATOR))
    return (str(Role.REVIEWER),) if actor.role is Role.REVIEWER else ()


def related(relation: Relation, actor: Actor, state: CaseState) -> bool:
    """Whether the actor stands in this relation to the case."""
    if relation is ANY or relation is OWN:
        return True  # OWN: the resident's door opens one case only, by its claim code
    if not actor.office:
        return False
    if relation in (LEAD_OR_TOLD, PART_OR_TOLD) and state.escalated_to in told_as(actor):
        return True
    if relation in (LEAD, LEAD_OR_TOLD):
        return actor.office == state.lead
    return actor.office == state.lead or actor.office in state.support


#: What leads an ended or answered case back to work. Without a word nobody can work on it, answer it or review it.
LEADS_BACK = frozenset({"Dispute", "AskReview", "Reopen"})


def permit(command: str, actor: Actor, state: CaseState) -> None:
    """Raise Refusal unless the table allows it: first whether this role may at all, then whether now is the time."""
    row = TABLE[command]
    relation = row.roles.get(actor.role)
    if relation is None:
        raise Refusal("not_your_role", command=command, role=str(actor.role))
    if state.phase is not Phase.NEW and not related(relation, actor, state):
        raise Refusal("not_your_case", command=command)
    if state.phase not in row.phases:
        raise Refusal("not_now", command=command, phase=str(state.phase))
    if state.erased and command in LEADS_BACK:
        raise Refusal("erased_case_stays", command=command)


def allowed(actor: Actor, state: CaseState) -> frozenset[str]:
    """The commands this actor may give now, by name (what a page offers as actions)."""
    names = set()
    for name in TABLE:
        try:
            permit(name, actor, state)
        except Refusal:
            continue
        names.add(name)
    return frozenset(names)
