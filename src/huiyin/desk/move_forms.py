"""The forms themselves, in the order in which a page offers them. `FORMS` holds one for every command of staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import Claim, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.texts import SENTENCES
from huiyin.desk.fields import (
    area_choices,
    category_choices,
    choice_field,
    choose_from,
    confirmation,
    day_field,
    office_choices,
    required,
    words_field,
)
from huiyin.desk.moves import MoveForm, other_case
from huiyin.suggestions import ideas
from huiyin.understanding import personal

VISIBLE = (("office", _("只给经办的人看")), ("resident", _("诉求人也看得到")))
NOTHING_SEEN = _("诉求人看不到这一步。")


# --- the office works -------------------------------------------------------------------------------


class AcknowledgeForm(MoveForm):
    command = c.Acknowledge
    seen = _("诉求人看到：单位已接手。")
    look = "primary"


class AnswerForm(MoveForm):
    command = c.Answer
    seen = _("诉求人看到全文，并由诉求人说解决没有。您选的结果写作“单位称……”，不算结论。")
    look = "primary"
    leaving = ("text", "route")
    is_reply = True
    pair = ("promise_due", "route")

    claim = choice_field(_("本单位认为结果是"), v.CLAIMS, missing=_("请选择结果。"))
    text = words_field(
        _("答复"), missing="answer_is_empty", rows=5, hint=_("做了什么，什么时候做的，结果怎样；没做成的，为什么。")
    )
    promise_due = day_field(_("哪一天前办好"), hint=_("选了“承诺”才填。"))
    route = words_field(_("可以找谁、怎么找"), rows=1, hint=_("选了“不归本单位”必须填。"))
    confirmed = confirmation()

    def make(self) -> c.Command:
        data = self.cleaned_data
        return c.Answer(Claim(data["claim"]), data["text"], data["promise_due"], data["route"])


class FirstContactForm(MoveForm):
    command = c.FirstContact
    seen = _("诉求人看到：单位联系过您，用什么方式。记录的内容看不到。")

    how = choice_field(_("怎样联系的"), v.FIRST_CONTACT_WAYS, missing="unknown_way")
    note = words_field(_("记录"), rows=2)


class AskResidentForm(MoveForm):
    command = c.AskResident
    seen = _("诉求人看到您的问题。等回复时答复的期限暂停，回复后接着算。")

    question = words_field(_("要问什么"), missing="question_is_empty", rows=3)


class ReplyOfResidentForm(MoveForm):
    command = c.ReplyOfResident
    seen = _("诉求人看到这段话，写作诉求人的回复。")

    text = words_field(_("诉求人在电话或窗口怎么说"), missing="message_is_empty", rows=3)


class MessageForm(MoveForm):
    command = c.Message
    seen = _("诉求人在自己的页面上看到全文。您看不到对方的联系方式。")

    text = words_field(_("留言"), missing="message_is_empty", rows=3)


class NoteForm(MoveForm):
    command = c.Note
    seen = _("由您选：只给经办的人看，或者诉求人也看得到。")

    text = words_field(_("办理情况"), missing="note_is_empty", rows=3)
    visible = choice_field(_("谁能看到"), VISIBLE, missing="unknown_visibility")

    def prepare(self) -> None:
        self.fields["visible"].initial = "office"


class SiteCheckForm(MoveForm):
    command = c.SiteCheck
    seen = _("诉求人看到：去现场看了，看到什么，您写的话。")

    found = choice_field(_("现场看到"), v.SITE_FINDINGS, missing="unknown_finding")
    text = words_field(_("说明"), rows=2)


class AttachForm(MoveForm):
    command = c.Attach
    seen = _("由您选。照片重新生成，拍摄地点等附带信息都会去掉。")

    photo = forms.FileField(label=_("照片"), widget=forms.FileInput(attrs={"accept": "image/*"}))
    visible = choice_field(_("谁能看到"), VISIBLE, missing="unknown_visibility")

    def prepare(self) -> None:
        self.fields["visible"].initial = "office"


class ExtendForm(MoveForm):
    command = c.Extend
    seen = _("诉求人看到新的日期和理由。每一轮只能延一次。")

    until = day_field(_("延到哪一天"), missing=_("请选择延到哪一天。"))
    reason = words_field(_("理由"), missing="reason_is_empty", rows=3)

    def latest(self) -> datetime | None:
        clock = self.ground.state.clocks.get("answer")
        if clock is None:
            return None
        return self.ground.rulebook.due("extension_limit", clock.due_at, self.ground.state)

    def prepare(self) -> None:
        latest = self.latest()
        if latest is not None:
            day = latest.astimezone(self.ground.catalogue.tz).date()
            self.fields["until"].help_text = _("最晚 %(day)s") % {"day": day.isoformat()}

    def make(self) -> c.Command:
        """The day counts until the offices close, or until the limit when that comes first on the last day."""
        day: date = self.cleaned_data["until"]
        catalogue = self.ground.catalogue
        until = datetime.combine(day, catalogue.calendar().closes, catalogue.tz)
        latest = self.latest()
        if latest is not None and latest.astimezone(catalogue.tz).date() == day:
            until = latest
        return c.Extend(reason=self.cleaned_data["reason"], until=until)


class ParkForm(MoveForm):
    command = c.Park
    seen = _("诉求人看到要等什么、为什么、等到哪天。到那天自动恢复办理。")

    reason_code = choice_field(_("要等什么"), v.PARK_REASONS, missing="unknown_reason")
    reason = words_field(_("说明"), missing="reason_is_empty", rows=3)
    until = day_field(_("等到哪一天"), missing="park_needs_a_later_day")


class ResumeForm(MoveForm):
    command = c.Resume
    seen = _("诉求人看到：接着办。等过的时间还给期限。")
    look = "primary"

    reason = words_field(_("说明"), rows=2)


class ObjectForm(MoveForm):
    command = c.Object
    seen = _("诉求人看到：单位提出不归它管，以及理由。答复的期限照走，不因争议停下。")

    reason_code = choice_field(_("为什么不归本单位"), v.OBJECTION_REASONS, missing="unknown_reason")
    reason = words_field(_("理由和依据"), missing="reason_is_empty", rows=3)
    suggested = choice_field(_("应当由谁办"), ())

    def prepare(self) -> None:
        choose_from(self, "suggested", office_choices(self.ground.catalogue, (self.ground.state.lead,)))


class DeclineForm(MoveForm):
    command = c.Decline
    seen = _("诉求人看到理由和去处，可以要求独立复核。")
    look = "danger"

    reason_code = choice_field(_("为什么不受理"), v.DECLINE_REASONS, missing="unknown_reason")
    reason = words_field(_("说清楚理由"), missing="reason_is_empty", rows=3)
    route = words_field(_("可以走的路：找谁、怎么找"), missing="route_is_empty", rows=3)

    def prepare(self) -> None:
        category = self.ground.catalogue.categories.get(self.ground.state.category)
        if category is not None:
            self.fields["route"].initial = category.route.local(get_language())


class AddSupportForm(MoveForm):
    command = c.AddSupport
    seen = _("诉求人看到：增加了一个配合单位。")

    office = choice_field(_("协办单位"), (), missing="unknown_office")
    reason = words_field(_("为什么需要"), rows=2)

    def prepare(self) -> None:
        state = self.ground.state
        choose_from(self, "office", office_choices(self.ground.catalogue, (state.lead, *state.support)))


class RemoveSupportForm(MoveForm):
    command = c.RemoveSupport
    seen = NOTHING_SEEN

    office = choice_field(_("撤下哪个协办单位"), (), missing="unknown_office")
    reason = words_field(_("说明"), rows=2)

    def prepare(self) -> None:
        catalogue, language = self.ground.catalogue, get_language()
        on_it = [(code, catalogue.offices[code].names.local(language)) for code in self.ground.state.support]
        choose_from(self, "office", on_it)


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
        choose_from(self, "area", area_choices(self.ground.catalogue))
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

    sustained = choice_field(
        _("裁定"), (("no", _("异议不成立，仍由原单位办")), ("yes", _("异议成立，改派"))), missing=_("请选择裁定。")
    )
    lead = choice_field(_("改派给"), (), hint=_("异议成立才选。"))
    reason = words_field(_("理由"), missing="reason_is_empty", rows=3)

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

    reason = words_field(_("理由"), rows=2)


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

    reason = words_field(_("说明"), rows=2)


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

    reason = words_field(_("理由"), missing="reason_is_empty", rows=3)


#: callers have a page of their own, and nobody else calls back
PURPOSES = {code: words for code, words in v.REVEAL_PURPOSES.items() if code != "callback"}


class RevealForm(MoveForm):
    command = c.RevealContact
    seen = _("诉求人看到：哪个单位、什么时候、为什么看了联系方式。")

    purpose = choice_field(_("为什么要看"), PURPOSES, missing="unknown_purpose")
    words = words_field(_("写明用途"), rows=2, hint=_("选“其他”必须写。"))


_ALL: tuple[type[MoveForm], ...] = (
    AcknowledgeForm, RuleForm, ReviewForm, DispatchForm, ResumeForm, AnswerForm, AnswerAtIntakeForm, FirstContactForm,
    AskResidentForm, ReplyOfResidentForm, NoteForm, SiteCheckForm, MessageForm, AttachForm, ClassifyForm, ExtendForm,
    ParkForm, ObjectForm, AddSupportForm, RemoveSupportForm, MergeForm, UnmergeForm, PublishForm, UnpublishForm,
    CallbackForm, ReopenForm, DeclineForm, RevealForm,
)  # fmt: skip

FORMS: Mapping[str, type[MoveForm]] = {form.command.__name__: form for form in _ALL}
#: drawn in the contact panel and not in the list of actions
IN_CONTACT_PANEL = frozenset({"Message", "RevealContact"})
