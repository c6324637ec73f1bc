"""What a resident can do on the page of their own matter: each button, what it needs, what it says when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases import texts, vault
from huiyin.cases.actions import perform, perform_inside
from huiyin.cases.lifecycle import Actor, Confidentiality, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Attachment, Case
from huiyin.cases.projection import state_of
from huiyin.ledger.models import Entry
from huiyin.outcomes import calls, words
from huiyin.outcomes.questions import Answers
from huiyin.portal import access, door, uploads
from huiyin.portal.draft import tidy

RESIDENT = Actor(Role.RESIDENT)
MAX_WORDS = 5000
MAX_PHOTOS = 12
#: Pages that ask once more, or for a reason.
QUESTIONS = frozenset({"dispute", "withdraw", "erase", "reopen", "review", "eight"})

#: What is said at the top of the page when it is done; the address carries the code only.
DONE: dict[str, str | Promise] = {
    "verdict": gettext_lazy("记下了。谢谢您说结果。"),
    "dispute": gettext_lazy("已经退回去了，单位要重新办，新的期限写在下面。"),
    "review": gettext_lazy("已经交给独立监督员复核。"),
    "message": gettext_lazy("留言已经送到。"),
    "reply": gettext_lazy("您的回答已经送到，单位接着办。"),
    "photo": gettext_lazy("照片已经加上。"),
    "level": gettext_lazy("改好了。"),
    "unpublish": gettext_lazy("已经从公开页撤下。"),
    "withdraw": gettext_lazy("这件事已经撤回。"),
    "reopen": gettext_lazy("已经重新打开，单位要接着办。"),
    "unmerge": gettext_lazy("已经分开，您的事单独办。"),
    "erase": gettext_lazy("已经删掉了。"),
    "eight": gettext_lazy("记下了。谢谢您回答。"),
}


@dataclass
class Attempt:
    """One thing that was tried. `done` names what succeeded, `ask` the question to put first; else `problem` says what
    was wrong, and `text` is what was typed."""

    do: str = ""
    value: str = ""
    text: str = ""
    problem: str = ""
    done: str = ""
    ask: str = ""
    status: int = 200
    photo_problems: list[tuple[str, str]] = field(default_factory=list)


def attempt(request: HttpRequest, visit: access.Visit, now: datetime) -> Attempt:
    """Carry out what a button of the page asks for. Never raises for what a person can type or press."""
    do, _sep, value = request.POST.get("do", "").partition(":")
    tried = Attempt(do=do, value=value or request.POST.get("value", ""), text=tidy(request.POST.get("text", "")))
    known = visit.seq_of(request.POST.get("mark", ""))
    if known is None:
        tried.problem = _("没能认出这一页是从这里打开的，所以还没有做。您写的都还在，请再按一次。")
        tried.status = 403
    elif do not in _DOING:
        tried.problem = _("没有这个按钮。请从这一页重新选。")
        tried.status = 400
    elif len(tried.text) > MAX_WORDS:
        tried.problem = texts.sentence(Refusal("text_too_long", length=len(tried.text), limit=MAX_WORDS))
        tried.status = 422
    else:
        _carry_out(request, visit, tried, known, now)
    if tried.problem and (do in QUESTIONS or do == "only"):
        tried.ask = "dispute" if do == "only" else do
    return tried


def _carry_out(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    try:
        _DOING[tried.do](request, visit, tried, known, now)
    except Refusal as refusal:
        tried.problem = words.sentence(refusal)
        tried.status = 409 if refusal.code in ("not_now", "answered_meanwhile") else 422
    except DatabaseError:
        tried.problem = _("刚才没能存下来。您写的都在，请过一分钟再按一次。")
        tried.status = 503


Doing = Callable[[HttpRequest, access.Visit, Attempt, int, datetime], None]


def _said_since(case: Case, known: int, kinds: Sequence[str], label: str, text: str) -> bool:
    """Whether the same words were sent since the page was made: a button pressed twice, a page sent again."""
    own = [
        entry.seq
        for entry in Entry.objects.filter(stream=case.pk, seq__gt=known, kind__in=kinds)
        if entry.actor.get("role") == "resident"
    ]
    words = vault.words(case.pk, (label,)) if own else {}
    return any(words.get((seq, label), "") == text.strip() for seq in own)


def _once(
    case: Case, known: int, kinds: Sequence[str], label: str, text: str, command: c.Command, at: datetime
) -> None:
    """Say something once, however often and however simultaneously the button is pressed."""

    def work() -> None:
        locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not _said_since(locked, known, kinds, label, text):
            perform_inside(case.pk, [command], RESIDENT, at)

    write(work)


def _verdict(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    value = Verdict(tried.value) if tried.value in list(Verdict) else None
    if value is None:
        tried.problem, tried.status = _("请按四个按钮里的一个。"), 400
        return
    if value in (Verdict.PARTLY, Verdict.NOT_SOLVED):
        tried.ask = "dispute"  # first: what is still wrong, and whether it shall be done again
        return
    if _already(visit, verdict=str(value)):
        tried.done = "verdict"
        return
    _has_seen_the_answer(visit.case, known)
    perform(visit.case.pk, c.GiveVerdict(value, tried.text), RESIDENT, now)
    tried.done = "verdict"


def _dispute(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    value = Verdict(tried.value) if tried.value in ("partly", "not_solved") else Verdict.NOT_SOLVED
    again = tried.do == "dispute"
    if visit.case.seq > known and _spoken_since(visit.case, known):
        tried.done = "dispute"
        return
    _has_seen_the_answer(visit.case, known)
    commands: list[c.Command] = []
    if visit.case.verdict != str(value):
        commands.append(c.GiveVerdict(value, "" if again else tried.text))
    if again:
        commands.append(c.Dispute(tried.text))
    after = perform(visit.case.pk, commands, RESIDENT, now)
    tried.done = ("review" if str(after.phase) == "reviewing" else "dispute") if again else "verdict"


def _has_seen_the_answer(case: Case, known: int) -> None:
    """Nobody's word may count for an answer their page did not show. Raises Refusal."""
    if case.seq > known and Entry.objects.filter(stream=case.pk, seq__gt=known, kind="answered").exists():
        raise Refusal("answered_meanwhile")


