"""Independent callers: the next call, the script with its eight questions; and what offices and supervisors get of it.

A caller sees neither what the office wrote nor what the person wrote: they ask, they do not compare.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiyin.base.errors import Refusal
from huiyin.cases.access import offices_of
from huiyin.cases.lifecycle import Role
from huiyin.desk.acting import desk_of, desk_page, show
from huiyin.desk.fields import name_of, path_name
from huiyin.organisation import store
from huiyin.outcomes import calls, words
from huiyin.outcomes import heard as told
from huiyin.outcomes.models import Drawn
from huiyin.outcomes.questions import CHOICES, DISPOSITIONS, Answers


@require_GET
@desk_page("calls")
def calls_home(request: HttpRequest) -> HttpResponse:
    """Where a caller begins and comes back to: how many calls wait, and one button."""
    hours = calls.part_of_day(desk_of(request).now)
    context = {
        "here": "calls",
        "waiting": calls.waiting(),
        "hours": words.HOURS.get(hours, ""),
        "from_hour": calls.FROM_HOUR,
        "to_hour": calls.TO_HOUR,
    }
    return show(request, "desk/calls.html", context)


@require_POST
@desk_page("calls")
def next_call(request: HttpRequest) -> HttpResponse:
    """Take the next call. Which one it is follows from the draw, not from the caller."""
    desk = desk_of(request)
    one = calls.take(desk.actor, desk.now)
    if one is None:
        messages.info(request, _("这个时段没有要打的电话了。请换一个时段再来。"))
        return redirect("desk:calls")
    return redirect("desk:call", call_id=one.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("calls")
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One call: the script, the number once it is asked for, the questions, how it ended."""
    desk = desk_of(request)
    try:
        one = calls.mine(call_id, desk.actor, desk.now)
        if request.method != "POST":
            return _page(request, one)
        step = request.POST.get("step", "")
        if step == "number":
            calls.reveal(call_id, desk.actor, desk.now)
            return redirect("desk:call", call_id=call_id)
        if step == "pressed":
            calls.note_pressure(call_id, desk.actor, desk.now)
            return _page(request, calls.mine(call_id, desk.actor, desk.now))
    except Refusal as refusal:
        messages.warning(request, words.sentence(refusal))
        return redirect("desk:calls")
    try:
        answers = Answers.read(request.POST.dict())
        calls.record(call_id, desk.actor, desk.now, request.POST.get("disposition", ""), answers)
    except Refusal as refusal:
        if refusal.code in ("not_your_call", "not_independent", "tried_at_this_hour"):
            messages.warning(request, words.sentence(refusal))
            return redirect("desk:calls")
        return _page(request, one, words.sentence(refusal))
    messages.success(request, _("记下了。"))
    return redirect("desk:calls")


def _page(request: HttpRequest, one: Drawn, problem: str = "") -> HttpResponse:
    desk, catalogue = desk_of(request), store.current()
    typed = {name: request.POST.get(name, "") for name in CHOICES}
    if one.pressed and (not typed["pressed"] or request.POST.get("step") == "pressed"):
        typed["pressed"] = one.pressed
    case = one.case
    context: dict[str, Any] = {
        "here": "calls",
        "one": one,
        "attempt": one.attempts + 1,
        "contact": calls.shown(one, desk.actor, desk.now),
        "questions": words.questions(typed),
        "dispositions": [(code, words.DISPOSITIONS[code]) for code in DISPOSITIONS],
        "disposition": request.POST.get("disposition", ""),
        "received_at": case.received_at,
        "category": path_name(catalogue.category_path(case.category_id or "")),
        "area": path_name(catalogue.area_path(case.area_id or "")),
        "problem": problem,
    }
    return show(request, "desk/call.html", context, status=422 if problem else 200)


@require_GET
@desk_page("heard")
def heard(request: HttpRequest) -> HttpResponse:
    """How people rated one's own office and those below it, in groups of ten or more."""
    desk, catalogue = desk_of(request), store.current()
    rows = [
        {"office": name_of(catalogue.offices, code), "blocks": [_lines(block) for block in told.manner_blocks(code)]}
        for code in offices_of(desk.actor)
    ]
    context = {"here": "heard", "rows": [row for row in rows if row["blocks"]], "head": desk.role is Role.HEAD}
    return show(request, "desk/heard.html", context)


def _lines(block: told.Heard) -> dict[str, Any]:
    tones = [(words.MANNER[item], tone, tone <= 1.5, tone >= 4.5) for item, tone in block.tones.items()]
    return {"block": block, "tones": tones}


@require_GET
@desk_page("pressure")
def pressure(request: HttpRequest) -> HttpResponse:
    """Offices about which several people told of pressure: a question for a human, without a name."""
    catalogue = store.current()
    rows = [
        {
            "period": one.period,
            "offices": [name_of(catalogue.offices, code) or _("接诉台") for code in one.offices],
            "elsewhere": one.elsewhere,
        }
        for one in told.pressure()
    ]
    return show(request, "desk/pressure.html", {"here": "pressure", "rows": rows})
