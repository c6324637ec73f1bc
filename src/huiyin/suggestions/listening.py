"""What this room does when others act: words of a case are erased, a pack is put in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from huiyin.base.transaction import write
from huiyin.cases.models import Case
from huiyin.cases.signals import words_erased
from huiyin.organisation.catalogue import Catalogue
from huiyin.organisation.signals import pack_loaded
from huiyin.suggestions.models import ReplySign, Suggestion

_WORDS = frozenset({"text", "subject"})


def connect() -> None:
    """Listen. What it takes to act is imported when something happens: a page or a command that needs none of it stays
    light.
    """
    words_erased.connect(forget, dispatch_uid="suggestions.forget")
    pack_loaded.connect(make_models, dispatch_uid="suggestions.make_models")


def forget(sender: object, case: Case, labels: Sequence[str], at: datetime, **kwargs: Any) -> None:
    """Take away what was suggested, found in replies and grouped for this case. Contacts alone leave it standing."""
    if labels and _WORDS.isdisjoint(labels):
        return
    from huiyin.suggestions import issues

    def work() -> None:
        Suggestion.objects.filter(case=case).delete()
        ReplySign.objects.filter(case=case).delete()
        issues.forget_likeness(case.pk)
        issues.leave(case.pk, at)

    write(work)


def make_models(sender: object, catalogue: Catalogue, now: datetime, **kwargs: Any) -> None:
    """Make the first models of a pack that was just put in force, so that suggestions are there from day one."""
    from huiyin.suggestions import training

    if training.is_missing(catalogue):
        training.train(catalogue, now)
