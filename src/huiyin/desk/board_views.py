"""The dispatcher's board: the matter that is due first beside its suggestion; one press accepts it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.base.errors import Refusal
from huiyin.cases import inbox, suggest
from huiyin.cases import vocabulary as v
from huiyin.cases.access import visible
from huiyin.cases.lifecycle import CaseState
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.projection import state_of
from huiyin.cases.texts import sentence
from huiyin.desk import why
from huiyin.desk import words as w
from huiyin.desk.acting import Desk, desk_of, desk_page, find_case, show
from huiyin.desk.carrying import Stale, carry_out
from huiyin.desk.casepage import alike, precedent_line, steps_of
from huiyin.desk.fields import (
    area_choices,
    category_choices,
    choice_field,
    choose_from,
    office_choices,
    path_name,
    words_field,
)
from huiyin.desk.inbox_views import line
from huiyin.desk.words import word
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue, DutyMatch
from huiyin.suggestions import ideas, matters


class SendForm(forms.Form):
    """Sort and send in one: category, place, urgency, lead office, helping offices."""

    seq = forms.IntegerField(widget=forms.HiddenInput(), min_value=1)
    category = choice_field(gettext_lazy("分类"), (), missing="unknown_category")
    area = choice_field(gettext_lazy("在哪里"), ())
    kind = choice_field(gettext_lazy("类型"), v.KINDS, missing="unknown_kind")
    urgency = choice_field(gettext_lazy("紧急程度"), v.URGENCIES, missing="unknown_urgency")
    lead = choice_field(gettext_lazy("主办单位"), (), missing="unknown_office")
    support = forms.MultipleChoiceField(label=gettext_lazy("协办单位"), required=False)
    instruction = words_field(gettext_lazy("派单说明（只给单位看）"), rows=2)

    def __init__(self, catalogue: Catalogue, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = office_choices(catalogue)
        choose_from(self, "category", category_choices(catalogue))
        choose_from(self, "area", area_choices(catalogue, str(self.initial.get("area") or "")))
        choose_from(self, "lead", offices)
        choose_from(self, "support", offices, empty=False)

    def commands(self, state: CaseState) -> list[c.Command]:
        """Classify when something differs from what is known, then dispatch; carried out as one."""
        data = self.cleaned_data
        wanted: list[c.Command] = []
        known = (state.category, state.kind, state.urgency, state.area)
        if (data["category"], data["kind"], data["urgency"], data["area"] or state.area) != known:
            wanted.append(c.Classify(data["category"], data["kind"], data["urgency"], data["area"]))
        support = tuple(code for code in data["support"] if code != data["lead"])
        return [*wanted, c.Dispatch(data["lead"], support, data["instruction"])]


@require_GET
@desk_page("board")
def board(request: HttpRequest) -> HttpResponse:
    """Matters not sent yet, due first; the chosen one (or the first) with its suggestion."""
    desk = desk_of(request)
    chosen = request.GET.get("number", "")
    case = find_case(desk, chosen) if chosen else None
    if case is not None and case.phase != "received":
        return redirect("desk:case", number=case.number)
    return _board(request, desk, case, after=request.GET.get("after", ""))


@require_POST
@desk_page("board")
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Accept the suggestion as it stands or as it was corrected; or look again for offices with another category."""
    desk, catalogue = desk_of(request), store.current()
    case = find_case(desk, number)
    pick, office = request.POST.get("pick", ""), request.POST.get("office", "")
    if pick or office or request.POST.get("do") == "look":
        data = request.POST.copy()
        if pick in catalogue.categories:
            data["category"] = pick
        again = _looked_again(data, catalogue, case, desk)
        if office in catalogue.offices:
            again["lead"] = office
        return _board(request, desk, case, initial=again)
    form = SendForm(catalogue, request.POST)
    if request.POST.get("seq") != str(case.seq):
        return _changed(request, desk, case)
    if not form.is_valid():
        return _board(request, desk, case, form=form, status=422)
    try:
        carry_out(case.pk, case.seq, form.commands(state_of(case)), desk.actor, desk.now)
    except Refusal as refusal:
        form.add_error(None, sentence(refusal))
        return _board(request, desk, case, form=form, status=422)
    except Stale:
        return _changed(request, desk, Case.objects.get(pk=case.pk))
    lead = catalogue.offices[form.cleaned_data["lead"]].names.local(get_language())
    messages.success(request, _("%(number)s 已派给 %(office)s。") % {"number": case.number, "office": lead})
    return redirect("desk:board")


