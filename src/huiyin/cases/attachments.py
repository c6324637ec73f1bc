"""Photos and files: decoded, re-encoded and encrypted before anything is stored; the bytes sent are never kept.

An image is opened in a child process with limits on memory and time, turned upright, and its pixels copied into a new
image, so that no metadata, no comment and no appended bytes survive.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from huiyin.base import envelope
from huiyin.base.envelope import Wrapped
from huiyin.base.ids import uuid7
from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.images import Clean, clean
from huiyin.cases.models import Attachment


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be sent to a viewer."""

    media_type: str
    data: bytes


def _path(file: Attachment) -> Path:
    name = file.id.hex
    return Path(settings.CONFIG.home) / "uploads" / name[-2:] / f"{name}.box"


def store(data: bytes, at: datetime, by: str = "resident", visible: str = "resident") -> Attachment:
    """Clean an upload and keep it as a draft, to be adopted by a case. Raises Refusal when it is no usable image."""
    cleaned: Clean = clean(data)
    file_id = uuid7()
    key = envelope.new_key()
    wrapped = vault.keyring().wrap(key, file_id.bytes)
    file = Attachment(
        id=file_id,
        media_type=cleaned.media_type,
        size=len(cleaned.data),
        width=cleaned.width,
        height=cleaned.height,
        digest=hashlib.sha256(cleaned.data).hexdigest(),
        kek=wrapped.kek,
        key_box=wrapped.box,
        created_at=at,
        by=by,
        visible=visible,
    )
    path = _path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_bytes(envelope.seal(key, cleaned.data, b"huiyin/file/v1|" + file_id.bytes))
    temporary.replace(path)
    write(lambda: file.save(force_insert=True))
    return file


def content(file: Attachment) -> Content:
    """The clean bytes. Raises envelope.CannotOpen when the file was erased."""
    key = vault.keyring().unwrap(Wrapped(file.kek, bytes(file.key_box)), file.id.bytes)
    try:
        box = _path(file).read_bytes()
    except FileNotFoundError as error:
        raise envelope.CannotOpen("the file is gone") from error
    return Content(file.media_type, envelope.unseal(key, box, b"huiyin/file/v1|" + file.id.bytes))


def destroy(file: Attachment) -> None:
    """Remove the row with its key, then the bytes (useless without the key if the machine stops in between)."""
    path = _path(file)

    def work() -> None:
        file.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)  # undone work has lost no bytes

    write(work)


def sweep(before: datetime) -> int:
    """Destroy drafts that no case adopted before this time; returns how many."""
    drafts = list(Attachment.objects.filter(case=None, created_at__lt=before)[:500])
    for file in drafts:
        destroy(file)
    return len(drafts)
