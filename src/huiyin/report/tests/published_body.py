"""A small body with published figures and looks of the check-up, for the tests of its report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from huiyin.checkup.models import Look, Question
from huiyin.figures import publishing
from huiyin.lake.models import Published
from huiyin.ledger.models import Checkpoint
from huiyin.organisation import store
from huiyin.report import content

AS_OF = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
LANGUAGES = ("zh-hans", "en")
ROOT = "5e" * 32


def counts(received: int | None, confirmed: int | None, **more: int | None) -> dict[str, int | None]:
    """The published counts of one month: everything claimed and asked, two thirds answered."""
    answered = None if received is None else received * 2 // 3
    found: dict[str, int | None] = dict.fromkeys(publishing.MEASURES)
    found |= {"received": received, "claimed": received, "asked": received, "answered": answered}
    found |= {"confirmed": confirmed, "disputed": 15, "unknown": 30, **more}
    return found


def publish(kind: str, group: str, months: dict[str, dict[str, int | None]]) -> None:
    empty: dict[str, int | None] = dict.fromkeys(publishing.MEASURES)
    cells = {period: months.get(period, empty) for period in publishing.periods(AS_OF)}
    Published.objects.create(
        kind=kind, group=group, page=publishing.page(cells), as_of=AS_OF, lake_version=7, method=publishing.METHOD
    )


def town() -> None:
    """A year of a body with a large office, a small one, and one that must not be told."""
    year = {f"2025-{n:02d}": counts(90 + n * 5, 45 + n) for n in range(4, 13)}
    year |= {"2026-01": counts(95, 35), "2026-02": counts(105, 40), "12m": counts(1215, 615), "3m": counts(350, 115)}
    publish("body", "", year)
    publish("office", "light", {"2026-02": counts(75, 25), "2026-01": counts(60, 20), "12m": counts(865, 435)})
    publish("office", "water", {"2026-02": counts(None, None), "12m": counts(30, None, answered=None)})
    Checkpoint.objects.create(
        size=1234, root=bytes.fromhex(ROOT), at=AS_OF - timedelta(minutes=2), note="note", key_id="00000000"
    )
    Checkpoint.objects.create(
        size=9999, root=bytes(32), at=AS_OF + timedelta(minutes=2), note="later", key_id="00000000"
    )


def looked(day: int = 23, **more: Any) -> Look:
    """A look that ended on a Monday of February 2026."""
    until = datetime(2026, 2, day, tzinfo=store.current().tz)
    signatures = {"false_closing": {"version": 1, "ailment": "formalism", "looked": ["light", "city"]}}
    start = {
        "since": until - timedelta(weeks=8), "looked_at": until + timedelta(hours=1), "lake_version": 7, "offices": 2,
        "alpha": 0.01, "signatures": signatures, "salt": bytes(32), "commitment": "0" * 64,
        "not_measurable": {"manner": {"zh": "还没有记录。", "en": "Nothing is recorded yet."}}, **more,
    }  # fmt: skip
    return Look.objects.get_or_create(until=until, defaults=start)[0]


def asked(office: str, signature: str = "false_closing", look: Look | None = None, **more: Any) -> Question:
    def said(zh: str, en: str) -> dict[str, str]:
        return {"zh": zh, "en": en}

    pattern = said("{n} 件里，{k} 件（{share}）；通常约 {usual}。", "Of {n} matters, {k} ({share}); usually {usual}.")
    words = {
        "title": said(f"虚办 {signature}", f"Called settled {signature}"), "definition": pattern, "seen": pattern,
        "pattern": pattern, "innocent": [said("人不同。", "People differ."), said("事更难。", "Harder matters.")],
        "next": said("去看。", "Look."),
    }  # fmt: skip
    exact = {
        "strong": "verdict", "k": 96, "n": 120, "share": 0.8, "low": 0.72, "high": 0.86, "usual": 0.2, "p": 1e-9,
        "p_adjusted": 1e-4, **more,
    }  # fmt: skip
    return Question.objects.create(
        look=look or looked(), office=office, ailment="formalism", signature=signature, version=1,
        words=words, **exact,
    )  # fmt: skip


def built(month: str = "2026-02", language: str = "en") -> Any:
    found = content.build(month, language)
    assert found is not None
    return found
