"""One row and a map → one matter with its past, or the reason why not. Pure but for the keyed hashes' secret."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.cases.bulk_history import History, Step
from huiyin.cases.lifecycle import Actor, Claim, Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.lifecycle.situation import MAX_WORDS
from huiyin.imports.dates import EPOCH_1900, NotATime, When, read_time
from huiyin.imports.maps import Condition, Map
from huiyin.imports.reading import Row
from huiyin.organisation.catalogue import Catalogue

IMPORTER = Actor(Role.IMPORTER)
# Made once: `json.dumps` with options makes an encoder for every call. The first form is part of every row's key.
_sorted_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_compact_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row is not taken in: a code of `words.REASONS` and its facts."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)  # without slots: it travels between processes, and frozen slots travel slowly
class Converted:
    """A row as it goes in. `key` stays the same however often the row is read; `content` changes with any cell."""

    history: History
    key: UUID
    content: UUID
    flags: tuple[str, ...]


def as_text(cell: object) -> str:
    """A cell as text: whole numbers without a fraction, times in ISO, nothing for an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def tidy(text: str) -> str:
    """Words without the blanks around each line and without runs of empty lines; otherwise as they were written."""
    if "\n" not in text and "\r" not in text:
        return text.strip()
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


class Converter:
    """A map bound to the pack in force and to the moment of the import."""

    def __init__(self, chosen: Map, catalogue: Catalogue, now: datetime, secret: bytes) -> None:
        self.map = chosen
        self.catalogue = catalogue
        self.now = now
        self._hash = hmac.new(secret, b"huiyin/import/v1\0", hashlib.sha256)
        top = next((office.code for office in catalogue.offices.values() if not office.parent), "")
        self.office = chosen.office or top
        self.epoch = EPOCH_1900
        #: Columns whose words stand under a label of their own; all others are kept together as the source.
        self._spoken = {*chosen.columns.get("subject", ()), *chosen.columns.get("text", ())}
        #: value that has no counterpart → how often, by what it is (category, area …)
        self.unmapped: dict[str, dict[str, int]] = {}

    def _keyed(self, *parts: str) -> UUID:
        keyed = self._hash.copy()
        for part in parts:
            data = part.encode()
            keyed.update(len(data).to_bytes(4, "big") + data)
        return UUID(bytes=keyed.digest()[:16])

    def convert(self, row: Row) -> Converted | Rejected:
        """What a row means. Never raises for what a cell holds."""
        if row.problem:
            return Rejected(row.problem, row.facts)
        flags: list[str] = []
        cells = {name: as_text(value) for name, value in row.cells.items()}
        blob = _sorted_json(cells)
        if not _storable(blob):
            cells = {name: _storable_text(text) for name, text in cells.items()}
            blob = _sorted_json(cells)
            flags.append("characters_replaced")
        content = self._keyed("content", self.map.name, blob)
        for name in self.map.needed if row.formulas else ():
            if name in row.formulas:
                return Rejected("formula_without_value", {"column": name})
        if row.formulas:
            flags.append("formula_without_value")
        if row.merged:
            flags.append("merged_cells")
        if "id" in self.map.columns:
            source = "\n".join(cells.get(name, "").strip() for name in self.map.columns["id"])
            if not source.strip():
                return Rejected("id_missing")
            key = self._keyed("row", self.map.name, source)
        else:
            key = content
        received = self._received(row)
        if isinstance(received, Rejected):
            return received
        if received.doubtful:
            flags.append("time_doubtful")
        words = {name: self._words(cells, name) for name in ("subject", "text", "place")}
        if not words["text"]:
            if not words["subject"]:
                return Rejected("nothing_said")
            words["text"] = words["subject"]
            flags.append("subject_only")
        point, listed = self._point(cells, flags, received.at.astimezone(self.catalogue.tz).year)
        area = self._mapped("area", cells, flags, self.catalogue.areas) or listed
        answer = self._answer(row, cells, received.at, flags)
        if isinstance(answer, Rejected):
            return answer
        flags.extend(flag.code for flag in self.map.flags if self._holds_all(flag.when, row, cells))
        channel = self._mapped("channel", cells, flags) or self.map.channel
        kind = self._mapped("kind", cells, flags) or self.map.kind
        category = self._mapped("category", cells, flags, self.catalogue.categories)
        urgency = self._mapped("urgency", cells, flags) or "normal"
        marks = tuple(dict.fromkeys(flags))
        receive = c.Receive(
            channel=channel,
            text=words["text"],
            kind=kind,
            category=category,
            urgency=urgency,
            confidentiality=Confidentiality(self.map.confidentiality),
            area=area,
            place=words["place"],
            point=point,
            subject=words["subject"],
            flags=marks,
            imported=True,
        )
        spoken = self._spoken | set(self.map.reply.text) if answer and self.map.reply else self._spoken
        kept = {name: text for name, text in cells.items() if text and name not in spoken}
        source_row = _compact_json(kept)
        steps: list[Step] = [(receive, IMPORTER, received.at), *answer]
        return Converted(History(steps, {"source": source_row}, bool(listed)), key, content, marks)

    def _words(self, cells: Mapping[str, str], key: str) -> str:
        parts = [tidy(cells.get(name, "")) for name in self.map.columns.get(key, ())]
        return "\n".join(dict.fromkeys(part for part in parts if part))

    def _time(self, row: Row, column: str) -> When | None:
        return read_time(row.cells.get(column), self.map.zone, self.map.formats, self.epoch)

    def _received(self, row: Row) -> When | Rejected:
        column = self.map.column("received_at")
        try:
            when = self._time(row, column)
        except NotATime:
            return Rejected("time_unreadable", {"column": column})
        if when is None:
            return Rejected("time_missing")
        return Rejected("time_in_future", {"column": column}) if when.at > self.now else when

    def _mapped(
        self, key: str, cells: Mapping[str, str], flags: list[str], known: Mapping[str, Any] | None = None,
        column: str = "",
    ) -> str:  # fmt: skip
        """The code a cell's value stands for; "" and a flag when it has none here."""
        name = column or self.map.column(key)
        value = " ".join(cells.get(name, "").split()) if name else ""
        if not value:
            return ""
        code = self.map.values.get(key, {}).get(value, value)
        if (known is not None and code in known) or (known is None and value in self.map.values.get(key, {})):
            return code
        flags.append(f"{key}_unmapped")
        counts = self.unmapped.setdefault(key, {})
        counts[value] = counts.get(value, 0) + 1
        return ""

    def _point(self, cells: Mapping[str, str], flags: list[str], year: int) -> tuple[str, str]:
        """("lat,lon", area there in that year). A point outside the pack's map is kept in the vault only: no area, not
        listed.
        """
        north, east = cells.get(self.map.column("lat"), "").strip(), cells.get(self.map.column("lon"), "").strip()
        if not north and not east:
            return "", ""
        try:
            lat, lon = float(north), float(east)
        except ValueError:
            flags.append("point_unreadable")
            return "", ""
        if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat, lon) == (0, 0):
            flags.append("point_unreadable")
            return "", ""
        area = self.catalogue.area_at(lat, lon, year)
        if area is None:
            flags.append("area_unmapped")
        return f"{lat:.6f},{lon:.6f}", area.code if area else ""

    def _answer(
        self, row: Row, cells: Mapping[str, str], received: datetime, flags: list[str]
    ) -> list[Step] | Rejected:
        """The steps from the office to rest; none when there was no answer."""
        reply = self.map.reply
        if reply is None:
            return []
        text = "\n".join(dict.fromkeys(part for name in reply.text if (part := tidy(cells.get(name, "")))))
        stamped = cells.get(reply.at, "").strip()
        closed = self._holds_all(reply.when, row, cells) if reply.when else bool(text or stamped)
        if not closed:
            if text or stamped:
                flags.append("reply_not_counted")
            return []
        if len(text) > MAX_WORDS:
            return Rejected("text_too_long", {"length": len(text), "limit": MAX_WORDS})
        at = received
        try:
            when = self._time(row, reply.at)
            if when is None:
                flags.append("reply_without_time")
            elif when.at > self.now:
                flags.append("reply_in_future")
            else:
                at = when.at
                if when.doubtful:
                    flags.append("time_doubtful")
        except NotATime:
            flags.append("reply_time_unreadable")
        if not text:
            flags.append("reply_without_words")
            text = reply.without_words
        office = self._mapped("office", cells, flags, self.catalogue.offices, reply.office) if reply.office else ""
        if not office:
            office = self.office
            flags.append("office_assumed")
        claim = self._mapped("claim", cells, flags, None, reply.claim) if reply.claim else ""
        answer = c.AnswerOnRecord(office, Claim(claim or "explained"), text)
        past: tuple[c.Command, ...] = (answer, c.RestOnSilence())
        return [(command, IMPORTER, at) for command in past]

    def _holds_all(self, conditions: tuple[Condition, ...], row: Row, cells: Mapping[str, str]) -> bool:
        return all(self._holds(condition, row, cells) for condition in conditions)

    def _holds(self, condition: Condition, row: Row, cells: Mapping[str, str]) -> bool:
        value = cells.get(condition.column, "").strip()
        if condition.empty is not None and bool(value) is condition.empty:
            return False
        if condition.is_ is not None and value != condition.is_:
            return False
        if condition.is_not is not None and value == condition.is_not:
            return False
        other = condition.before or condition.within_seconds_of
        if not other:
            return True
        try:
            first, second = self._time(row, condition.column), self._time(row, other)
        except NotATime:
            return False
        if first is None or second is None:
            return False
        if condition.before and not first.at < second.at:
            return False
        apart = abs((first.at - second.at).total_seconds())
        return not condition.within_seconds_of or apart <= condition.seconds


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text  # as JSON writes the one letter that PostgreSQL cannot keep


def _storable_text(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
