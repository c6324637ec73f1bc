"""What the callback sample gives to the lake: one row for each drawn matter of the closed periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from huiyin.figures import sources
from huiyin.outcomes.export import callback_rows
from huiyin.outcomes.models import Drawn, Period


@sources.rows("callbacks")
class Callbacks:
    """The table `callbacks`. A period is one month of the lake, whole when it is closed, and stays as it is then."""

    def cursor(self) -> str:
        """The closed periods, and how many rows they have."""
        return " ".join([*_closed(), str(Drawn.objects.filter(period__closed_at__isnull=False).count())])

    def months(self, since: str) -> Iterable[str]:
        """The periods closed since; all of them when a row went with its matter, which is not to be told apart."""
        *known, count = since.split() or ["0"]
        kept = Drawn.objects.filter(period__key__in=known).count()
        return [key for key in _closed() if key not in known or str(kept) != count]

    def rows(self, month: str) -> Iterator[dict[str, Any]]:
        return callback_rows([month])


def _closed() -> list[str]:
    return list(Period.objects.filter(closed_at__isnull=False).order_by("key").values_list("key", flat=True))
