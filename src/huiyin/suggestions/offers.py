"""What is offered to somebody who is writing: about what, for whom, the same matter, which place, what is personal.

It decides nothing, keeps nothing and writes nothing. At most a handful of statements, and none inside an intake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiyin.cases import similar
from huiyin.cases.models import Case
from huiyin.organisation.catalogue import Catalogue, CategoryInfo, OfficeInfo
from huiyin.suggestions import ideas, places
from huiyin.suggestions.places import Which
from huiyin.understanding import personal

#: So few letters say nothing yet.
TOO_SHORT = 4
#: pieces of personal data that are listed
MOST_FINDS = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of personal data in the words: its place in the list from 1, what kind, and the piece itself."""

    number: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Offers:
    """All of it. Empty parts mean that there is nothing to say; `unsure`: the words do not tell what it is about."""

    category: CategoryInfo | None = None
    office: OfficeInfo | None = None
    unsure: bool = False
    same: tuple[similar.Offer, ...] = ()
    which: tuple[Which, ...] = ()
    far: int = 0  # metres between the place named and the point given, 0 when they agree
    pieces: tuple[Piece, ...] = ()


def for_resident(
    text: str,
    area: str,
    catalogue: Catalogue,
    now: datetime,
    *,
    place: str = "",
    point: tuple[float, float] | None = None,
    with_same: bool = True,
) -> Offers:
    """What a resident is shown beside the words. `point` is (longitude, latitude). At most eight statements."""
    words = text.strip()
    if len(words) < TOO_SHORT:
        return Offers(pieces=pieces(words))
    found = places.find(f"{words}\n{place}", area, catalogue, point)
    where = area or _certain_area(found.area, catalogue)
    guess = ideas.categories(words, "", catalogue)
    category = catalogue.categories.get(guess.answer or guess.branch)
    office = None
    if guess.answer:
        best = ideas.first(ideas.offices(words, "", guess.answer, where, catalogue, now, guess=guess))
        office = catalogue.offices.get(best.office) if best else None
    far = next((facts.get("metres", 0) for code, facts in found.questions if code == "point_elsewhere"), 0)
    return Offers(
        category=category,
        office=office,
        unsure=category is None,
        same=same_matters(words, where, guess.answer, catalogue, now) if with_same else (),
        which=places.questions(found, catalogue) if not area else (),
        far=far if isinstance(far, int) else 0,
        pieces=pieces(words),
    )


def same_matters(text: str, area: str, category: str, catalogue: Catalogue, now: datetime) -> tuple[similar.Offer, ...]:
    """Listed, open matters that may be the same. One that people filed under another kind of matter is not offered:
    the same phrases tell of a lamp and of a pothole. At most five statements.
    """
    found = similar.candidates(text, area, now)
    kind = _kind(category, catalogue)
    if not found or not kind:
        return tuple(found)
    filed = dict(Case.objects.filter(number__in=[o.number for o in found]).values_list("number", "category"))
    return tuple(o for o in found if _kind(filed.get(o.number) or "", catalogue) in ("", kind))


def _kind(category: str, catalogue: Catalogue) -> str:
    """The second level of a category."""
    path = catalogue.category_path(category)
    return path[1].code if len(path) > 1 else ""


def _certain_area(area: str | None, catalogue: Catalogue) -> str:
    """The area the words name for certain, when it is smaller than everything the body serves."""
    known = catalogue.areas.get(area or "")
    return known.code if known is not None and known.level > 1 else ""


def pieces(text: str) -> tuple[Piece, ...]:
    """The personal data in a text, in order, each piece once."""
    seen: dict[str, str] = {}
    for find in personal.find(text):
        seen.setdefault(text[find.start : find.end], find.kind)
    return tuple(Piece(n, kind, piece) for n, (piece, kind) in enumerate(list(seen.items())[:MOST_FINDS], 1))


def without(text: str, number: int) -> str:
    """The text with one listed piece taken out, wherever it stands; unchanged for a number that is not in the list."""
    piece = next((one for one in pieces(text) if one.number == number), None)
    return text.replace(piece.text, personal.MASK) if piece is not None else text


def is_ambiguous(text: str, catalogue: Catalogue) -> bool:
    """Whether a name in the text stands for several places."""
    return bool(places.questions(places.find(text, "", catalogue), catalogue))
