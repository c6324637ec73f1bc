"""A matter's life in sentences a grandmother understands: where it is now, by when, and how it came there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases import vocabulary
from huiyin.cases.lifecycle import CaseState, Phase
from huiyin.cases.timeline import Step
from huiyin.organisation.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it is shown. `by` is you, office or other; `chips` are (kind, code); `words` (label, text)."""

    seq: int
    at: datetime
    title: str
    by: str = "other"
    chips: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the matter is: one sentence, and the moment that counts (`due`) with what is due then."""

    sentence: str
    more: str = ""
    due: datetime | None = None
    due_for: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Teller:
    """Knows names: of offices, and of the person (`voice` you, or public)."""

    catalogue: Catalogue
    language: str
    voice: str = "you"
    days: dict[str, str] = field(default_factory=dict)

    def office(self, code: str) -> str:
        """An office's name; a code that left the pack reads as itself."""
        info = self.catalogue.offices.get(code)
        return info.names.local(self.language) if info else code

    # --- where it is now ------------------------------------------------------------------------------------------
    def standing(self, state: CaseState, now: datetime) -> Standing:
        """The sentence at the top of the page."""
        office = {"office": self.office(state.lead)}
        clock = state.clocks.get("answer")
        due = clock.due_at if clock and clock.open else None
        late = bool(clock and clock.open and (clock.missed or clock.due_at < now))
        answer = partial(Standing, due=due, due_for="answer", overdue=late)
        match state.phase:
            case Phase.RECEIVED:
                return answer(_("已经收到，正在找负责的单位。"))
            case Phase.DISPATCHED:
                return answer(_("已经交给%(office)s，等它接手。") % office)
            case Phase.OBJECTED:
                more = _("您什么都不用做，答复的期限也不变。")
                return answer(_("%(office)s说这件事不归它管，正在裁定由谁办。") % office, more)
            case Phase.WORKING if state.waiting_for == "resident":
                return Standing(
                    _("%(office)s在等您回答一个问题。") % office,
                    _("您回答以后，它接着办。等您的这段时间不算在它的期限里。"),
                )
            case Phase.WORKING:
                return answer(_("现在由%(office)s处理。") % office)
            case Phase.PARKED:
                reason = str(vocabulary.PARK_REASONS.get(state.waiting_for, ""))
                parked = state.clocks.get("parked")
                return Standing(
                    _("%(office)s暂时在等：%(reason)s。") % {**office, "reason": reason},
                    _("到了那一天，它要接着办。"),
                    parked.due_at if parked else None,
                    "parked",
                )
            case Phase.ANSWERED:
                return self._answered(state)
            case Phase.DECLINED:
                return Standing(
                    _("这件事没有受理，理由和可以走的路写在下面。"), _("您觉得不对，可以请独立监督员复核。")
                )
            case Phase.REVIEWING:
                review = state.clocks.get("review")
                return Standing(
                    _("独立监督员正在复核。它不归办事的单位管。"), "", review.due_at if review else None, "review"
                )
            case Phase.MERGED:
                return Standing(
                    _("这件事和别人反映的同一件事一起办。"), _("那件事有了答复，您也会收到，办好没有由您自己说。")
                )
            case Phase.RESTED:
                return self._rested(state)
        return Standing(str(vocabulary.PHASES.get(str(state.phase), "")))

    def _answered(self, state: CaseState) -> Standing:
        window = state.clocks.get("verdict_window")
        due = window.due_at if window and window.open else None
        if state.verdict:
            return Standing(
                _("您已经说了结果：%(verdict)s。") % {"verdict": vocabulary.VERDICTS[state.verdict]},
                _("您还可以改主意，或者请它重办。") if state.verdict != "solved" else "",
                due,
                "verdict",
            )
        office = {"office": self.office(state.lead)} if state.lead else {"office": _("接待的人")}
        return Standing(_("%(office)s已经答复。办好没有，您说了算。") % office, "", due, "verdict")

    def _rested(self, state: CaseState) -> Standing:
        who = {"resident": _("您说的"), "callback": _("您在回访电话里说的"), "reviewer": _("独立监督员定的")}
        if self.voice != "you":
            who = {
                "resident": _("提出的人说的"), "callback": _("提出的人在回访电话里说的"),
                "reviewer": _("独立监督员定的"),
            }  # fmt: skip
        by = who.get(state.verdict_by, "")
        outcome = {
            "solved": _("这件事结束了：已经解决。"), "partly": _("这件事结束了：解决了一部分。"),
            "not_solved": _("这件事结束了：没有解决。"),
            "unknown": _("这件事先放下了：不知道解决没有，因为一直没有等到回音。"),
            "declined": _("这件事结束了：没有受理。"), "withdrawn": _("这件事已经撤回。"),
        }.get(str(state.outcome), _("这件事已经结束。"))  # fmt: skip
        return Standing(outcome, by)

    # --- how it came there ----------------------------------------------------------------------------------------
    def tell(self, steps: Iterable[Step]) -> list[Told]:
        """The steps as they are shown, oldest first."""
        lead = ""
        told = []
        for step in steps:
            lead = str(step.body.get("lead") or lead)
            told.append(self._one(step, lead))
        return told

    def _one(self, step: Step, lead: str) -> Told:
        body, words = step.body, step.words
        title = self._title(step, lead)
        return Told(
            seq=step.seq,
            at=step.happened_at,
            title=title,
            by=self._by(step),
            chips=self._chips(step),
            words=tuple((self._label(step.kind, label), text) for label, text in words.items() if label in _SHOWN),
            facts=tuple(self._facts(step)),
            photo=str(body.get("file", "")) if step.kind == "attached" and self.voice == "you" else "",
        )

    def _by(self, step: Step) -> str:
        if step.actor.get("role") == "resident":
            return "you"
        return "office" if step.kind in _OF_OFFICES else "other"

    def _chips(self, step: Step) -> tuple[tuple[str, str], ...]:
        if step.kind == "answered":
            return (("claim", str(step.body["claim"])),)
        if step.kind == "verdict_given":
            return (("verdict", str(step.body["value"])),)
        if step.kind == "rested":
            return (("outcome", str(step.body["outcome"])),)
        return ()

    def _title(self, step: Step, lead: str) -> str:
        body = step.body
        you = self.voice == "you"
        # In public an event names no actor: then it was the office that led at the time.
        office = {"office": self.office(str(body.get("lead") or step.actor.get("office") or lead))}
        match step.kind:
            case "received":
                return _("收到您反映的事") if you else _("收到这件事")
            case "dispatched":
                return _("交给%(office)s办理") % office
            case "acknowledged":
                return _("%(office)s接手了") % office if office["office"] else _("单位接手了")
            case "objection_ruled" if body.get("sustained"):
                return _("裁定：改由%(office)s办") % office
            case "objection_ruled":
                return _("裁定：还由原来的单位办")
            case "message":
                return _("您留言") if body.get("from") == "resident" else _("单位给您留言")
            case "answered":
                return _("%(office)s答复") % office if office["office"] else _("答复")
            case "verdict_given" if body.get("by") == "callback":
                return _("您在回访电话里说的结果") if you else _("提出的人在回访电话里说的结果")
            case "verdict_given":
                return _("您说的结果") if you else _("提出的人说的结果")
            case "disputed" if body.get("to") == "redo":
                return _("退回去重新办") if you else _("提出的人不认可，退回去重新办")
            case "disputed":
                return _("转给独立监督员复核")
            case "contacted" if body.get("how") == "could_not_reach":
                return _("单位想联系您，没有联系上")
            case "attached":
                return _("您添加了一张照片") if step.actor.get("role") == "resident" else _("单位添加了一张照片")
            case "contact_revealed":
                return _("%(office)s看了您的联系方式") % office if office["office"] else _("有人看了您的联系方式")
            case "published":
                return _("列在公开页上了")
            case "unpublished":
                return _("已从公开页撤下")
            case "erased" if not body.get("labels"):
                return _("按您的要求，内容已经全部删除")
            case "erased":
                return _("按您的要求，联系方式已经删除")
            case "confidentiality_set":
                return _("您改了谁能看到")
        return str(vocabulary.EVENTS.get(step.kind, step.kind))

    def _facts(self, step: Step) -> Iterable[str]:
        body = step.body
        if step.kind == "dispatched" and body.get("support"):
            yield _("配合的单位：%(offices)s") % {"offices": self._and(self.office(o) for o in body["support"])}
        if step.kind in ("objected",) and body.get("reason_code"):
            yield str(vocabulary.OBJECTION_REASONS.get(body["reason_code"], ""))
        if step.kind == "parked":
            yield _("在等：%(reason)s。最迟到 %(day)s。") % {
                "reason": vocabulary.PARK_REASONS.get(body["reason_code"], ""), "day": self._day(body["until"]),
            }  # fmt: skip
        if step.kind == "declined":
            yield str(vocabulary.DECLINE_REASONS.get(body["reason_code"], ""))
        if step.kind == "answered" and body.get("promise_due"):
            yield _("答应在 %(day)s 以前办好。到了那天再请您说结果。") % {"day": self._day(body["promise_due"])}
        if step.kind == "reviewed":
            yield str(vocabulary.REVIEW_RULINGS.get(body["ruling"], ""))
        if step.kind == "contacted":
            yield str(vocabulary.FIRST_CONTACT_WAYS.get(body["how"], ""))
        if step.kind == "site_checked":
            yield str(vocabulary.SITE_FINDINGS.get(body["found"], ""))
        if step.kind == "contact_revealed":
            yield _("用途：%(purpose)s") % {"purpose": vocabulary.REVEAL_PURPOSES.get(body["purpose"], "")}
        if step.kind == "confidentiality_set":
            yield str(vocabulary.CONFIDENTIALITY.get(body["level"], ""))
        if step.kind == "called_back":
            yield str(vocabulary.DISPOSITIONS.get(body["disposition"], ""))
        if step.kind == "escalated":
            yield _("没有按时做到，已经报给上一级。")

    def _and(self, names: Iterable[str]) -> str:
        return (", " if self.language == "en" else "、").join(names)

    def _label(self, kind: str, label: str) -> str:
        return str(_SHOWN[label]()) if not (kind in _OWN_TEXT and label == "text") else ""

    def _day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        if self.language == "en":
            return f"{day.day} {day:%B %Y}"
        return f"{day.year}年{day.month}月{day.day}日"


