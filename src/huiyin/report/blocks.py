"""What a report is made of. Page and PDF show the same blocks, so that neither can say a number the other does not.

Every text and number is ready to read, in one language. Drawings are <svg> of `base.drawing`, as wide as their place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from django.utils.safestring import SafeString, mark_safe


def drawn(svg: str) -> SafeString:
    """A drawing of ours; they escape every outside text themselves."""
    return mark_safe(svg)  # noqa: S308


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `look` is "lead" (said first), "quiet" (said beside) or nothing."""

    kind: ClassVar[str] = "text"
    words: str
    look: Literal["", "lead", "quiet"] = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Short sentences, one below the other."""

    kind: ClassVar[str] = "points"
    items: list[str]


@dataclass(frozen=True, slots=True)
class Tile:
    """One large number; `voice` says whose it is and how it looks: claim outlined, said filled, unknown hatched."""

    voice: Literal["claim", "said", "unknown"]
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Tiles:
    kind: ClassVar[str] = "tiles"
    items: list[Tile]


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    number: str
    svg: SafeString


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars on one scale; `scale` says in words how much the full width is."""

    kind: ClassVar[str] = "bars"
    rows: list[Bar]
    scale: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One share on its interval. `beside` is read under the name."""

    label: str
    beside: str
    svg: SafeString
    words: str


@dataclass(frozen=True, slots=True)
class Dots:
    """Shares on one axis, in an order that no figure decides."""

    kind: ClassVar[str] = "dots"
    rows: list[Dot]
    axis: SafeString


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of `height` CSS pixels; `words` say what it shows to whoever cannot see it."""

    kind: ClassVar[str] = "picture"
    svg: SafeString
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of ready texts; the first cell of a row is its heading. `numbers` are the columns that line up right."""

    kind: ClassVar[str] = "table"
    caption: str
    head: list[str]
    rows: list[list[str]]
    numbers: tuple[int, ...] = ()

    @property
    def cells(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Rows as (heading, [(column, text, lines up right)]) for the page."""
        return [
            (row[0], [(self.head[i], text, i in self.numbers) for i, text in enumerate(row[1:], 1)])
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Terms:
    """What something is called, and what it is. `exact` ones are codes: never broken into words."""

    kind: ClassVar[str] = "terms"
    rows: list[tuple[str, str]]
    exact: bool = False


Block = Text | Points | Tiles | Bars | Dots | Picture | Table | Terms


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report. `own_page` begins a new sheet of paper."""

    name: str
    title: str
    blocks: list[Block]
    own_page: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language. `at` is when its figures were made (seconds since 1970)."""

    month: str
    language: str
    body: str
    title: str
    subtitle: str
    foot: str
    at: int
    sections: list[Section] = field(default_factory=list)

    def texts(self) -> list[str]:
        """Everything a reader reads, in order."""
        found = [self.title, self.subtitle]
        for section in self.sections:
            found.append(section.title)
            for block in section.blocks:
                found += texts_of(block)
        return [text for text in found if text]

    def as_json(self) -> dict[str, Any]:
        """For the typesetter: plain values, each block with its kind."""
        return {
            "language": self.language, "month": self.month, "body": self.body, "title": self.title,
            "subtitle": self.subtitle, "foot": self.foot,
            "sections": [
                {
                    "title": section.title, "own_page": section.own_page,
                    "blocks": [{"kind": block.kind, **_plain(block)} for block in section.blocks],
                }
                for section in self.sections
            ],
        }  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def texts_of(block: Block) -> list[str]:
    match block:
        case Text():
            return [block.words]
        case Points():
            return block.items
        case Tiles():
            return [text for tile in block.items for text in (tile.number, tile.words)]
        case Bars():
            return [*(text for row in block.rows for text in (row.label, row.number)), block.scale]
        case Dots():
            return [text for row in block.rows for text in (row.label, row.beside, row.words)]
        case Picture():
            return [block.words]
        case Table():
            return [block.caption, *block.head, *(text for row in block.rows for text in row)]
        case Terms():
            return [text for row in block.rows for text in row]