def _spoken_since(case: Case, known: int) -> bool:
    kinds = ("verdict_given", "disputed")
    found = Entry.objects.filter(stream=case.pk, seq__gt=known, kind__in=kinds)
    return any(entry.actor.get("role") == "resident" for entry in found)


def _already(visit: access.Visit, *, verdict: str) -> bool:
    return visit.case.verdict == verdict and visit.case.verdict_by == "resident"


def _message(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    _once(visit.case, known, ("message",), "text", tried.text, c.Message(tried.text), now)
    tried.done = "message"


def _reply(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    _once(visit.case, known, ("resident_replied",), "text", tried.text, c.ReplyOfResident(tried.text), now)
    tried.done = "reply"


def _photo(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    files = request.FILES.getlist("photo")
    if not files:
        tried.problem, tried.status = _("还没有选照片。"), 422
        return
    room = MAX_PHOTOS - Attachment.objects.filter(case=visit.case).count()
    kept, tried.photo_problems = uploads.take_in(files, room, door.client(request), now)

    def work() -> None:
        for file in kept:
            Attachment.objects.filter(pk=file.pk, case=None).update(case=visit.case)
            perform_inside(visit.case.pk, [c.Attach(str(file.pk), file.digest, "resident")], RESIDENT, now)

    if kept:
        write(work)
    if tried.photo_problems:
        tried.problem, tried.status = _("有的照片没有加上，其他的都加上了。"), 422
    else:
        tried.done = "photo"


def _level(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    wanted = request.POST.get("level", "")
    if wanted not in list(Confidentiality):
        tried.problem, tried.status = _("请选一个：公开、只给办事的单位看、保密。"), 422
        return
    perform(visit.case.pk, c.SetConfidentiality(Confidentiality(wanted)), RESIDENT, now)
    tried.done = "level"


def _unpublish(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    if visit.case.published:
        perform(visit.case.pk, c.Unpublish(), RESIDENT, now)
    tried.done = "unpublish"


def _withdraw(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    if visit.case.outcome != "withdrawn":
        perform(visit.case.pk, c.Withdraw(tried.text), RESIDENT, now)
    tried.done = "withdraw"


def _review(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    if visit.case.phase != "reviewing":
        perform(visit.case.pk, c.AskReview(tried.text), RESIDENT, now)
    tried.done = "review"


def _reopen(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    if visit.case.seq > known and state_of(visit.case).rested_at is None:
        tried.done = "reopen"
        return
    perform(visit.case.pk, c.Reopen(tried.text), RESIDENT, now)
    tried.done = "reopen"


def _unmerge(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    if visit.case.phase == "merged":
        perform(visit.case.pk, c.Unmerge(tried.text), RESIDENT, now)
    tried.done = "unmerge"


def _erase(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    """Erasing is carried out by the system on the confirmed wish of the person: nobody stands in between."""
    if request.POST.get("sure") != "yes":
        tried.problem, tried.status = _("请在“我明白，删掉就找不回来”前面打勾，再按一次。"), 422
        return
    what = request.POST.get("what", "")
    if what not in ("contact", "all"):
        tried.problem, tried.status = _("请选一个：只删联系方式，还是全部删掉。"), 422
        return
    state = state_of(visit.case)
    done_already = state.erased or (what == "contact" and not state.reachable)
    if not done_already:
        labels = ("contact",) if what == "contact" else ()
        perform(visit.case.pk, c.Erase("resident_asked", labels), Actor(Role.SYSTEM), now)
    tried.done = "erase"


def _eight(request: HttpRequest, visit: access.Visit, tried: Attempt, known: int, now: datetime) -> None:
    """The eight questions of the callback sample, answered by oneself. Sending them twice keeps the first."""
    calls.answer_oneself(visit.case, now, Answers.read(request.POST.dict()), known)
    tried.done = "eight"


_DOING: dict[str, Doing] = {
    "eight": _eight,
    "verdict": _verdict,
    "dispute": _dispute,
    "only": _dispute,
    "message": _message,
    "reply": _reply,
    "photo": _photo,
    "level": _level,
    "unpublish": _unpublish,
    "withdraw": _withdraw,
    "review": _review,
    "reopen": _reopen,
    "unmerge": _unmerge,
    "erase": _erase,
}
