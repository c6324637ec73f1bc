"""The operator's console: type while listening, see what is alike, read back, give the receipt."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.base.drawing import qr
from huiyin.base.drawing.maps import View, clicked
from huiyin.base.errors import Refusal
from huiyin.cases import suggest, vault
from huiyin.cases import vocabulary as v
from huiyin.cases.access import visible
from huiyin.cases.models import Case
from huiyin.cases.texts import sentence
from huiyin.desk import drawing, reply_help, why
from huiyin.desk import words as w
from huiyin.desk.acting import Desk, desk_of, desk_page, show
from huiyin.desk.casepage import alike_to
from huiyin.desk.fields import name_of, path_name
from huiyin.desk.intake import Extra, IntakeForm, new_ticket, take_in
from huiyin.desk.words import word
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import ideas, offers, places

#: what a press on the form may ask for without checking it yet
ASIDE = frozenset({"look", "edit", "map", "closer", "farther", "pick", "join", "alone"})


@require_http_methods(["GET", "POST"])
@desk_page("intake")
def console(request: HttpRequest) -> HttpResponse:
    """Write (GET or `do`=look, map …) → read back (`do`=check) → receipt (`do`=save). State travels in the form."""
    desk, catalogue = desk_of(request), store.current()
    if request.method == "GET":
        return _write(request, desk, catalogue, IntakeForm(catalogue, initial={"ticket": new_ticket()}))
    data = request.POST.copy()
    do = asked_for(data)
    ticket = str(data.get("ticket") or new_ticket())
    data["ticket"] = ticket
    if do in ASIDE:
        view = _press(data, do, catalogue)
        return _write(request, desk, catalogue, IntakeForm(catalogue, initial=_typed(data)), view=view)
    form = IntakeForm(catalogue, data)
    if not form.is_valid():
        return _write(request, desk, catalogue, form, status=422)
    text = form.cleaned_data["text"]
    urgency = suggest.urgency(text, catalogue, form.cleaned_data["category"])
    joined = visible(desk.actor).filter(number=form.cleaned_data["join"]).first() if form.cleaned_data["join"] else None
    if do != "save":
        return _read_back(request, catalogue, form, urgency, joined)
    extra = Extra(
        form.cleaned_data["answer"],
        str(joined.pk) if joined else "",
        data.get("text_message") == "1" and bool(form.contact.phone),
    )
    try:
        receipt = take_in(form.command(urgency), desk.actor, desk.now, ticket, extra)
    except Refusal as refusal:
        form.add_error(None, sentence(refusal))
        return _write(request, desk, catalogue, form, status=422)
    kept = vault.words(receipt.case_id, ("text",)).get((1, "text"), text.strip()) if receipt.again else text.strip()
    if kept != text.strip():
        data["ticket"] = new_ticket()
        form = IntakeForm(catalogue, data)
        form.is_valid()
        form.add_error(None, _("这张表刚才已经用过，记的是另一件事。内容都还在，请核对后再存一次。"))
        return _write(request, desk, catalogue, form, status=409)
    address = f"{settings.CONFIG.origin}/{'en/' if form.cleaned_data['language'] == 'en' else ''}follow/"
    return show(
        request,
        "desk/receipt.html",
        {
            "receipt": receipt,
            "groups": receipt.code.split("-"),
            "qr": qr.picture(f"{address}#{receipt.code}"),
            "address": address,
            "texted": extra.text_message,
            "answered": bool(extra.answer),
            "joined": joined,
        },
    )


def asked_for(data: QueryDict) -> str:
    """Which button was pressed. A press on the map counts as one too; a press on a suggestion carries its code, one
    on a piece of personal data its number: it is taken out of the words.
    """
    if "pin.x" in data:
        return "map"
    hide = str(data.get("hide", ""))
    if hide.isdecimal() and len(hide) < 3:
        data["text"] = offers.without(str(data.get("text", "")), int(hide))
        return "look"
    for name in ("pick", "join_to"):
        value = str(data.get(name, ""))
        if value:
            data["category" if name == "pick" else "join"] = value
            return "pick" if name == "pick" else "join"
    return data.get("do", "check")


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed. What was confirmed is asked again: the words may be others by then."""
    return {name: data.get(name, "") for name in IntakeForm.base_fields if name != "confirmed"}


