"""The page of one case: see it, act on it, look at its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.base.envelope import CannotOpen
from huiyin.base.errors import Refusal
from huiyin.cases import attachments, vault
from huiyin.cases.contact import Contact
from huiyin.cases.lifecycle import TABLE
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Attachment, Case
from huiyin.cases.texts import sentence
from huiyin.desk import history, reply_help
from huiyin.desk import words as w
from huiyin.desk.acting import Desk, desk_of, desk_page, find_case, show
from huiyin.desk.carrying import Stale, carry_out
from huiyin.desk.casepage import gather, ground_of, steps_of
from huiyin.desk.move_forms import FORMS
from huiyin.desk.moves import MoveForm
from huiyin.desk.words import word

#: pages a form may lead back to
BACK = frozenset({"inbox", "board", "rulings", "docket", "oversight"})
#: a photo larger than this is refused before it is read (the store refuses it too, with the same sentence)
LARGEST = 10_000_000


@require_GET
@desk_page("case")
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything needed to act."""
    desk = desk_of(request)
    case = find_case(desk, number)
    return show(request, "desk/case.html", gather(case, desk, open_move=request.GET.get("open", "")))


@require_http_methods(["GET", "POST"])
@desk_page("case")
def act(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """Carry out one command. Whatever goes wrong, the page comes back with everything typed still in the form."""
    desk = desk_of(request)
    case = find_case(desk, number)
    if command not in FORMS:
        raise Http404("no such step")
    if request.method != "POST":
        return redirect("desk:case", number=case.number)
    if desk.role not in TABLE[command].roles:
        raise PermissionDenied
    if "look" in request.POST and FORMS[command].is_reply:
        return _looked_at(request, case, desk, FORMS[command])
    form = FORMS[command](ground_of(case, desk), request.POST, request.FILES)
    posted = _posted_seq(request)
    if posted != case.seq:
        return _moved_on(request, case, desk, form, posted)
    if not form.is_valid():
        return _again(request, case, desk, form)
    try:
        wanted = _photo(form, desk) if command == "Attach" else form.make()
        carry_out(case.pk, case.seq, [wanted], desk.actor, desk.now)
    except Refusal as refusal:
        form.add_error(None, sentence(refusal))
        return _again(request, case, desk, form)
    except Stale:
        return _moved_on(request, Case.objects.get(pk=case.pk), desk, form, posted)
    if command == "RevealContact":
        return _revealed(request, Case.objects.get(pk=case.pk), desk)
    messages.success(request, _("已记下：%(step)s") % {"step": form.heading})
    back = request.POST.get("next", "")
    return redirect(f"desk:{back}") if back in BACK else redirect("desk:case", number=case.number)


def _looked_at(request: HttpRequest, case: Case, desk: Desk, kind: type[MoveForm]) -> HttpResponse:
    """The reply check on what is typed so far; nothing is sent and nothing need be complete."""
    typed = {name: request.POST.get(name, "") for name in kind.base_fields if name not in ("seq", "confirmed")}
    form = kind(ground_of(case, desk), initial=typed)
    form.checked = reply_help.look(case, typed.get("text", ""))
    return show(request, "desk/case.html", gather(case, desk, form))


def _posted_seq(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("seq", ""))
    except ValueError:
        return -1


def _photo(form: MoveForm, desk: Desk) -> c.Command:
    """The command for an uploaded picture, cleaned and stored as a draft that the case adopts."""
    upload = form.cleaned_data["photo"]
    if upload.size > LARGEST:
        raise Refusal("photo_too_large")
    visible = form.cleaned_data["visible"]
    file = attachments.store(upload.read(), desk.now, by="office", visible=visible)
    return c.Attach(str(file.id), file.digest, visible)


def _again(request: HttpRequest, case: Case, desk: Desk, form: MoveForm) -> HttpResponse:
    choose_again(request, form)
    return show(request, "desk/case.html", {**gather(case, desk, form), "bad": form}, status=422)


def choose_again(request: HttpRequest, form: MoveForm) -> bool:
    """A browser never sends a file back into a form: say beside the field that it must be chosen again. Whether so."""
    lost = [name for name in request.FILES if name in form.fields]
    for name in lost:
        form.errors[name] = form.error_class([_("照片没有存下，请重新选一次。")])
    return bool(lost)


def _moved_on(request: HttpRequest, case: Case, desk: Desk, form: MoveForm, since: int) -> HttpResponse:
    """The case changed while somebody typed: say what changed, keep the form, let it be sent again."""
    data: Any = request.POST.copy()
    data["seq"] = case.seq
    fresh = type(form)(ground_of(case, desk), data)
    context = gather(case, desk, fresh)
    steps = [step for step in steps_of(case, desk) if step.seq > since] if since >= 0 else []
    changed = history.lines(steps, fresh.ground.catalogue)
    context |= {"moved_on": True, "changed": changed, "choose_again": choose_again(request, fresh)}
    return show(request, "desk/case.html", context, status=409)


def _revealed(request: HttpRequest, case: Case, desk: Desk) -> HttpResponse:
    """The contact, on this response only: the page that was just paid for with a reason."""
    text = vault.words(case.pk, ("contact",)).get((1, "contact"), "")
    contact = Contact.from_json(text)
    shown = [
        (word(w.CONTACT, name), word(w.PREFER, value) if name == "prefer" else value)
        for name in ("name", "phone", "email", "prefer")
        if (value := getattr(contact, name))
    ]
    return show(request, "desk/case.html", {**gather(case, desk), "contact": shown})


@require_GET
@desk_page("case")
def show_file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponse:
    """A photo of the case, decrypted for this response. It runs nothing and is stored nowhere."""
    case = find_case(desk_of(request), number)
    file = Attachment.objects.filter(pk=file_id, case=case).first()
    if file is None:
        raise Http404("no such file")
    try:
        found = attachments.content(file)
    except CannotOpen as error:
        raise Http404("the file was erased") from error
    response = HttpResponse(found.data, content_type=found.media_type)
    kind = "inline" if found.media_type.startswith("image/") else "attachment"
    ending = found.media_type.rpartition("/")[2]
    response["Content-Disposition"] = f'{kind}; filename="{case.number}-{file.id.hex[-6:]}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
