from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import transaction

from huiyin.base import envelope
from huiyin.base.errors import Refusal
from huiyin.cases import attachments
from huiyin.cases.actions import receive
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Attachment
from huiyin.cases.tests import body
from huiyin.cases.tests.test_images import picture
from huiyin.ledger.models import Entry

NOW = body.NOW
Capture = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture(autouse=True)
def small_town(db: None) -> None:
    body.load()


def test_a_photo_is_kept_encrypted_and_comes_back_clean() -> None:
    file = attachments.store(picture(), NOW)
    stored = attachments._path(file).read_bytes()
    content = attachments.content(file)
    assert content.media_type == "image/jpeg"
    assert content.data[:20] not in stored
    assert hashlib.sha256(content.data).hexdigest() == file.digest
    assert file.size == len(content.data)


def test_a_box_moved_to_another_photo_cannot_be_opened() -> None:
    one, other = attachments.store(picture(), NOW), attachments.store(picture("PNG"), NOW)
    attachments._path(other).write_bytes(attachments._path(one).read_bytes())
    with pytest.raises(envelope.CannotOpen):
        attachments.content(other)


def test_a_refused_upload_leaves_nothing_behind() -> None:
    with pytest.raises(Refusal):
        attachments.store(b"<html>", NOW)
    assert Attachment.objects.count() == 0


def test_a_destroyed_photo_is_gone_with_its_bytes(django_capture_on_commit_callbacks: Capture) -> None:
    file = attachments.store(picture(), NOW)
    path = attachments._path(file)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.destroy(file)
    assert not path.exists()
    assert Attachment.objects.count() == 0


def test_an_undone_erasure_has_lost_no_photo() -> None:
    file = attachments.store(picture(), NOW)
    with transaction.atomic():
        attachments.destroy(Attachment.objects.get(pk=file.pk))
        transaction.set_rollback(True)
    assert attachments.content(Attachment.objects.get(pk=file.pk)).data


def test_drafts_that_no_matter_took_are_swept_and_adopted_ones_stay(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    adopted, forgotten = attachments.store(picture(), NOW), attachments.store(picture(), NOW)
    receive(c.Receive("web", "路灯坏了"), Actor(Role.RESIDENT), NOW, door="web", key="1", files=[adopted.pk])
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.sweep(NOW + timedelta(days=1)) == 1
    assert Attachment.objects.get().pk == adopted.pk
    assert not attachments._path(forgotten).exists()


def test_an_adopted_photo_is_an_event_of_the_matter_that_names_its_bytes_in_private() -> None:
    file = attachments.store(picture(), NOW)
    given = receive(c.Receive("web", "路灯坏了"), Actor(Role.RESIDENT), NOW, door="web", key="1", files=[file.pk])
    entry = Entry.objects.get(stream=given.case_id, kind="attached")
    assert entry.body["file"] == str(file.pk)
    assert file.digest not in entry.leaf


def test_a_photo_belongs_to_the_first_matter_that_took_it() -> None:
    file = attachments.store(picture(), NOW)
    first = receive(c.Receive("web", "一"), Actor(Role.RESIDENT), NOW, door="web", key="1", files=[file.pk])
    receive(c.Receive("web", "二"), Actor(Role.RESIDENT), NOW, door="web", key="2", files=[file.pk])
    assert Attachment.objects.get().case_id == first.case_id