def _changed(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """Somebody moved the matter meanwhile. Still unsent: the form comes back as typed; sent: only say so."""
    if case.phase != "received":
        messages.warning(request, _("%(number)s 刚才已经由别人处理，没有重复派单。") % {"number": case.number})
        return redirect("desk:board")
    data = request.POST.copy()
    data["seq"] = str(case.seq)
    form = SendForm(store.current(), data)
    form.is_valid()
    form.add_error(None, _("您打开此页之后，这件事有了新进展。填的都还在，请看一眼再派。"))
    return _board(request, desk, case, form=form, status=409)


def _looked_again(data: Any, catalogue: Catalogue, case: Case, desk: Desk) -> dict[str, Any]:
    """What was typed, with the offices that fit the category as it is now."""
    category, area = data.get("category", ""), data.get("area", "") or case.area_id or ""
    best = ideas.first(ideas.offices("", "", category, area, catalogue, desk.now))
    return {
        **{name: data.get(name, "") for name in ("category", "area", "kind", "urgency", "instruction")},
        "lead": best.office if best else data.get("lead", ""),
        "support": [match.office.code for match in ideas.support(category, area, catalogue)],
    }


def _board(
    request: HttpRequest,
    desk: Desk,
    case: Case | None,
    *,
    form: SendForm | None = None,
    initial: dict[str, Any] | None = None,
    after: str = "",
    status: int = 200,
) -> HttpResponse:
    catalogue = store.current()
    old = request.GET.get("list") == "undated"
    page = inbox.undated(inbox.in_phase("received"), after) if old else inbox.by_due(inbox.dated("received"), after)
    if case is None and page.rows:
        case = page.rows[0].case
    context: dict[str, Any] = {
        "rows": [line(row, catalogue) for row in page.rows],
        "after": page.after,
        "undated": old,
        "case": case,
    }
    if case is not None:
        context |= _chosen(case, desk, catalogue, form, initial)
    return show(request, "desk/board.html", context, status)


def _chosen(
    case: Case, desk: Desk, catalogue: Catalogue, form: SendForm | None, initial: dict[str, Any] | None
) -> dict[str, Any]:
    steps = steps_of(case, desk)
    said = steps[0].words if steps else {}
    subject, words = said.get("subject", ""), said.get("text", "")
    text = f"{subject}\n{words}\n{said.get('place', '')}"
    found = ideas.categories(words, subject, catalogue)
    state = state_of(case)
    first: dict[str, Any] = {}
    if form is None:
        category = str((initial or {}).get("category") or state.category or found.answer)
        ranks = ("normal", "urgent", "emergency")
        urgency = max(state.urgency, suggest.urgency(text, catalogue, category), key=ranks.index)
        first = {"category": category, "area": state.area, "kind": state.kind, "urgency": urgency}
    chosen_category = str((form["category"].value() if form is not None else first["category"]) or "")
    chosen_area = str((form["area"].value() if form is not None else (initial or {}).get("area")) or state.area)
    guess = found if not state.category and chosen_category == found.answer else None
    offices = ideas.offices(words, subject, chosen_category, chosen_area, catalogue, desk.now, guess=guess)
    if form is None:
        best = ideas.first(offices)
        support = [match.office.code for match in ideas.support(chosen_category, chosen_area, catalogue)]
        first |= {"lead": best.office if best else "", "support": support}
        form = SendForm(catalogue, initial={"seq": case.seq, **first, **(initial or {})})
    matters.remember(case, said, desk.now)
    same = alike(case, desk, said)
    earlier = suggest.precedents(_as_if(case, chosen_category), _all(desk), 4)
    return {
        "said": said,
        "form": form,
        "kind": word(v.KINDS, state.kind),
        "channel": word(v.CHANNELS, state.channel),
        "secrecy": word(w.SECRECY, state.confidentiality),
        "area": path_name(catalogue.area_path(state.area)),
        "alarms": suggest.alarms(text, catalogue),
        "about": why.categories(found, catalogue),
        "decided": bool(state.category),
        "offices": why.offices(offices, catalogue),
        "support": [_helps(match) for match in ideas.support(chosen_category, chosen_area, catalogue)],
        "went_to": why.went_to([one.case for one in same] + [one.case for one in earlier], catalogue),
        "out_of_scope": _out_of_scope(chosen_category, catalogue),
        "alike": same,
        "precedents": [precedent_line(p) for p in earlier],
    }


def _as_if(case: Case, category: str) -> Case:
    """The case as it would be filed, to find what happened to others like it."""
    if case.category_id:
        return case
    return Case(pk=case.pk, category_id=category or None, area_id=case.area_id)


def _all(desk: Desk) -> Any:
    return visible(desk.actor)


def _helps(match: DutyMatch) -> str:
    """Who helps, and the row of the dispatch catalogue that says so."""
    row = _("派单目录第 %(row)d 行") % {"row": match.row}
    return _("%(office)s（%(row)s）") % {"office": match.office.names.local(get_language()), "row": row}


def _out_of_scope(category: str, catalogue: Catalogue) -> str:
    """The lawful route of a category that is not for this body; empty otherwise."""
    info = catalogue.categories.get(category)
    return info.route.local(get_language()) if info is not None and info.scope == "out" else ""
