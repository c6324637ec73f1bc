"""How a matter is read by models: as a title and a body, and which kinds of offices it names a place of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import places


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled matter as a model learns from it. `refused` are offices whose objection was ruled right before."""

    text: str
    subject: str
    category: str
    office: str
    received_at: datetime
    area: str = ""
    refused: tuple[str, ...] = ()


def as_message(subject: str, text: str) -> tuple[str, str]:
    """(title, body) as models read them. Who says something in one go gives no title; then the words stand for it."""
    return (subject or text)[:200], text


def as_placed(subject: str, text: str, catalogue: Catalogue) -> tuple[str, str, frozenset[str], frozenset[str]]:
    """(title, body) and the kinds of offices with a place of their own named in each. Where the words stand for the
    title, so do the places.
    """
    title, body = as_message(subject, text)
    in_body = kinds_named(body, catalogue)
    return title, body, kinds_named(title, catalogue) if subject else in_body, in_body


def duty_target(office: str, catalogue: Catalogue) -> str:
    """What an office is called in the dispatch catalogue: its code, or "kind:K" when rows name its kind."""
    info = catalogue.offices.get(office)
    target = f"kind:{info.kind}" if info else ""
    return target if any(duty.office == target for duty in catalogue.duties) else office


_latest: tuple[str, dict[str, frozenset[str]]] = ("", {})


def _own_offices(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Area → the kinds of offices ("kind:K") that have an office of their own for it; made once per pack."""
    global _latest
    digest, known = _latest
    if digest != catalogue.digest:
        found: dict[str, set[str]] = {}
        named = {duty.office for duty in catalogue.duties}
        for office in catalogue.offices.values():
            area, target = catalogue.areas.get(office.area), f"kind:{office.kind}"
            if area is not None and area.level > 1 and target in named:
                found.setdefault(area.code, set()).add(target)
        known = {area: frozenset(kinds) for area, kinds in found.items()}
        _latest = (catalogue.digest, known)
    return known


def kinds_named(text: str, catalogue: Catalogue) -> frozenset[str]:
    """Kinds that have an office of their own for an area or a neighbourhood the text names. Roads and landmarks do not
    count: every spot of a town lies in some street office's area.
    """
    own = _own_offices(catalogue)
    if not own:
        return frozenset()
    known = places.gazetteer(catalogue)
    found: set[str] = set()
    for mention in known.mentions(text):
        for code in mention.places:
            if known.places[code].kind in ("area", "community"):
                for area in known.within(code):
                    found |= own.get(area, frozenset())
    return frozenset(found)
