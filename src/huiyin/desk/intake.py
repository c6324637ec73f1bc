"""The operator's form, and taking a matter in from it: the receipt, an answer at once, a merge, a text message."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.base import codes, envelope
from huiyin.base.errors import Refusal
from huiyin.cases import actions, vault
from huiyin.cases import vocabulary as v
from huiyin.cases.contact import Contact, read_contact
from huiyin.cases.lifecycle import Actor, Confidentiality
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import MAX_WORDS
from huiyin.cases.models import Case
from huiyin.cases.rulebook import milliseconds
from huiyin.cases.texts import sentence
from huiyin.desk import words as w
from huiyin.desk.fields import area_choices, category_choices, choice_field, choose_from, confirmation, words_field
from huiyin.desk.leaving import LOOK_AT_IT, traces
from huiyin.organisation.catalogue import Catalogue
from huiyin.worker.outbox import enqueue

DOOR = "desk"
CHANNELS = ("phone", "counter", "letter", "visit")
#: what a text message's box is bound to, so that it opens nowhere else
ABOUT = b"huiyin/desk/receipt/v1|"


class IntakeForm(forms.Form):
    """What the operator types while listening. Only the words and who may see them are needed."""

    ticket = forms.CharField(widget=forms.HiddenInput(), max_length=64, required=False)
    point = forms.CharField(widget=forms.HiddenInput(), max_length=60, required=False)
    channel = choice_field(
        _("怎么来的"), [(name, v.CHANNELS[name]) for name in CHANNELS], missing=_("请选择怎么来的。"), radio=True
    )
    text = words_field(
        _("对方说的事"),
        missing="nothing_said",
        rows=7,
        longest=MAX_WORDS,
        hint=_("照对方的话写：什么事，在哪里，什么时候。"),
    )
    kind = choice_field(_("类型"), v.KINDS, missing="unknown_kind")
    category = choice_field(_("分类"), ())
    area = choice_field(_("在哪里"), ())
    place = forms.CharField(label=_("具体地点"), max_length=200, required=False, help_text=_("路名、小区、靠近什么。"))
    name = forms.CharField(label=_("称呼"), max_length=60, required=False)
    phone = forms.CharField(label=_("电话"), max_length=40, required=False)
    email = forms.CharField(label=_("邮箱"), max_length=254, required=False)
    prefer = choice_field(_("希望怎样联系"), [(code, name) for code, name in w.PREFER.items() if code])
    language = choice_field(_("对方的语言"), (("zh", "中文"), ("en", "English")), missing=_("请选择对方的语言。"))
    confidentiality = choice_field(
        _("谁可以看到（请问对方）"), v.CONFIDENTIALITY, missing=_("请问对方，再选谁可以看到。"), radio=True
    )
    answer = words_field(_("当场答复（能答就写）"), rows=3)
    confirmed = confirmation()
    join = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())

    def __init__(self, catalogue: Catalogue, *args: Any, **kwargs: Any) -> None:
        start = {"channel": "phone", "kind": "help", "language": "en" if get_language() == "en" else "zh"}
        kwargs["initial"] = start | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        choose_from(self, "category", category_choices(catalogue))
        choose_from(self, "area", area_choices(catalogue))
        self.contact = Contact()
        self.traces: list[str] = []

    def clean_point(self) -> str:
        """ "lat,lon" on earth, or nothing: a broken mark on the map must not cost the words."""
        lat, _comma, lon = str(self.cleaned_data["point"]).partition(",")
        try:
            spot = float(lat), float(lon)
        except ValueError:
            return ""
        return f"{spot[0]:.5f},{spot[1]:.5f}" if abs(spot[0]) <= 90 and abs(spot[1]) <= 180 else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        try:
            self.contact = read_contact(
                **{name: data.get(name, "") for name in ("name", "phone", "email", "prefer")},
                language=data.get("language") or "zh",
            )
        except Refusal as refusal:
            field = {"phone_cannot_be_right": "phone", "email_cannot_be_right": "email"}.get(refusal.code)
            self.add_error(field, sentence(refusal))
        if data.get("answer") and data.get("join"):
            self.add_error("answer", _("要么当场答复，要么并到同一件事，请留一样。"))
        self.traces = traces(data.get("answer", ""))
        if self.traces and not data.get("confirmed"):
            self.add_error("confirmed", LOOK_AT_IT)
        return data

    def command(self, urgency: str) -> c.Receive:
        """The matter as it will be recorded. Call after `is_valid`."""
        data = self.cleaned_data
        return c.Receive(
            channel=data["channel"],
            text=data["text"],
            kind=data["kind"],
            category=data["category"],
            urgency=urgency,
            confidentiality=Confidentiality(data["confidentiality"]),
            area=data["area"],
            place=data["place"],
            point=data["point"],
            contact=self.contact.as_json(),
        )


def new_ticket() -> str:
    """A fresh idempotency key: sending the form twice makes one case and shows one receipt."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Extra:
    """What happens together with taking it in: an answer, a merge (a case id), a text message with the receipt."""

    answer: str = ""
    join: str = ""
    text_message: bool = False


def take_in(command: c.Receive, actor: Actor, at: datetime, ticket: str, extra: Extra) -> actions.Receipt:
    """Receive, and in the same transaction what the operator chose besides. Raises Refusal; then nothing is kept."""

    def then(case: Case) -> None:
        wanted: list[c.Command] = []
        if extra.answer:
            wanted.append(c.AnswerAtIntake(extra.answer))
        if extra.join:
            wanted.append(c.Merge(extra.join))
        if wanted:
            actions.perform_inside(case.pk, wanted, actor, milliseconds(at))
        if extra.text_message:
            text_receipt(case, ticket, at)

    return actions.receive(command, actor, at, door=DOOR, key=ticket, then=then)


def text_receipt(case: Case, ticket: str, at: datetime) -> None:
    """Put the receipt into the outbox, inside a `write`. The claim code goes there sealed under the case's own key."""
    dek = vault.case_key(case.pk)
    if dek is None:
        return
    code = codes.claim_code(settings.SECRET_KEY.encode(), DOOR, ticket)
    box = base64.urlsafe_b64encode(envelope.seal(dek, code.encode(), ABOUT + case.pk.bytes)).decode()
    enqueue("desk.text_receipt", {"case": case.pk, "box": box}, now=at, key=str(case.pk))


def open_box(case: Case, box: str) -> str:
    """The claim code out of the outbox; empty when the case's key was destroyed."""
    dek = vault.case_key(case.pk)
    if dek is None:
        return ""
    return envelope.unseal(dek, base64.urlsafe_b64decode(box), ABOUT + case.pk.bytes).decode()
