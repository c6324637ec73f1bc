"""The check-up for whoever is asked and whoever watches: questions, the matters behind them, the public answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.base.errors import Refusal
from huiyin.cases import suggest
from huiyin.cases import vocabulary as v
from huiyin.cases.access import visible
from huiyin.checkup import access, answers, queries, words
from huiyin.checkup.models import Question
from huiyin.checkup.views import office_names
from huiyin.desk import leaving
from huiyin.desk.acting import Desk, desk_of, desk_page, show
from huiyin.desk.fields import words_field
from huiyin.desk.words import word
from huiyin.organisation import store

#: Questions on one page, and matters of one question.
LISTED = 100


class AnswerForm(forms.Form):
    """The public answer. What looks like personal data is hidden unless its writer says that it may be told."""

    after = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    text = words_field(
        gettext_lazy("本单位的公开回答"),
        missing=words.SENTENCES["nothing_written"],
        hint=gettext_lazy("谁都能看到，发出后不能改，只能再补一条。写看了什么、是什么原因、打算怎么办。不写居民的事，也不要去猜是谁说的。"),
        rows=6,
        longest=answers.LONGEST,
    )  # fmt: skip
    traces = forms.ChoiceField(
        label=gettext_lazy("里面有像个人信息的内容"),
        choices=(("mask", gettext_lazy("遮住再公开")), ("keep", gettext_lazy("这是办公用的，照原样公开"))),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: list[str] = []

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        text = str(data.get("text", ""))
        hidden = answers.masked(text)
        self.found = leaving.lines(text, hidden.finds)
        if self.found and not data.get("traces"):
            self.add_error("traces", _("请选一个，再公开。"))
        if self.found and data.get("traces") == "mask":
            data["text"] = hidden.text
        return data


@require_GET
@desk_page("checkup")
def check_up(request: HttpRequest) -> HttpResponse:
    """The questions this person may see, newest look first."""
    desk, catalogue = desk_of(request), store.current()
    found = access.questions(desk.actor).select_related("look").prefetch_related("answers")
    rows = [
        {
            "question": one,
            "office": office_names(one.office, catalogue),
            "ailment": word(dict(words.AILMENTS), one.ailment),
            "answered": len(one.answers.all()),
            "held_back": access.held_back(one),
        }
        for one in found.order_by("-look__until", "pk")[:LISTED]
    ]
    return show(request, "desk/checkup.html", {"here": "checkup", "rows": rows, "seen": queries.latest()})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("checkup")
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """One question with exact numbers and its matters; the head answers here."""
    desk = desk_of(request)
    found = access.questions(desk.actor).select_related("look").filter(pk=question_id).first()
    if found is None:
        raise Http404("no such question")
    if request.method != "POST":
        return _question(request, desk, found, None)
    if not access.may_answer(desk.actor, found):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _question(request, desk, found, form, status=422)
    try:
        answers.give(found, form.cleaned_data["text"], desk.actor, desk.now, after=form.cleaned_data["after"])
    except Refusal as refusal:
        if refusal.code == "answered_meanwhile":
            data = request.POST.copy()
            data["after"] = str(found.answers.count())
            form = AnswerForm(data)
            form.is_valid()
        form.add_error("text", str(words.SENTENCES[refusal.code]))
        return _question(request, desk, found, form, status=409 if refusal.code == "answered_meanwhile" else 422)
    messages.success(request, _("回答已经公开。"))
    return redirect("desk:question", question_id=found.pk)


def _question(
    request: HttpRequest, desk: Desk, found: Question, form: AnswerForm | None, status: int = 200
) -> HttpResponse:
    catalogue = store.current()
    given = queries.said(found)
    may_answer = access.may_answer(desk.actor, found)
    if form is None and may_answer:
        form = AnswerForm(initial={"after": len(given)})
    behind = access.matters(desk.actor, found)
    ids = list(behind.values_list("pk", flat=True)[:LISTED])
    matters = [
        {"case": known.case, "words": known.words, "phase": word(v.STAFF_PHASES, known.case.phase)}
        for known in suggest.known(ids, visible(desk.actor))
    ]
    unnamed = (found.signature, found.strong) in access.UNNAMED
    elsewhere = desk.role not in access.WHOLE_BODY and not access.for_the_office(found)
    context = {
        "here": "checkup",
        "question": found,
        "words": found.words,
        "office": office_names(found.office, catalogue),
        "ailment": word(dict(words.AILMENTS), found.ailment),
        "span": words.span(found.weeks),
        "sure": words.sure(found.p_adjusted),
        "given": given,
        "form": form if may_answer else None,
        "matters": matters,
        "unseen": 0 if unnamed or elsewhere else found.seen_in.count() - len(matters),
        "unnamed": unnamed,
        "elsewhere": elsewhere,
        "held_back": access.held_back(found),
    }
    return show(request, "desk/question.html", context, status)
