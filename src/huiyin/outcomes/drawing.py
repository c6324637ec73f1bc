"""Who is asked: the rule, the frame and the draw, from public facts and one number committed to beforehand. Pure.

    answers of the period    leaves `answered` whose place in the log lies between two checkpoints: the first one signed
                             at or after the period began, and the first one signed at or after it ended
    frame                    one unit for each matter among them, less the excluded; stratum = office that answered last
    seed                     SHA-256 over the closing checkpoint, a secret committed to in the log before the period
                             began, and (when the rule names one) a public number from outside
    sample                   in each stratum the first n by HMAC-SHA-256(seed, tag)

The checkpoint makes the draw unpredictable for everybody; the secret keeps it from being known to the offices (who can
read the log as well as anybody) before the calls are over; the commitment keeps the secret from being chosen late.
`tag` is the public name of a matter as it stands in the log.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

#: Name of this way of drawing; it stands in every announcement.
METHOD = "huiyin/callbacks/v1"
ANNOUNCED, DRAWN, CLOSED = "callbacks_announced", "callbacks_drawn", "callbacks_closed"
#: The only kinds of leaf that a frame is made from.
KINDS = ("answered", "confidentiality_set", "erased")
#: Why a matter that was answered in the period is not in the frame.
REASONS = ("imported", "confidential", "erased")


@dataclass(frozen=True, slots=True)
class Rule:
    """How many are asked: of N in a stratum max(min(N, least), ⌈N · percent / 100⌉). `days` is the time for the calls.

    `beacon` describes a public number from outside that is mixed in ("" for none). Raises ValueError when out of range.
    """

    least: int = 30
    percent: int = 10
    days: int = 28
    beacon: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.least <= 100_000:
            raise ValueError("least: 0 to 100000")
        if not 0 <= self.percent <= 100:
            raise ValueError("percent: 0 to 100")
        if not 7 <= self.days <= 90:
            raise ValueError("days: 7 to 90")
        if len(self.beacon) > 300:
            raise ValueError("beacon: at most 300 characters")

    def size(self, stratum: int) -> int:
        """How many of a stratum of this size are drawn."""
        return max(min(stratum, self.least), -(-stratum * self.percent // 100))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Period:
    """One calendar month in the body's own time zone: `start` belongs to it, `end` to the next."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint: how many leaves it covers, their root, when it was signed (UTC, whole seconds), its exact text."""

    size: int
    root: bytes
    at: datetime
    note: str

    def as_json(self) -> dict[str, Any]:
        return {
            "size": self.size,
            "root": self.root.hex(),
            "at": stamp(self.at),
            "note": hashlib.sha256(self.note.encode()).hexdigest(),
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """Everybody who may be drawn: stratum (office code, "" for answers given at the desk) → tags in order.

    `places` tells where in the log the newest answer of each tag stands. `excluded` counts matters by reason.
    """

    strata: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]
    excluded: Mapping[str, int]

    @property
    def size(self) -> int:
        return sum(len(tags) for tags in self.strata.values())


def period(key: str, tz: ZoneInfo) -> Period:
    """The month "2026-10"; ValueError for anything else."""
    try:
        year, month = (int(part) for part in key.split("-"))
        if key != f"{year:04d}-{month:02d}":
            raise ValueError
        start = datetime(year, month, 1, tzinfo=tz)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=tz)
    except ValueError as error:
        raise ValueError(f"{key!r} is not a month like 2026-10") from error
    return Period(key, start.astimezone(UTC), end.astimezone(UTC))


def month_of(at: datetime, tz: ZoneInfo) -> str:
    """The period a moment belongs to."""
    return at.astimezone(tz).strftime("%Y-%m")


def month_after(key: str) -> str:
    """The period that follows."""
    year, month = (int(part) for part in key.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def stamp(at: datetime) -> str:
    """UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_at_or_after(points: Iterable[Point], moment: datetime) -> Point | None:
    """The first checkpoint signed at `moment` or later, out of checkpoints in their order; None when there is none."""
    return next((point for point in points if point.at >= moment), None)


@dataclass(slots=True)
class _Seen:
    office: str = ""
    place: int = 0
    answered: bool = False
    imported: bool = False
    confidential: bool = False
    erased: bool = False


def frame(leaves: Iterable[tuple[int, Mapping[str, Any]]]) -> Frame:
    """The frame out of the leaves (place, leaf) of a period, in the order of the log; other kinds are passed over.

    The newest answer of a matter counts. Excluded, in this order: what was lived elsewhere and brought in (`imported`),
    what is confidential at the end of the period (the log does not say which office it was, and a call could give the
    person away), and what was erased. Matters without a contact stay in: their owners can answer on their own page, and
    those who dare least must not drop out of the count.
    """
    seen: dict[str, _Seen] = {}
    for place, leaf in leaves:
        kind, tag, pub = leaf["kind"], str(leaf["case"]), leaf["pub"]
        if kind not in KINDS:
            continue
        one = seen.setdefault(tag, _Seen())
        if kind == "answered":
            one.answered, one.place = True, place
            one.office, one.confidential = str(pub.get("office", "")), "claim" not in pub
            one.imported = bool(pub.get("imported"))
        elif kind == "confidentiality_set":
            one.confidential = "level" not in pub
        elif pub.get("labels") == []:  # everything; single fields leave a matter that can still be asked about
            one.erased = True
    strata: dict[str, list[str]] = {}
    excluded = dict.fromkeys(REASONS, 0)
    places = {}
    for tag, one in seen.items():
        if not one.answered:
            continue
        reason = next((name for name in REASONS if getattr(one, name)), "")
        if reason:
            excluded[reason] += 1
        else:
            strata.setdefault(one.office, []).append(tag)
            places[tag] = one.place
    return Frame({office: tuple(sorted(strata[office])) for office in sorted(strata)}, places, excluded)


def commitment(secret: bytes) -> str:
    """What is published of the secret before the period begins (64 hexadecimal digits)."""
    return hashlib.sha256(METHOD.encode() + b"/secret\0" + secret).hexdigest()


def seed(secret: bytes, closing: Point, beacon: str = "") -> bytes:
    """32 bytes nobody can know before the closing checkpoint is signed, nor without the secret."""
    parts = (
        METHOD.encode() + b"/seed\0",
        secret,
        closing.size.to_bytes(8, "big"),
        closing.root,
        hashlib.sha256(closing.note.encode()).digest(),
        hashlib.sha256(beacon.encode()).digest(),
    )
    return hashlib.sha256(b"".join(parts)).digest()


def rank(seed_: bytes, tag: str) -> bytes:
    """The place of a tag in the draw: the smallest come first."""
    return hmac.digest(seed_, tag.encode(), "sha256")


def draw(rule: Rule, strata: Mapping[str, Sequence[str]], seed_: bytes) -> dict[str, tuple[str, ...]]:
    """Stratum → the tags drawn, in the order of the draw."""
    return {
        office: tuple(sorted(tags, key=lambda tag: rank(seed_, tag))[: rule.size(len(tags))])
        for office, tags in strata.items()
    }


def sealed(secret: bytes, drawn: Mapping[str, Sequence[str]]) -> str:
    """What is published of the sample before the calls are over: a hash that tells nothing without the secret."""
    text = json.dumps({office: list(tags) for office, tags in sorted(drawn.items())}, separators=(",", ":"))
    return hashlib.sha256(METHOD.encode() + b"/drawn\0" + secret + text.encode()).hexdigest()
