"""What the worker does for suggestions: new matters, answers, models that are missing or old.

What a job needs is imported when it first runs: a worker must be ready to be told to stop long before it has read word
lists.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from huiyin.organisation import store
from huiyin.worker.registry import handler, periodic

#: No training takes this long.
LONGEST = timedelta(hours=1)


@handler("suggestions.matters")
def new_matters(payload: Mapping[str, Any], now: datetime) -> None:
    """New cases: the suggestion staff are shown, the recurring issue, and the signs of answers an import brought."""
    from huiyin.suggestions import issues, matters, replies

    for case in payload["cases"]:
        case_id = UUID(str(case))
        matters.keep_suggestion(case_id, now)
        issues.gather(case_id, now)
        replies.keep(case_id)


@handler("suggestions.filed")
def filed(payload: Mapping[str, Any], now: datetime) -> None:
    """A matter was filed under a category: it may belong to another recurring issue than its wording made believe."""
    from huiyin.suggestions import issues

    issues.refile(UUID(str(payload["case"])), now)


@handler("suggestions.replies")
def new_reply(payload: Mapping[str, Any], now: datetime) -> None:
    """An answer was given: keep what the reply check finds in it, as flags."""
    from huiyin.suggestions import replies

    replies.keep(UUID(str(payload["case"])))


@handler("suggestions.split")
def split(payload: Mapping[str, Any], now: datetime) -> None:
    """A matter left its issue: what remains may no longer belong together."""
    from huiyin.suggestions import issues

    issues.split(UUID(str(payload["issue"])), now)


def _issues_may_change() -> bool:
    from huiyin.suggestions import regather

    return regather.wanted()


@periodic("suggestions.gathering", every=timedelta(hours=1), wanted=_issues_may_change)
def gathering(now: datetime) -> None:
    """Matters came: go over the recurring issues of the newest again."""
    from huiyin.suggestions import regather

    regather.anew(now)


def _model_is_missing() -> bool:
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return False
    from huiyin.suggestions import training

    return training.is_missing(catalogue)


@periodic("suggestions.first_model", every=timedelta(minutes=1), wanted=_model_is_missing)
def first_model(now: datetime) -> None:
    """A pack was put in force (or the program changed) and no model was made from it yet."""
    _train(now)


@periodic("suggestions.weekly_model", every=timedelta(days=7), lease=timedelta(hours=2))
def weekly_model(now: datetime) -> None:
    """Learn from what people settled since the last model, when it is enough to matter."""
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        return
    from huiyin.suggestions import training

    if training.enough_new(catalogue):
        _train(now)


class TrainingFailed(Exception):
    """`huiyin understand train` did not come to its end."""


def _train(now: datetime) -> None:
    """Make the models. Where the worker lives inside the process that serves pages, another process does it: seconds
    of arithmetic and its memory have no place beside requests.
    """
    if not settings.CONFIG.embedded_worker:
        from huiyin.suggestions import training

        training.train(store.current(), now)
        return
    command = [sys.executable, "-m", "huiyin", "understand", "train"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=LONGEST.total_seconds())  # noqa: S603
    if done.returncode:
        raise TrainingFailed(done.returncode)
