"""What suggestions give to the lake: the recurring issue of a case, and the signs of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from huiyin.figures import sources
from huiyin.suggestions import queries
from huiyin.suggestions.models import FactChange, IssueMember, ReplySign

#: So many newest changes are looked at again: one with a lower number may be committed after one with a higher.
LATE = 1000


@sources.facts("replysign")
class Suggested:
    """Changes are numbered (`FactChange`). The cursor holds the highest number read, and which below it were missing:
    those were undone, or are still to be committed."""

    def changed(self, since: str) -> tuple[str, Iterable[UUID]]:
        newest = FactChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        before, missing = _read(since)
        start = min(before, newest - LATE, *missing, newest)
        seen = dict(FactChange.objects.filter(pk__gt=start - 1, pk__lte=newest).values_list("pk", "case"))
        late = range(max(1, newest - LATE + 1), newest + 1)
        cursor = f"{newest};{','.join(str(pk) for pk in late if pk not in seen)}"
        if not since:
            return cursor, _all()
        return cursor, {case for pk, case in seen.items() if pk > before or pk in missing}

    def facts(self, cases: Sequence[UUID]) -> Mapping[UUID, sources.Extra]:
        issues = queries.issue_of(cases)
        signs: dict[UUID, dict[int, sources.ReplySigns]] = {}
        for (case, number), found in queries.reply_signs(cases).items():
            signs.setdefault(case, {})[number] = found
        return {case: sources.Extra(str(issues.get(case, "")), signs.get(case, {})) for case in {*issues, *signs}}


def _read(since: str) -> tuple[int, frozenset[int]]:
    """The cursor's parts. A text that is none stands for the end: the lake asks so for the cursor alone."""
    newest, _, missing = since.partition(";")
    if not newest.isdecimal():
        return (0 if not since else 2**62), frozenset()
    return int(newest), frozenset(int(pk) for pk in missing.split(",") if pk.isdecimal())


def _all() -> Iterable[UUID]:
    """Every case that has facts."""
    for model in (IssueMember, ReplySign):
        yield from model.objects.order_by("case").values_list("case", flat=True).distinct().iterator(chunk_size=5_000)
