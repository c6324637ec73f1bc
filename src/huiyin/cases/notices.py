"""Telling a resident that there is news. A notice never says what about: phones are read by others too."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.cases import vault
from huiyin.cases.contact import Contact
from huiyin.cases.models import Case
from huiyin.organisation import store
from huiyin.worker.gateways import gateway

#: Messages get a name made from the case and the event, so that a retry is the same message.
_NAMES = uuid.UUID("6f1d4c1e-6a55-5d0b-9a57-4d5f0f6b9a10")


def send(case_id: UUID, seq: int, about: str) -> None:
    """Send one notice through the gateway; nothing when no contact is kept (any more)."""
    case = Case.objects.get(pk=case_id)
    contact = Contact.from_json(vault.words(case_id, ("contact",)).get((1, "contact"), ""))
    channel, address = contact.channel
    if not address:
        return
    language = contact.language or "zh"
    with override("en" if language == "en" else "zh-hans"):
        body_name = store.current().texts.body_name.local(language)
        subject = _("您反映的事有新进展（%(number)s）") % {"number": case.number}
        text = _(
            "%(body)s：您反映的事（编号 %(number)s）有新进展。请用查询码在 %(address)s 查看。我们不会向您要查询码。"
        ) % {
            "body": body_name,
            "number": case.number,
            "address": f"{settings.CONFIG.origin}/{'en/' if language == 'en' else ''}follow/",
        }
    gateway().send(uuid.uuid5(_NAMES, f"{case_id}/{seq}"), channel, address, subject, text)
