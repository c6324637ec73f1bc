"""The forms of an office that works on a matter: everything from acknowledging it to giving it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import Claim
from huiyin.cases.lifecycle import commands as c
from huiyin.desk.fields import (
    choice_field,
    choose_from,
    confirmation,
    day_field,
    office_choices,
    words_field,
)
from huiyin.desk.moves import MoveForm

VISIBLE = (("office", _("只给经办的人看")), ("resident", _("诉求人也看得到")))
NOTHING_SEEN = _("诉求人看不到这一步。")


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
    leaving = ("question",)

    question = words_field(_("要问什么"), missing="question_is_empty", rows=3)
    confirmed = confirmation()


class ReplyOfResidentForm(MoveForm):
    command = c.ReplyOfResident
    seen = _("诉求人看到这段话，写作诉求人的回复。")

    text = words_field(_("诉求人在电话或窗口怎么说"), missing="message_is_empty", rows=3)


class MessageForm(MoveForm):
    command = c.Message
    seen = _("诉求人在自己的页面上看到全文。您看不到对方的联系方式。")
    leaving = ("text",)

    text = words_field(_("留言"), missing="message_is_empty", rows=3)
    confirmed = confirmation()


class NoteForm(MoveForm):
    command = c.Note
    seen = _("由您选：只给经办的人看，或者诉求人也看得到。")
    leaving = ("text",)

    text = words_field(_("办理情况"), missing="note_is_empty", rows=3)
    visible = choice_field(_("谁能看到"), VISIBLE, missing="unknown_visibility")
    confirmed = confirmation()

    def prepare(self) -> None:
        self.fields["visible"].initial = "office"

    def leaving_words(self, data: dict[str, Any]) -> list[str]:
        """A note for colleagues stays in the office."""
        return super().leaving_words(data) if data.get("visible") == "resident" else []


class SiteCheckForm(MoveForm):
    command = c.SiteCheck
    seen = _("诉求人看到：去现场看了，看到什么，您写的话。")
    leaving = ("text",)

    found = choice_field(_("现场看到"), v.SITE_FINDINGS, missing="unknown_finding")
    text = words_field(_("说明"), rows=2)
    confirmed = confirmation()


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
    leaving = ("reason",)

    until = day_field(_("延到哪一天"), missing=_("请选择延到哪一天。"))
    reason = words_field(_("理由"), missing="reason_is_empty", rows=3)
    confirmed = confirmation()

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
    leaving = ("reason",)

    reason_code = choice_field(_("要等什么"), v.PARK_REASONS, missing="unknown_reason")
    reason = words_field(_("说明"), missing="reason_is_empty", rows=3)
    until = day_field(_("等到哪一天"), missing="park_needs_a_later_day")
    confirmed = confirmation()


class ResumeForm(MoveForm):
    command = c.Resume
    seen = _("诉求人看到：接着办。等过的时间还给期限。")
    look = "primary"
    leaving = ("reason",)

    reason = words_field(_("说明"), rows=2)
    confirmed = confirmation()


class ObjectForm(MoveForm):
    command = c.Object
    seen = _("诉求人看到：单位提出不归它管，以及理由。答复的期限照走，不因争议停下。")
    leaving = ("reason",)

    reason_code = choice_field(_("为什么不归本单位"), v.OBJECTION_REASONS, missing="unknown_reason")
    reason = words_field(_("理由和依据"), missing="reason_is_empty", rows=3)
    suggested = choice_field(_("应当由谁办"), ())
    confirmed = confirmation()

    def prepare(self) -> None:
        choose_from(self, "suggested", office_choices(self.ground.catalogue, (self.ground.state.lead,)))


class DeclineForm(MoveForm):
    command = c.Decline
    seen = _("诉求人看到理由和去处，可以要求独立复核。")
    look = "danger"
    leaving = ("reason", "route")

    reason_code = choice_field(_("为什么不受理"), v.DECLINE_REASONS, missing="unknown_reason")
    reason = words_field(_("说清楚理由"), missing="reason_is_empty", rows=3)
    route = words_field(_("可以走的路：找谁、怎么找"), missing="route_is_empty", rows=3)
    confirmed = confirmation()

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
