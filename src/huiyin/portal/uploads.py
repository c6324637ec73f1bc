"""Photos on their way: cleaned at once, kept as drafts, shown back small; a bad one never costs the good ones."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from huiyin.base import envelope
from huiyin.base.errors import Refusal
from huiyin.cases import attachments, texts
from huiyin.cases.images import MAX_BYTES
from huiyin.cases.models import Attachment
from huiyin.portal import tokens
from huiyin.portal.door import PHOTOS

THUMB = 240


@dataclass(frozen=True, slots=True)
class Thumb:
    """A photo draft as its writer sees it again: the signed reference, a small picture, its place from 1."""

    reference: str
    picture: str
    number: int


def take_in(
    files: Sequence[UploadedFile[Any]], room: int, who: str, now: datetime
) -> tuple[list[Attachment], list[tuple[str, str]]]:
    """Clean and keep up to `room` photos. Returns the drafts and (file name, what was wrong) of the others."""
    kept: list[Attachment] = []
    wrong: list[tuple[str, str]] = []
    for file in files:
        name = (file.name or _("照片"))[:60]
        if len(kept) >= room:
            wrong.append((name, _("照片已经够多了，这一张没有保存。可以先去掉一张。")))
            continue
        if PHOTOS.take(who, now):
            wrong.append((name, _("刚才传的照片太多，这一张没有保存。请过几分钟再传。")))
            continue
        try:
            if (file.size or 0) > MAX_BYTES:
                raise Refusal("photo_too_large", size=file.size, limit=MAX_BYTES)
            kept.append(attachments.store(file.read(), now))
        except Refusal as refusal:
            wrong.append((name, texts.sentence(refusal)))
    return kept, wrong


def thumbs(references: Sequence[str]) -> list[Thumb]:
    """Small pictures of the photo drafts, inside the page itself: no address of a photo leaves this page."""
    ids = {tokens.read_photo(reference): reference for reference in references}
    drafts = Attachment.objects.in_bulk([file_id for file_id in ids if file_id is not None])
    shown = []
    for number, (file_id, reference) in enumerate(ids.items(), 1):
        file = drafts.get(file_id)
        if file is not None and file.case_id is None:
            shown.append(Thumb(reference, _small(file), number))
    return shown


def _small(file: Attachment) -> str:
    try:
        with Image.open(io.BytesIO(attachments.content(file).data), formats=("JPEG",)) as picture:
            picture.draft("RGB", (THUMB, THUMB))
            picture.thumbnail((THUMB, THUMB))
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=60)
    except envelope.CannotOpen:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
