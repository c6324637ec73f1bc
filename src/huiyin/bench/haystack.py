"""Messages to search among: real or made-up ones about recurring issues, spread evenly among mixtures of others."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from huiyin.bench import said

_LETTERS = "云亭柳荫竹溪枫岭梅湾松鹤兰桂樱荷澄碧翠霞曙晨晖颐康宁泰兴隆锦绣华庭嘉禾丰登凤栖龙泽麓岳浦渡桥塘"
_REGION = re.compile(r"[A-M]\d*[市区县]")
_NAME = re.compile(r"[一-龥]{2,3}(?=小区|社区|街道|公园|学校|中学|小学|新城|花园|广场|医院|路|街|镇|村|苑|园|城|府|湾)")
_CLAUSE = re.compile(r"[^，。！？；,!?;\n]+[，。！？；,!?;\n]*")


@dataclass(frozen=True, slots=True)
class Straw:
    """A message: the issue it belongs to ("" for none), its words, and the region it names ("" for none)."""

    issue: str
    title: str
    body: str
    region: str

    @property
    def part(self) -> int:
        """The region as a part of town, 0 for none."""
        return 1 + hashlib.sha256(self.region.encode()).digest()[0] % 127 if self.region else 0


def region_of(title: str, body: str) -> str:
    """The first district a message names, else the first city, looked for in the title and then in the beginning."""
    for text in (title, body[:300]):
        named = _REGION.findall(text)
        if named:
            return str(next((name for name in named if name[1].isdigit()), named[0]))
    return ""


def read(folder: Path) -> list[Straw]:
    """The real messages of a folder, in the order they came."""
    from huiyin.understanding import datasets

    with (folder / "recurring_issues.csv").open(encoding="utf-8-sig", newline="") as opened:
        issues = {row["message_id"]: row["issue"] for row in csv.DictReader(opened)}
    records = datasets.messages(folder / "messages_with_votes.xlsx")
    records.sort(key=lambda record: (record.at, record.key))
    return [Straw(issues.get(r.key, ""), r.title, r.body, region_of(r.title, r.body)) for r in records]


def invent(issues: int = 120, seed: int = 5) -> list[Straw]:
    """Made-up messages: of each issue three that speak of one place in different words, and as many others."""
    random = Random(seed)
    found = []
    for number in range(issues):
        name, what = _name(random, 3), random.choice(said.WHAT)
        region = f"{random.choice('ABCDEFG')}{random.randrange(1, 9)}区"
        for _ in range(3):
            where, since, so = random.choice(said.WHERE), random.choice(said.SINCE), random.choice(said.SO)
            title = random.choice(
                (f"{name}小区{what[:6]}", f"关于{region}{name}小区{what[:4]}的问题", f"{name}小区{where}")
            )
            body = f"{region}{name}小区{where}{what}，{since}就这样了。{so}。{random.choice(said.PLEASE)}"
            found.append(Straw(f"i{number}", title, body, region))
    others = [Straw("", text[:12], text, "") for text in said.texts(len(found), seed=seed)]
    mixed = found + others
    random.shuffle(mixed)
    return mixed


def spread(known: Sequence[Straw], count: int, seed: int = 7) -> Iterator[Straw]:
    """`count` messages: the known ones at even distances, mixtures of them with other places in between."""
    random = Random(seed)
    regions = sorted({straw.region for straw in known if straw.region}) or [""]
    others = [straw for straw in known if not straw.issue]
    given = 0
    for place in range(count):
        if given < len(known) and place >= given * count // len(known):
            yield known[given]
            given += 1
        else:
            yield _mixture(random, random.choice(others), random.choice(others), regions)


def _mixture(random: Random, one: Straw, other: Straw, regions: Sequence[str]) -> Straw:
    region = random.choice(regions) if one.region else ""
    names: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        return names.setdefault(match[0], _name(random, len(match[0])))

    def elsewhere(text: str) -> str:
        text = _REGION.sub(region or "本区", text)
        return _NAME.sub(name, text)

    clauses = [c for c in _CLAUSE.findall(one.body[:400]) if random.random() < 0.7]
    clauses += [c for c in _CLAUSE.findall(other.body[:400]) if random.random() < 0.3]
    return Straw("", elsewhere(one.title), elsewhere("".join(clauses)), region)


def _name(random: Random, length: int) -> str:
    return "".join(random.choice(_LETTERS) for _ in range(length))
