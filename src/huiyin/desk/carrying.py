"""Giving commands from a page: only to the case as the page showed it, and in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huiyin.base.transaction import write
from huiyin.cases.actions import perform_inside
from huiyin.cases.lifecycle import Actor, CaseState
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Attachment, Case
from huiyin.cases.rulebook import milliseconds


class Stale(Exception):
    """Somebody else moved the case after the page was drawn. Nothing was changed."""


def carry_out(case_id: UUID, seq: int, commands: Sequence[c.Command], actor: Actor, at: datetime) -> CaseState:
    """Carry out commands as one, provided the case still is at event `seq`. Raises Stale and Refusal."""

    def work() -> CaseState:
        at_now = Case.objects.select_for_update().values_list("seq", flat=True).get(pk=case_id)
        if at_now != seq:
            raise Stale
        adopt(case_id, commands)
        return perform_inside(case_id, commands, actor, milliseconds(at))

    return write(work)


def adopt(case_id: UUID, commands: Sequence[c.Command]) -> None:
    """Files named by Attach commands become files of the case, in the same transaction."""
    drafts = [command.file for command in commands if isinstance(command, c.Attach)]
    if drafts:
        Attachment.objects.filter(pk__in=drafts, case=None).update(case=case_id)
