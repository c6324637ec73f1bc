"""What the worker does for the staff pages: the receipt as a text message, for people who cannot print or write."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.cases import vault
from huiyin.cases.contact import Contact
from huiyin.cases.models import Case
from huiyin.desk.intake import open_box
from huiyin.organisation import store
from huiyin.worker import gateways
from huiyin.worker.registry import handler

#: A message's name is made from its case, so that a retry is the same message.
_NAMES = uuid.UUID("0b7b1a3e-2a0f-5d0e-8a53-61c2f4f3c0de")


@handler("desk.text_receipt")
def text_receipt(payload: Mapping[str, Any], now: datetime) -> None:
    """Send number, claim code and address to the phone the person gave; nothing when it was erased meanwhile."""
    case = Case.objects.get(pk=UUID(str(payload["case"])))
    code = open_box(case, str(payload["box"]))
    contact = Contact.from_json(vault.words(case.pk, ("contact",)).get((1, "contact"), ""))
    if not code or not contact.phone:
        return
    english = contact.language == "en"
    with override("en" if english else "zh-hans"):
        body = store.current().texts.body_name.local(contact.language)
        subject = _("收到您反映的事（%(number)s）") % {"number": case.number}
        text = _(
            "%(body)s：已收到您反映的事，编号 %(number)s。查询码 %(code)s，请保存，不要给别人。查看：%(address)s"
        ) % {
            "body": body,
            "number": case.number,
            "code": code,
            "address": f"{settings.CONFIG.origin}/{'en/' if english else ''}follow/",
        }
    gateways.gateway().send(uuid.uuid5(_NAMES, str(case.pk)), "sms", contact.phone, subject, text)
