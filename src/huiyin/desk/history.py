"""The story of a case as staff read it: each event as a heading, who, facts in words, and the words written then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import CaseState
from huiyin.cases.lifecycle.state import WINDOWS, moment
from huiyin.cases.timeline import Step
from huiyin.desk import words as w
from huiyin.desk.fields import name_of, path_name
from huiyin.desk.words import word
from huiyin.organisation.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Line:
    """One event, ready to be drawn. `facts` are short sentences; `said` are (label, words); `when` a further time."""

    seq: int
    kind: str
    title: str
    at: datetime
    who: str
    side: str
    facts: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    claim: str = ""
    verdict: str = ""
    outcome: str = ""
    due: datetime | None = None


def lines(steps: Iterable[Step], catalogue: Catalogue) -> list[Line]:
    """Oldest first. The own words at the beginning are left out: the page shows them by themselves."""
    return [_line(step, catalogue) for step in steps]


def _line(step: Step, catalogue: Catalogue) -> Line:
    body = step.body
    said = tuple(
        (word(w.LABELS, label), text)
        for label, text in step.words.items()
        if not (step.kind == "received" and label in ("text", "subject", "place", "point"))
    )
    return Line(
        seq=step.seq,
        kind=step.kind,
        title=word(w.EVENTS, step.kind),
        at=step.happened_at,
        who=who(step.actor, catalogue),
        side={"resident": "by-you", "handler": "by-office", "head": "by-office"}.get(str(step.actor.get("role")), ""),
        facts=tuple(text for text in _facts(step.kind, body, catalogue) if text),
        said=said,
        claim=str(body.get("claim", "")) if step.kind == "answered" else "",
        verdict=str(body.get("value", "")) if step.kind == "verdict_given" else "",
        outcome=str(body.get("outcome", "")) if step.kind == "rested" else "",
        due=_new_deadline(body) if step.kind in ("extended", "disputed", "reopened") else None,
    )


def who(actor: Mapping[str, Any], catalogue: Catalogue) -> str:
    """Role and office; never an account or a name."""
    role = word(v.ROLES, str(actor.get("role", "")))
    office = name_of(catalogue.offices, actor.get("office"))
    return f"{office} · {role}" if office else role


def _new_deadline(body: Mapping[str, Any]) -> datetime | None:
    stamp = body.get("clocks", {}).get("answer")
    return moment(stamp) if stamp else None


Facts = Callable[[Mapping[str, Any], Catalogue], Iterator[str]]


def _received(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield _("渠道：%(name)s") % {"name": word(v.CHANNELS, body["channel"])}
    if body.get("imported"):
        yield _("从旧系统导入")


def _classified(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield path_name(catalogue.category_path(body["category"])) or str(body["category"])
    if body.get("urgency"):
        yield word(v.URGENCIES, body["urgency"])
    if body.get("area"):
        yield path_name(catalogue.area_path(body["area"]))


def _dispatched(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield _("主办：%(name)s") % {"name": name_of(catalogue.offices, body["lead"])}
    if body.get("support"):
        yield _("协办：%(name)s") % {"name": "、".join(name_of(catalogue.offices, code) for code in body["support"])}


def _objected(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield word(v.OBJECTION_REASONS, body["reason_code"])
    if body.get("suggested"):
        yield _("认为应当由它办：%(name)s") % {"name": name_of(catalogue.offices, body["suggested"])}


def _ruled(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    if body["sustained"]:
        yield _("异议成立，改派给：%(name)s") % {"name": name_of(catalogue.offices, body.get("lead"))}
    else:
        yield _("异议不成立，仍由原单位办")
    if body.get("final"):
        yield _("这是最终裁定")


def _office(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield name_of(catalogue.offices, body["office"])


def _parked(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield _("%(what)s，等到 %(day)s") % {"what": word(v.PARK_REASONS, body["reason_code"]), "day": body["until"]}


def _answered(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    if body.get("promise_due"):
        yield _("承诺在 %(day)s 前办好") % {"day": body["promise_due"]}
    if body.get("at_intake"):
        yield _("接诉时当场答复")
    if body.get("shared"):
        yield _("随同一件事一起答复")


def _verdict(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield _("由谁说的：%(who)s") % {"who": word(v.VERDICT_BY, body["by"])}


def _disputed(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield _("退回单位重办") if body["to"] == "redo" else _("交独立监督员复核")


def _called(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield word(v.DISPOSITIONS, body["disposition"])
    if body.get("pressed"):
        yield _("对方说有人施加压力")


def _escalated(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    yield _("“%(purpose)s”的期限已过") % {"purpose": word(v.CLOCKS, body["purpose"])}
    told = word(v.ROLES, body["to_role"])
    office = name_of(catalogue.offices, body.get("to_office"))
    yield _("已报给：%(who)s") % {"who": f"{office} · {told}" if office else told}


def _one(words: w.Words, key: str) -> Facts:
    def facts(body: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
        yield word(words, str(body.get(key, "")))

    return facts


_FACTS: Mapping[str, Facts] = {
    "received": _received,
    "classified": _classified,
    "dispatched": _dispatched,
    "objected": _objected,
    "objection_ruled": _ruled,
    "support_added": _office,
    "support_removed": _office,
    "contacted": _one(v.FIRST_CONTACT_WAYS, "how"),
    "site_checked": _one(v.SITE_FINDINGS, "found"),
    "parked": _parked,
    "answered": _answered,
    "declined": _one(v.DECLINE_REASONS, "reason_code"),
    "verdict_given": _verdict,
    "disputed": _disputed,
    "reviewed": _one(v.REVIEW_RULINGS, "ruling"),
    "called_back": _called,
    "confidentiality_set": _one(w.SECRECY, "level"),
    "escalated": _escalated,
    "contact_revealed": _one(v.REVEAL_PURPOSES, "purpose"),
    "erased": _one(v.ERASURE_GROUNDS, "ground"),
}


def _facts(kind: str, body: Mapping[str, Any], catalogue: Catalogue) -> Iterable[str]:
    facts = _FACTS.get(kind)
    return facts(body, catalogue) if facts else ()


# --- clocks -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One deadline as it stands: running (perhaps overdue), or waiting and for whom."""

    purpose: str
    name: str
    state: str
    due: datetime
    waiting_for: str


def clocks(state: CaseState, office: bool = False) -> list[ClockLine]:
    """Open deadlines, the nearest first. A clock that waits says for whom, so that nobody is called late for it.

    An office does not see the one between two calls: it would tell that somebody independent is asking (timeline).
    """
    waits = word(w.WAITS_FOR, state.waiting_for) if state.waiting_for else ""
    found = [
        ClockLine(
            purpose,
            word(v.CLOCKS, purpose),
            "waiting" if clock.paused_at else "running",
            clock.due_at,
            waits if clock.paused_at else "",
        )
        for purpose, clock in state.clocks.items()
        if clock.open and purpose not in WINDOWS and not (office and purpose == "callback_gap")
    ]
    return sorted(found, key=lambda line: (line.due, line.purpose))
