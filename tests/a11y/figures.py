"""Published figures of two years for the pages of the board: plenty, few, months with nothing, imported history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

#: Groups and how many matters a month they have; "0" and "1" stand for the first two areas under the root.
GROUPS = {
    ("body", ""): 400, ("office", "urban"): 120, ("office", "water"): 20, ("office", "hotline"): 4,
    ("area", "0"): 150, ("area", "1"): 12, ("channel", "phone"): 90, ("channel", "web"): 200,
    ("category", "new/RD"): 100, ("category", "old/RD"): 3,
}  # fmt: skip
#: Of a hundred matters.
PARTS = {
    "received": 100, "claimed": 90, "asked": 80, "answered": 50, "unknown": 30, "history": 10, "history_solved": 5,
    "paper_closure.n": 40, "paper_closure.hit": 20, "paper_closure.asked": 70,
}  # fmt: skip
#: Months of each year in which nothing can be told.
EMPTY = "04"


def fill(now: datetime) -> None:
    """Put the pages in place, and keep the worker from making its own during the tests."""
    from huiyin.figures import publishing
    from huiyin.figures.protection import rounded
    from huiyin.lake.models import Published
    from huiyin.organisation import store
    from huiyin.worker.models import Periodic

    catalogue = store.current()
    areas = [area.code for area in catalogue.areas.values() if area.level == 2]
    names = {"0": areas[0], "1": areas[1], "new/RD": f"{catalogue.scheme}/RD"}
    spans = publishing.periods(now, publishing.month_before(publishing.last_complete(now), 20))
    told: dict[publishing.Cell, int | None] = {}
    for (kind, code), size in GROUPS.items():
        group = names.get(code, code)
        for period, months in spans.items():
            whole = size * sum(not month.endswith(EMPTY) for month in months)
            counts = {name: whole * part // 100 for name, part in PARTS.items()}
            counts["confirmed"] = counts["answered"] * (30 if kind == "office" else 60) // 100
            counts["disputed"] = counts["answered"] - counts["confirmed"]
            for name in publishing.MEASURES:
                told[kind, group, period, name] = rounded(counts.get(name, 0))
    compared = {("urban", "3m"): "below", ("urban", "12m"): "below", ("water", "12m"): "within"}
    plain: dict[str, Any] = {"as_of": now, "lake_version": 9}
    Published.objects.all().delete()
    for (kind, group), cells in publishing.by_cell(told).items():
        beside = {period: word for (office, period), word in compared.items() if office == group}
        page = publishing.page(cells, beside)
        Published.objects.create(kind=kind, group=group, page=page, method=publishing.METHOD, **plain)
    Periodic.objects.update_or_create(name="lake.sync", defaults={"leased_until": now + timedelta(days=1)})