def _press(data: QueryDict, do: str, catalogue: Catalogue) -> View | None:
    """Act on a press on the map or its buttons; the view to draw next, None while the map is folded away."""
    if do == "alone":
        data["join"] = ""
    carried = data.get("view", "")
    if do not in ("map", "closer", "farther") and not carried:
        return None
    try:
        view: View | None = View.from_text(carried)
    except ValueError:
        view = drawing.whole(catalogue)
    if view is None:
        return None
    spot = clicked(data.get("pin.x"), data.get("pin.y"), view)
    if spot is not None:
        data["point"] = f"{spot[0]:.5f},{spot[1]:.5f}"
        area = catalogue.area_at(*spot, year=store.this_year())
        if area is not None:
            data["area"] = area.code
        return view.zoomed(2, *spot)
    if do in ("closer", "farther"):
        return view.zoomed(2 if do == "closer" else 0.5)
    return view


def _write(
    request: HttpRequest,
    desk: Desk,
    catalogue: Catalogue,
    form: IntakeForm,
    *,
    view: View | None = None,
    status: int = 200,
) -> HttpResponse:
    text, area, point, answer = (str(form[name].value() or "") for name in ("text", "area", "point", "answer"))
    return show(
        request,
        "desk/intake.html",
        {
            "form": form,
            "beside": beside(text, area, desk, catalogue),
            "checked": reply_help.look_at(answer, text),
            "view": view.as_text() if view else "",
            "picture": drawing.picture(catalogue, view, area, point) if view else "",
            "has_map": drawing.whole(catalogue) is not None,
            "joined": Case.objects.filter(number=form["join"].value()).first() if form["join"].value() else None,
        },
        status,
    )


def beside(text: str, area: str, desk: Desk, catalogue: Catalogue) -> dict[str, Any]:
    """What is shown beside the text: what to say at once, what it may be about, and what is alike."""
    found = ideas.categories(text, "", catalogue)
    first = catalogue.categories.get(found.ideas[0].code) if found.ideas else None
    said = len(text.strip()) >= 4
    same = alike_to(text, "", area, desk) if said else []
    offices = ideas.offices(text, "", found.answer, area, catalogue, desk.now, guess=found) if found.answer else None
    asked = places.questions(places.find(text, area, catalogue), catalogue) if said and not area else ()
    return {
        "alarms": suggest.alarms(text, catalogue),
        "about": why.categories(found, catalogue),
        "offices": why.offices(offices, catalogue) if offices else (),
        "went_to": why.went_to([one.case for one in same], catalogue),
        "which": [(one.name, "、".join(path_name(catalogue.area_path(a)[-2:]) for a in one.choices)) for one in asked],
        "out_of_scope": first.route.local(get_language()) if first and first.scope == "out" else "",
        "hints": [first.hint.local(get_language())] if first and first.hint else [],
        "alike": same,
        "looked": bool(text.strip()),
        "pieces": [(one.number, word(w.PERSONAL, one.kind), one.text) for one in offers.pieces(text)],
    }


@require_POST
@desk_page("intake")
def similar(request: HttpRequest) -> HttpResponse:
    """The same for a script while somebody types: {"html": …}. Words come in the body, never in an address."""
    desk, catalogue = desk_of(request), store.current()
    context = {"beside": beside(request.POST.get("text", ""), request.POST.get("area", ""), desk, catalogue)}
    return JsonResponse({"html": render_to_string("desk/beside.html", context, request=request)})


def _read_back(
    request: HttpRequest, catalogue: Catalogue, form: IntakeForm, urgency: str, joined: Case | None
) -> HttpResponse:
    data = form.cleaned_data
    contact = [
        (word(w.CONTACT, name), word(w.PREFER, data[name]) if name == "prefer" else data[name])
        for name in ("name", "phone", "email", "prefer")
        if data[name]
    ]
    best = ideas.first(ideas.offices(data["text"], "", data["category"], data["area"], catalogue, desk_of(request).now))
    return show(
        request,
        "desk/readback.html",
        {
            "form": form,
            "fields": [(name, str(form[name].value() or "")) for name in form.fields],
            "channel": word(v.CHANNELS, data["channel"]),
            "kind": word(v.KINDS, data["kind"]),
            "category": path_name(catalogue.category_path(data["category"])),
            "area": path_name(catalogue.area_path(data["area"])),
            "secrecy": word(v.CONFIDENTIALITY, data["confidentiality"]),
            "urgency": word(v.URGENCIES, urgency) if urgency != "normal" else "",
            "contact": contact,
            "can_text": bool(form.contact.phone),
            "checked": reply_help.look_at(data["answer"], data["text"]),
            "office": name_of(catalogue.offices, best.office) if best else "",
            "alarms": suggest.alarms(data["text"], catalogue),
            "joined": joined,
            "nothing": _("没有说"),
        },
    )
