"""The map of an import: which column is what, as a small TOML file. Checked whole, each problem with its line. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from huiyin.imports.words import both
from huiyin.organisation.pack_tables import toml_line

#: The maps that come with the product.
READY = Path(__file__).parent / "maps"

#: Where words of a matter may come from; several columns are joined by a line break.
WORDS = ("id", "subject", "text", "place")
#: Columns with one value each.
SINGLE = ("received_at", "area", "category", "kind", "channel", "urgency", "lat", "lon")
REPLY = ("text", "at", "office", "claim", "when", "without_words")
VALUES = ("category", "area", "channel", "kind", "urgency", "office", "claim")
TOP = (
    "name", "sheet", "encoding", "delimiter", "timezone", "formats", "channel", "kind", "confidentiality", "office",
    "columns", "values", "reply", "flags",
)  # fmt: skip
CONDITION = ("column", "is", "is_not", "empty", "before", "within_seconds_of", "seconds")
#: A claim that needs more than a spreadsheet tells (a promise has a day) cannot be imported.
CLAIMS = ("solved", "explained", "not_possible", "not_ours")
CHANNELS = ("web", "phone", "counter", "letter", "visit", "import", "api")
KINDS = ("inquiry", "help", "complaint", "report", "suggestion", "thanks")
URGENCIES = ("normal", "urgent", "emergency")
LEVELS = ("open", "office", "confidential")

#: code → (Chinese, English)
PROBLEMS: dict[str, tuple[str, str]] = {
    "toml_syntax": ("TOML 写法有误：{detail}", "TOML syntax error: {detail}"),
    "key_unknown": ("不认识的项 {key}。", "Unknown key {key}."),
    "key_missing": ("缺少 {key}。", "{key} is missing."),
    "wrong_type": ("{key} 应当是{zh}。", "{key} must be {en}."),
    "not_allowed": ("{key} 不能是“{value}”；可以写：{allowed}。", "{key} cannot be “{value}”; allowed: {allowed}."),
    "bad_timezone": ("不认识的时区“{value}”。", "Unknown time zone “{value}”."),
    "no_condition": ("标记 {key} 没有写条件。", "The flag {key} has no condition."),
}
_TYPES = {str: ("文字", "text"), dict: ("一组项", "a table"), list: ("列表", "a list"), bool: ("true 或 false", "true or false"), int: ("整数", "a whole number")}  # noqa: E501  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for a row. Exactly the given parts are looked at."""

    column: str
    is_: str | None = None
    is_not: str | None = None
    empty: bool | None = None
    before: str = ""
    within_seconds_of: str = ""
    seconds: int = 60

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in (self.column, self.before, self.within_seconds_of) if name)


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark that rows get when all conditions hold."""

    code: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """Where the answer of the office stands. Empty `at` and `text`: this file has no answers."""

    text: tuple[str, ...] = ()
    at: str = ""
    office: str = ""
    claim: str = ""
    when: tuple[Condition, ...] = ()
    without_words: str = "（原系统没有保存答复内容。The earlier system kept no words.）"


@dataclass(frozen=True, slots=True)
class Map:
    """A checked map."""

    name: str
    zone: ZoneInfo
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reply: Reply | None = None
    flags: tuple[Flag, ...] = ()
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    formats: tuple[str, ...] = ()
    channel: str = "import"
    kind: str = "help"
    confidentiality: str = "office"
    office: str = ""

    @property
    def needed(self) -> tuple[str, ...]:
        """Every column the map names, each once."""
        names = [name for group in self.columns.values() for name in group]
        if self.reply:
            names += [*self.reply.text, self.reply.at, self.reply.office, self.reply.claim]
            names += [name for condition in self.reply.when for name in condition.columns]
        names += [name for flag in self.flags for condition in flag.when for name in condition.columns]
        return tuple(dict.fromkeys(name for name in names if name))

    def column(self, key: str) -> str:
        """The single column of `key`, "" when the map has none."""
        names = self.columns.get(key, ())
        return names[0] if names else ""


@dataclass(frozen=True, slots=True)
class MapProblem:
    """One finding; `line` counts from 1 (0: the file as a whole)."""

    line: int
    code: str
    facts: dict[str, object]

    @property
    def words(self) -> str:
        return both(PROBLEMS[self.code], self.facts)


class BadMap(Exception):
    """The map cannot be used. `problems` holds everything found."""

    def __init__(self, file: str, problems: list[MapProblem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.line, p.code))
        super().__init__("\n".join(f"{file}:{p.line}: {p.words}" if p.line else f"{file}: {p.words}" for p in problems))


def find(name: str) -> Path:
    """The map file of a path, or of the name of a ready map."""
    path = Path(name)
    ready = READY / f"{path.name}.toml"
    return ready if not path.exists() and path.name == name and ready.exists() else path


def load(path: Path) -> Map:
    """Read and check a map. Raises BadMap with everything that is wrong, OSError."""
    text = path.read_bytes().decode("utf-8-sig", "replace")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMap(path.name, [MapProblem(0, "toml_syntax", {"detail": str(error)})]) from error
    checker = _Checker(text)
    found = checker.map(data, path.stem)
    if checker.problems or found is None:
        raise BadMap(path.name, checker.problems)
    return found


class _Checker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[MapProblem] = []

    def add(self, place: str, code: str, **facts: object) -> None:
        facts.setdefault("key", place)
        self.problems.append(MapProblem(self._line(place), code, facts))

    def _line(self, key: str) -> int:
        """Where a key stands: in its table when it is named, else anywhere. 0 when it stands nowhere."""
        last = key.rsplit(".", 1)[-1]
        table = key.rsplit(".", 1)[0] if "." in key else ""
        lines = self.text.splitlines()
        inside = not table
        for number, line in enumerate(lines, start=1):
            stripped = line.strip()
            if stripped.startswith("["):
                inside = stripped.strip("[] ") == table
                if stripped.strip("[] ") == key:
                    return number
            elif inside and stripped.split("=")[0].strip().strip("\"'") == last:
                return number
        return toml_line(self.text, last)

    def keys(self, table: Mapping[str, Any], allowed: tuple[str, ...], where: str = "") -> None:
        for key in table:
            if key not in allowed:
                self.add(f"{where}{key}", "key_unknown")

    def get(self, table: Mapping[str, Any], key: str, kind: type, where: str = "") -> Any:
        value = table.get(key)
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            self.add(f"{where}{key}", "wrong_type", zh=_TYPES[kind][0], en=_TYPES[kind][1])
            return None
        return value

    def choice(self, table: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.get(table, key, str) or default
        if value not in allowed:
            self.add(key, "not_allowed", value=value, allowed=", ".join(allowed))
        return value

    def names(self, value: object, key: str) -> tuple[str, ...]:
        """One column name or a list of them."""
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(item, str) and item.strip() for item in found):
            self.add(key, "wrong_type", zh="列名或列名的列表", en="a column name or a list of them")
            return ()
        return tuple(" ".join(item.split()) for item in found)

    def map(self, data: Mapping[str, Any], stem: str) -> Map | None:
        self.keys(data, TOP)
        columns = self._columns(self.get(data, "columns", dict) or {})
        zone = self._zone(data)
        name = self.get(data, "name", str) or stem
        if len(name) > 40:
            self.add("name", "wrong_type", zh="最多 40 个字符的文字", en="text of at most 40 characters")
        formats = self.get(data, "formats", list) or []
        words = {key: self.get(data, key, str) or "" for key in ("sheet", "encoding", "delimiter", "office")}
        checked = {
            "channel": self.choice(data, "channel", CHANNELS, "import"),
            "kind": self.choice(data, "kind", KINDS, "help"),
            "confidentiality": self.choice(data, "confidentiality", LEVELS, "office"),
        }
        values, reply, flags = self._values(data), self._reply(data), self._flags(data)
        if zone is None:
            return None
        return Map(
            name, zone, columns, values, reply, flags, formats=tuple(str(item) for item in formats), **words, **checked
        )

    def _zone(self, data: Mapping[str, Any]) -> ZoneInfo | None:
        name = self.get(data, "timezone", str)
        if name is None:
            if "timezone" not in data:
                self.add("timezone", "key_missing")
            return None
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.add("timezone", "bad_timezone", value=name)
            return None

    def _columns(self, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        self.keys(table, WORDS + SINGLE, "columns.")
        for key in ("text", "received_at"):
            if key not in table:
                self.add(f"columns.{key}", "key_missing")
        found = {key: self.names(value, f"columns.{key}") for key, value in table.items() if key in WORDS + SINGLE}
        for key in SINGLE:
            if len(found.get(key, ())) > 1:
                self.add(f"columns.{key}", "wrong_type", zh="一个列名", en="one column name")
        return found

    def _values(self, data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        table = self.get(data, "values", dict) or {}
        self.keys(table, VALUES, "values.")
        allowed = {"channel": CHANNELS, "kind": KINDS, "urgency": URGENCIES, "claim": CLAIMS}
        found: dict[str, dict[str, str]] = {}
        for key in VALUES:
            pairs = self.get(table, key, dict, "values.") or {}
            found[key] = {}
            for value, code in pairs.items():
                if not isinstance(code, str):
                    self.add(f"values.{key}.{value}", "wrong_type", zh=_TYPES[str][0], en=_TYPES[str][1])
                elif key in allowed and code not in allowed[key]:
                    self.add(f"values.{key}.{value}", "not_allowed", value=code, allowed=", ".join(allowed[key]))
                else:
                    found[key][" ".join(value.split())] = code
        return found

    def _reply(self, data: Mapping[str, Any]) -> Reply | None:
        table = self.get(data, "reply", dict)
        if table is None:
            return None
        self.keys(table, REPLY, "reply.")
        if "at" not in table:
            self.add("reply.at", "key_missing")
        given = {key: self.get(table, key, str, "reply.") or "" for key in ("at", "office", "claim")}
        words = self.get(table, "without_words", str, "reply.")
        return Reply(
            text=self.names(table["text"], "reply.text") if "text" in table else (),
            when=self._conditions(table.get("when"), "reply.when") if "when" in table else (),
            **given,
            **({"without_words": words} if words else {}),
        )

    def _flags(self, data: Mapping[str, Any]) -> tuple[Flag, ...]:
        found = []
        for table in self.get(data, "flags", list) or []:
            if not isinstance(table, dict) or not isinstance(table.get("code"), str):
                self.add("flags", "key_missing", key="flags.code")
                continue
            self.keys(table, ("code", "when"), "flags.")
            if "when" not in table:
                self.add("flags", "no_condition", key=table["code"])
                continue
            found.append(Flag(table["code"][:40], self._conditions(table["when"], "flags.when")))
        return tuple(found)

    def _conditions(self, value: object, key: str) -> tuple[Condition, ...]:
        tables = [value] if isinstance(value, dict) else value
        if not isinstance(tables, list) or not tables or not all(isinstance(item, dict) for item in tables):
            self.add(key, "wrong_type", zh="一个条件或条件的列表", en="a condition or a list of them")
            return ()
        found = []
        for table in tables:
            self.keys(table, CONDITION, f"{key}.")
            column = self.get(table, "column", str, f"{key}.")
            if not column or len(table) < 2:
                self.add(key, "no_condition", key=key)
                continue
            found.append(
                Condition(
                    " ".join(column.split()),
                    self.get(table, "is", str, f"{key}."),
                    self.get(table, "is_not", str, f"{key}."),
                    self.get(table, "empty", bool, f"{key}."),
                    self.get(table, "before", str, f"{key}.") or "",
                    self.get(table, "within_seconds_of", str, f"{key}.") or "",
                    self.get(table, "seconds", int, f"{key}.") or 60,
                )
            )
        return tuple(found)
