"""What goes into the outbox, and what may not."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from huiyin.base.bulk import insert_together
from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.worker.models import Task
from huiyin.worker.outbox import enqueue, task


@pytest.mark.django_db
def test_a_task_is_written_together_with_what_it_follows_from(now: datetime) -> None:
    case = uuid.uuid4()
    insert_together([(Task, [task("send", {"case": case, "n": 1, "codes": ["a", None]}, now=now)])])
    stored = Task.objects.get()
    assert stored.payload == {"case": str(case), "n": 1, "codes": ["a", None]}
    assert (stored.kind, stored.run_at, stored.created_at, stored.attempts) == ("send", now, now, 0)


@pytest.mark.django_db
def test_a_refused_command_leaves_no_task_behind(now: datetime) -> None:
    def work() -> None:
        enqueue("send", {"n": 1}, now=now)
        raise Refusal("no")

    with pytest.raises(Refusal):
        write(work)
    assert not Task.objects.exists()


@pytest.mark.parametrize("value", ["楼道灯坏了", "x" * 101, 1.5, {"deep": 1}, ["好"], b"raw"])
def test_words_of_people_do_not_fit_into_a_payload(value: object, now: datetime) -> None:
    with pytest.raises(ValueError, match="identifiers"):
        task("send", {"text": value}, now=now)


@pytest.mark.django_db
def test_the_same_key_is_enqueued_once(now: datetime) -> None:
    first = enqueue("remind", {"n": 1}, now=now, key="case-1/day-3")
    second = enqueue("remind", {"n": 2}, now=now + timedelta(days=1), key="case-1/day-3")
    assert first.pk == second.pk
    assert Task.objects.get().payload == {"n": 1}


@pytest.mark.django_db
def test_a_key_belongs_to_its_kind_and_no_key_means_no_limit(now: datetime) -> None:
    enqueue("a", {}, now=now, key="k")
    enqueue("b", {}, now=now, key="k")
    enqueue("a", {}, now=now)
    enqueue("a", {}, now=now)
    assert Task.objects.count() == 4


@pytest.mark.django_db
def test_a_taken_key_in_a_joint_insert_is_an_error_that_undoes_everything(now: datetime) -> None:
    enqueue("a", {}, now=now, key="k")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together([(Task, [task("c", {}, now=now), task("a", {}, now=now, key="k")])])
    assert Task.objects.count() == 1
