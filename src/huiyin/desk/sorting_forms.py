"""The forms of those who sort and send matters, and of those who are independent of the offices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.texts import SENTENCES
from huiyin.desk.fields import (
    area_choices,
    category_choices,
    choice_field,
    choose_from,
    confirmation,
    office_choices,
    required,
    words_field,
)
from huiyin.desk.moves import MoveForm, other_case
from huiyin.suggestions import ideas
from huiyin.understanding import personal

# --- sorting and sending ----------------------------------------------------------------------------


class AnswerAtIntakeForm(MoveForm):
    command = c.AnswerAtIntake
    seen = _("诉求人看到答复全文，并由诉求人说解决没有。")
    leaving = ("text",)
    is_reply = True

    text = words_field(_("当场答复"), missing="answer_is_empty", rows=4)
    confirmed = confirmation()


class ClassifyForm(MoveForm):
    command = c.Classify
    seen = _("诉求人看不到归类。派单前改归类，期限会跟着变。")
    pair = ("kind", "urgency")

    category = choice_field(_("分类"), (), missing="unknown_category")
    kind = choice_field(_("类型"), v.KINDS)
    urgency = choice_field(_("紧急程度"), v.URGENCIES)
    area = choice_field(_("在哪里"), ())

    def prepare(self) -> None:
        state = self.ground.state
        choose_from(self, "category", category_choices(self.ground.catalogue))
        choose_from(self, "area", area_choices(self.ground.catalogue, state.area))
        self.initial.update(
            {"category": state.category, "kind": state.kind, "urgency": state.urgency, "area": state.area}
        )


class DispatchForm(MoveForm):
    command = c.Dispatch
    seen = _("诉求人看到交给了哪个单位，最迟哪天答复。派单说明只给单位看。")
    look = "primary"

    lead = choice_field(_("主办单位"), (), missing="unknown_office")
    support = forms.MultipleChoiceField(label=_("协办单位"), required=False, help_text=_("可以选多个。"))
    instruction = words_field(_("派单说明"), rows=2)

    def prepare(self) -> None:
        catalogue, state = self.ground.catalogue, self.ground.state
        offices = office_choices(catalogue)
        choose_from(self, "lead", offices)
        choose_from(self, "support", offices, empty=False)
        best = ideas.first(ideas.offices("", "", state.category, state.area, catalogue, self.ground.now))
        if best is not None:
            self.initial["lead"] = best.office
        self.initial["support"] = [m.office.code for m in ideas.support(state.category, state.area, catalogue)]

    def make(self) -> c.Command:
        data = self.cleaned_data
        return c.Dispatch(lead=data["lead"], support=tuple(data["support"]), instruction=data["instruction"])


class RuleForm(MoveForm):
    command = c.RuleOnObjection
    seen = _("诉求人看到裁定和理由：由谁办，为什么。")
    look = "primary"
    leaving = ("reason",)

    sustained = choice_field(
        _("裁定"), (("no", _("异议不成立，仍由原单位办")), ("yes", _("异议成立，改派"))), missing=_("请选择裁定。")
    )
    lead = choice_field(_("改派给"), (), hint=_("异议成立才选。"))
    reason = words_field(_("理由"), missing="reason_is_empty", rows=3)
    confirmed = confirmation()

    def prepare(self) -> None:
        state = self.ground.state
        choose_from(self, "lead", office_choices(self.ground.catalogue, (state.lead,)))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("sustained") == "yes" and not data.get("lead"):
            self.add_error("lead", str(SENTENCES["sustained_needs_another_office"]))
        return data

    def make(self) -> c.Command:
        data = self.cleaned_data
        sustained = data["sustained"] == "yes"
        return c.RuleOnObjection(sustained, data["reason"], data["lead"] if sustained else "")


class PublishForm(MoveForm):
    command = c.Publish
    seen = _("所有人都看得到标题和摘要。原话、联系方式、门牌号都不公开。")
    leaving = ("title", "summary")

    title = forms.CharField(label=_("公开标题"), max_length=200, error_messages=required("title_is_empty"))
    summary = words_field(_("公开摘要"), rows=3)
    confirmed = confirmation()

    def prepare(self) -> None:
        first = self.ground.text.strip().split("\n", 1)[0]
        for stop in "。！？!?；;":
            first = first.split(stop, 1)[0]
        self.fields["title"].initial = personal.mask(first[:60]).text


class UnpublishForm(MoveForm):
    command = c.Unpublish
    seen = _("公开页上不再有这件事；诉求人看到理由。")
    leaving = ("reason",)

    reason = words_field(_("理由"), rows=2)
    confirmed = confirmation()


class MergeForm(MoveForm):
    command = c.Merge
    seen = _("诉求人看到：和同一件事一起办。结果仍由诉求人自己说。")

    number = forms.CharField(label=_("并到哪一件（编号）"), max_length=20, error_messages=required("unknown_case"))

    def clean_number(self) -> str:
        self.into = other_case(self, self.cleaned_data["number"])
        return str(self.cleaned_data["number"])

    def make(self) -> c.Command:
        return c.Merge(self.into)


class UnmergeForm(MoveForm):
    command = c.Unmerge
    seen = _("诉求人看到：这件事改为单独办，重新派单。")
    leaving = ("reason",)

    reason = words_field(_("说明"), rows=2)
    confirmed = confirmation()


# --- independent of the office ----------------------------------------------------------------------


class ReviewForm(MoveForm):
    command = c.Review
    seen = _("诉求人看到结论和理由。这件事列在公开页上时，理由也公开。")
    look = "primary"
    leaving = ("reason",)

    ruling = choice_field(_("结论"), v.REVIEW_RULINGS, missing="unknown_ruling")
    reason = words_field(_("理由（会公开）"), missing="reason_is_empty", rows=5)
    confirmed = confirmation()


class CallbackForm(MoveForm):
    command = c.Callback
    seen = _("诉求人看到：什么时候回访过，记下了什么。")

    disposition = choice_field(_("这次回访"), v.DISPOSITIONS, missing="unknown_disposition")
    verdict = choice_field(_("对方说解决没有"), v.VERDICTS, hint=_("接通并回答才填。"))
    pressed = forms.BooleanField(label=_("对方说有人施加压力"), required=False)
    comment = words_field(_("对方的原话"), rows=2)

    def make(self) -> c.Command:
        made = super().make()
        assert isinstance(made, c.Callback)  # noqa: S101 - for the type checker
        return replace(made, verdict=Verdict(made.verdict) if made.verdict else None)


class ReopenForm(MoveForm):
    command = c.Reopen
    seen = _("诉求人看到：重新打开，以及理由。")
    leaving = ("reason",)

    reason = words_field(_("理由"), missing="reason_is_empty", rows=3)
    confirmed = confirmation()


#: callers have a page of their own, and nobody else calls back
PURPOSES = {code: words for code, words in v.REVEAL_PURPOSES.items() if code != "callback"}


class RevealForm(MoveForm):
    command = c.RevealContact
    seen = _("诉求人看到：哪个单位、什么时候、为什么看了联系方式。")
    leaving = ("words",)

    purpose = choice_field(_("为什么要看"), PURPOSES, missing="unknown_purpose")
    words = words_field(_("写明用途"), rows=2, hint=_("选“其他”必须写。"))
    confirmed = confirmation()
