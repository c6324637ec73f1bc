"""Two months of the callback sample for the pages that show it: one closed, one whose calls go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


def fill(cases: dict[str, UUID], caller: str, now: datetime) -> dict[str, str]:
    """Store both months; returns calls that `caller` holds: one to look at, one to make in each language."""
    from huiyin.cases.models import Case
    from huiyin.outcomes import drawing, publication
    from huiyin.outcomes.models import Drawn, Period

    def month(key: str, size: int, drawn: int, **more: Any) -> Period:
        start = datetime.fromisoformat(f"{key}-01T00:00:00+00:00")
        point = {"size": 400, "root": "5e" * 32, "at": drawing.stamp(start), "note": "ab" * 32}
        return Period.objects.create(
            key=key, start=start, end=start + timedelta(days=30), rule=drawing.Rule(beacon="").as_json(),
            announced_at=start - timedelta(days=5), secret=bytes(32), drawn_at=now - timedelta(hours=1),
            opening=point, closing={**point, "size": 900}, excluded={"imported": 0, "confidential": 3, "erased": 1},
            strata={"urban": {"size": size, "drawn": drawn}}, **more,
        )  # fmt: skip

    def one(period: Period, place: int, case: UUID, **more: Any) -> Drawn:
        tag = Case.objects.values_list("tag", flat=True).get(pk=case)
        return Drawn.objects.create(
            period=period, case_id=case, tag=tag, answer=1, stratum="urban", place=place, by_phone=True, **more
        )

    closed = month("2025-01", 60, 13, file="{}")
    for place, case in enumerate(list(cases.values())[:13]):
        heard = {
            "result": ("solved", "not_solved", "partly")[place % 3], "voice": 4, "respect": 5, "explained": 2,
            "equal": 3, "pressed": "yes" if place < 3 else "no", "mode": "phone", "attempts": 1,
        }  # fmt: skip
        one(closed, place, case, disposition="answered", **heard)
    closed.results = publication.results(closed)
    closed.closed_at = now - timedelta(minutes=30)
    closed.save()
    asking = month("2025-02", 80, 4)
    one(asking, 0, cases["answered"])
    held = {"call": "answered too", "call zh": "solved", "call en": "partly"}
    return {
        name: str(one(asking, place, cases[state], taken_by=caller, taken_until=now + timedelta(days=1)).pk)
        for place, (name, state) in enumerate(held.items(), 1)
    }
