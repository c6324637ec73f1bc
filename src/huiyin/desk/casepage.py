"""Everything the page of one case shows, gathered once: what was said, where, deadlines, history, possible steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyin.cases import suggest, timeline
from huiyin.cases import vocabulary as v
from huiyin.cases.access import visible
from huiyin.cases.lifecycle import CaseState, Confidentiality, Role, allowed, told_as
from huiyin.cases.models import Attachment, Case
from huiyin.cases.projection import state_of
from huiyin.cases.recording import may_be_listed
from huiyin.cases.rulebook import in_force
from huiyin.cases.similar import candidates_for_staff
from huiyin.desk import drawing, history
from huiyin.desk import words as w
from huiyin.desk.acting import Desk
from huiyin.desk.fields import name_of, path_name
from huiyin.desk.move_forms import FORMS, IN_CONTACT_PANEL
from huiyin.desk.moves import Ground, MoveForm
from huiyin.desk.words import word

#: one step the page invites to, by phase; everything else waits folded
FIRST_STEP: Mapping[str, tuple[str, ...]] = {
    "received": ("Dispatch",),
    "dispatched": ("Acknowledge",),
    "objected": ("RuleOnObjection",),
    "working": ("Answer",),
    "parked": ("Resume",),
    "reviewing": ("Review",),
    "answered": ("Callback",),
}


@dataclass(frozen=True, slots=True)
class Alike:
    """A matter that may be the same, with why. `copied`: seven in ten letter groups are the same."""

    case: Case
    words: str
    chance: int
    shared: str
    phase: str
    copied: bool = False


def steps_of(case: Case, desk: Desk) -> list[timeline.Step]:
    return timeline.for_staff(case, desk.actor)


def ground_of(case: Case, desk: Desk, text: str = "") -> Ground:
    """What the forms of this case must know."""
    return Ground(case, state_of(case), in_force(), desk.now, visible(desk.actor), text)


def may_do(desk: Desk, state: CaseState) -> frozenset[str]:
    """The commands this person may give now that have a form. What the office of a confidential case could never be
    told is not offered."""
    names = allowed(desk.actor, state) & FORMS.keys()
    hidden: set[str] = set()
    if not state.reachable or state.erased:
        hidden.add("RevealContact")
    rulebook = in_force()
    if desk.role in (Role.HANDLER, Role.HEAD) and (
        state.confidentiality is Confidentiality.CONFIDENTIAL or rulebook.is_sensitive(state.category)
    ):
        hidden.add("RevealContact")
    if state.published or not may_be_listed(state, rulebook):
        hidden.add("Publish")
    if not state.published:
        hidden.add("Unpublish")
    if not state.support:
        hidden.add("RemoveSupport")
    if state.waiting_for != "resident":
        hidden.add("ReplyOfResident")
    if state.waiting_for == "resident":
        hidden.add("AskResident")
    if state.rulings >= 1 and desk.role is not Role.SUPERVISOR:
        hidden.add("RuleOnObjection")
    return names - hidden


def gather(case: Case, desk: Desk, bound: MoveForm | None = None, open_move: str = "") -> dict[str, Any]:
    """The context of the case page. `bound` is a form that came back with errors: it stays open as it was typed."""
    steps = steps_of(case, desk)
    said: Mapping[str, str] = steps[0].words if steps else {}
    ground = bound.ground if bound is not None else ground_of(case, desk, said.get("text", ""))
    state, catalogue = ground.state, ground.catalogue
    names = may_do(desk, state)
    forms: dict[str, MoveForm] = {name: FORMS[name](ground) for name in FORMS if name in names}
    if bound is not None:
        forms[bound.step] = bound
        open_move = bound.step
    first = next((name for name in FIRST_STEP.get(case.phase, ()) if name in forms), "")
    if first and open_move in ("", first):
        open_move = first
    point = said.get("point", "")
    return {
        "case": case,
        "state": state,
        "said": said,
        "lines": list(reversed(history.lines(steps, catalogue))),
        "clocks": history.clocks(state, desk.role in (Role.HANDLER, Role.HEAD)),
        "where": drawing.where(catalogue, state.area, point),
        "category": path_name(catalogue.category_path(state.category)),
        "area": path_name(catalogue.area_path(state.area)),
        "lead": name_of(catalogue.offices, state.lead),
        "support": [name_of(catalogue.offices, code) for code in state.support],
        "responsible": name_of(catalogue.offices, state.responsible) if state.responsible != state.lead else "",
        "phase": word(v.STAFF_PHASES, case.phase),
        "kind": word(v.KINDS, state.kind),
        "urgency": word(v.URGENCIES, state.urgency),
        "channel": word(v.CHANNELS, state.channel),
        "secrecy": word(w.SECRECY, state.confidentiality),
        "coarse": state.confidentiality is Confidentiality.CONFIDENTIAL and desk.role in (Role.HANDLER, Role.HEAD),
        "shielded": desk.role in (Role.HANDLER, Role.HEAD) and ground.rulebook.is_sensitive(state.category),
        "escalated_to": escalated(state, catalogue),
        "told": told(desk, state, steps),
        "followed": Case.objects.filter(pk=case.merged_into_id).first() if case.merged_into_id else None,
        "files": list(Attachment.objects.filter(case=case).order_by("id")),
        "alike": alike(case, desk, said),
        "precedents": [precedent_line(p) for p in suggest.precedents(case, visible(desk.actor), 4)],
        "first": forms.get(first),
        "moves": [form for name, form in forms.items() if name != first and name not in IN_CONTACT_PANEL],
        "contact_moves": [forms[name] for name in ("Message", "RevealContact") if name in forms],
        "open_move": open_move,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """That a delay was reported to whoever reads the page: which deadline passed, when that was, and since when."""

    clock: str
    due: datetime | None
    since: datetime | None


def told(desk: Desk, state: CaseState, steps: list[timeline.Step]) -> Told | None:
    """What was reported to this person; None when nothing was, or when the deadline has been met since."""
    if state.escalated_to not in told_as(desk.actor):
        return None
    late = state.due
    if late is not None and late.due_at >= desk.now:
        return None
    last = next((step for step in reversed(steps) if step.kind == "escalated"), None)
    # "overdue" is the watch over a delay already told: the deadline that counts is the one still missed.
    purpose = late.purpose if late is not None else str(last.body["purpose"]) if last is not None else ""
    return Told(word(v.CLOCKS, purpose), late.due_at if late else None, last.happened_at if last else None)


def escalated(state: CaseState, catalogue: Any) -> str:
    """Who was told that a deadline ran out; empty when nobody had to be."""
    role, _, office = state.escalated_to.partition("@")
    if not role:
        return ""
    name = name_of(catalogue.offices, office)
    return f"{name} · {word(v.ROLES, role)}" if name else word(v.ROLES, role)


def alike(case: Case, desk: Desk, said: Mapping[str, str]) -> list[Alike]:
    """Matters this person may see that may be the same, best first."""
    if not said.get("text"):
        return []
    return alike_to(
        said["text"], said.get("subject", ""), case.area_id or "", desk, without=case, open_only=False, limit=4
    )


def alike_to(
    text: str,
    subject: str,
    area: str,
    desk: Desk,
    *,
    without: Case | None = None,
    open_only: bool = True,
    limit: int = 5,
) -> list[Alike]:
    """The same for a text that is no case yet."""
    candidates = candidates_for_staff(
        text, area, desk.now, limit, subject=subject, without=without.pk if without else None, open_only=open_only
    )
    chances = {candidate.case_id: candidate for candidate in candidates}
    return [
        Alike(
            found.case,
            found.words,
            round(chances[found.case.pk].probability * 100),
            "、".join(shared_words(chances[found.case.pk].reasons)),
            word(v.STAFF_PHASES, found.case.phase),
            chances[found.case.pk].copied,
        )
        for found in suggest.known([c.case_id for c in candidates], visible(desk.actor))
    ]


def shared_words(reasons: tuple[tuple[str, dict[str, object]], ...]) -> list[str]:
    """The words two matters have in common, out of the reasons of a comparison."""
    for code, facts in reasons:
        if code == "shared_words":
            words = facts.get("words", ())
            return [str(one) for one in words] if isinstance(words, list | tuple) else []
    return []


def precedent_line(precedent: suggest.Precedent) -> dict[str, Any]:
    """How an earlier matter of the kind went."""
    case = precedent.case
    return {"case": case, "words": precedent.words, "phase": word(v.STAFF_PHASES, case.phase)}
