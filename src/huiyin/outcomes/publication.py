"""What of a period becomes public when its calls are over: the file that anybody can check, and what callers heard."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from typing import Any

from huiyin.figures.sampling import HEARD, Estimate, Stratum, estimate
from huiyin.ledger import canonical
from huiyin.outcomes import cells, drawing
from huiyin.outcomes.models import Drawn, Period

#: Answers to question 1 that say how it ended. "Cannot say" stays unknown, like silence.
SAID = ("solved", "partly", "not_solved")


def build(row: Period, frame: drawing.Frame) -> tuple[str, str]:
    """(text, SHA-256) of the file of a period: canonical JSON, tags only, in the order of the draw."""
    sample = {
        office: list(row.drawn.filter(stratum=office).order_by("place").values_list("tag", flat=True))
        for office in frame.strata
    }
    facts = {
        "method": drawing.METHOD,
        "period": row.key,
        "start": drawing.stamp(row.start),
        "end": drawing.stamp(row.end),
        "rule": row.rule,
        "secret": bytes(row.secret).hex(),
        "opening": row.opening,
        "closing": {**row.closing, "text": row.note},
        "beacon": row.beacon,
        "excluded": dict(frame.excluded),
        "strata": {office: {"frame": list(tags), "drawn": sample[office]} for office, tags in frame.strata.items()},
    }
    text = canonical.encode(facts).decode()
    return text, hashlib.sha256(text.encode()).hexdigest()


def as_csv(text: str) -> str:
    """The same file as a table: period, stratum, tag, drawn (1 or 0)."""
    facts = canonical.decode(text)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["period", "stratum", "tag", "drawn"])
    for office, stratum in facts["strata"].items():
        drawn = set(stratum["drawn"])
        table.writerows([facts["period"], office, tag, int(tag in drawn)] for tag in stratum["frame"])
    return out.getvalue()


def results(row: Period) -> dict[str, Any]:
    """What callers heard, as it is published and kept: dispositions and shares, in cells large enough to be shown.

    Shares are fractions of 1 in millionths (whole numbers, so that they can be kept and hashed exactly).
    """
    drawn = list(row.drawn.values_list("stratum", "disposition", "result"))
    said = Counter(stratum for stratum, _, result in drawn if result in SAID)
    solved = Counter(stratum for stratum, _, result in drawn if result == "solved")
    strata = {
        office: Stratum(counts["size"], counts["drawn"], said[office], solved[office])
        for office, counts in row.strata.items()
    }
    groups = cells.offices({office: said[office] for office in strata})
    # Offices shown together count as one stratum: a weighted sum of two small ones would give both away.
    joined = [_together(strata[office] for office in group) for group in groups]
    silent = [stratum for stratum in strata.values() if not stratum.answered]
    ended = Counter(disposition for _, disposition, _ in drawn)
    answered = ended.pop("answered", 0)
    shown, rest = cells.fold(ended)
    return {
        "definition": HEARD.version,
        "dispositions": {"answered": answered, **shown},
        "other_dispositions": max(rest, 0) or ended.total() - sum(shown.values()),
        "whole": share([*joined, *silent]) if groups else None,
        "cells": [
            {"offices": list(group), **(share([stratum]) or {})} for group, stratum in zip(groups, joined, strict=True)
        ],
    }


def _together(strata: Iterable[Stratum]) -> Stratum:
    parts = list(strata)
    return Stratum(
        sum(s.size for s in parts),
        sum(s.drawn for s in parts),
        sum(s.answered for s in parts),
        sum(s.agreed for s in parts),
    )


def share(strata: Iterable[Stratum]) -> dict[str, int] | None:
    """An estimate as whole numbers (fractions in millionths); None when nobody answered."""
    found = estimate(list(strata))
    return None if found is None else _whole(found)


def _whole(found: Estimate) -> dict[str, int]:
    return {
        **{name: round(getattr(found, name) * 1_000_000) for name in ("value", "low", "high", "least", "most")},
        "size": found.size,
        "covered": found.covered,
        "drawn": found.drawn,
        "answered": found.answered,
    }


def drawn_of(row: Period) -> int:
    """How many were drawn in all."""
    return sum(counts["drawn"] for counts in row.strata.values())


def frame_of(row: Period) -> int:
    """How many could have been drawn."""
    return sum(counts["size"] for counts in row.strata.values())


def progress(row: Period) -> tuple[int, int]:
    """(finished, drawn) of a period whose calls go on."""
    return Drawn.objects.filter(period=row).exclude(disposition="").count(), drawn_of(row)