def looks(steps: Iterable[Step]) -> list[Step]:
    """Every look at the contact, oldest first."""
    return [step for step in steps if step.kind == "contact_revealed"]


def last_answer(steps: Iterable[Step]) -> Step | None:
    """The newest answer, whose claim the resident judges."""
    return next((step for step in reversed(list(steps)) if step.kind == "answered"), None)


def question(steps: Iterable[Step]) -> str:
    """The newest question the office asked."""
    asked = next((step for step in reversed(list(steps)) if step.kind == "resident_asked"), None)
    return asked.words.get("question", "") if asked else ""


#: label → what stands before the words; empty: nothing does
_SHOWN: Mapping[str, Any] = {
    "text": lambda: "", "subject": lambda: "", "place": lambda: _("地点"), "reason": lambda: _("理由"),
    "route": lambda: _("可以走的路"), "question": lambda: "", "comment": lambda: "", "title": lambda: _("公开的标题"),
    "summary": lambda: _("公开的说明"), "words": lambda: _("写明的原因"),
}  # fmt: skip
_OWN_TEXT = frozenset({"received", "message", "noted", "answered", "resident_replied", "site_checked"})
_OF_OFFICES = frozenset(
    {
        "acknowledged", "objected", "contacted", "noted", "site_checked", "extended", "parked", "resumed",
        "resident_asked", "message", "attached", "answered", "contact_revealed",
    }
)  # fmt: skip
