"""Checking a period from public data alone: the archive of the log, the log's key, and the published file. No database.

What is found wrong is a `Wrong` with a code; `SENTENCES` says it in both languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from huiyin.ledger import canonical, verifier
from huiyin.outcomes import drawing

SENTENCES: dict[str, tuple[str, str]] = {
    "log": ("日志本身核对不过：{}", "The log itself does not hold: {}"),
    "file": ("这不是一份回访公布文件。", "This is not a published file of callbacks."),
    "not_in_log": ("日志里没有这个文件的登记。", "The log has no record of this file."),
    "announced": (
        "规则没有在本期开始以前公布，或者后来改过。",
        "The rule was not announced before the period began, or changed.",
    ),
    "secret": ("公布的保密的数和事先的承诺不一样。", "The secret shown is not the one committed to beforehand."),
    "checkpoints": (
        "用的检查点不是本期开始、结束以后的第一个。",
        "The checkpoints are not the first after the period began and ended.",
    ),
    "frame": ("抽样名单和日志里的答复不一样。", "The frame is not what the answers in the log make it."),
    "excluded": ("没有列入的件数和日志里的不一样。", "The counts of what was left out are not those of the log."),
    "sample": ("抽中的不是规则抽出来的。", "The matters drawn are not those the rule draws."),
    "sealed": ("抽中的和抽样当时登记的不一样。", "The matters drawn are not those sealed into the log at the time."),
}  # fmt: skip


#: (kind, period) → (place in the log, public facts) of this room's events
Events = dict[tuple[str, str], list[tuple[int, dict[str, Any]]]]


class Wrong(Exception):
    """What does not hold: a key of SENTENCES, and what more is known."""

    def __init__(self, code: str, *facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts

    def __str__(self) -> str:
        return " ".join(words.format(*self.facts) for words in SENTENCES[self.code])


@dataclass(frozen=True, slots=True)
class Checked:
    """A period that holds: how many answers could be drawn, how many were, and how many were left out by reason."""

    period: str
    frame: int
    drawn: int
    excluded: dict[str, int]


def check(archive: str, keys: list[str], texts: list[str]) -> list[Checked]:
    """Compute everything anew, from the log's first leaf on. `keys` as the ledger's verifier takes them.

    Raises Wrong at the first thing that does not hold, OSError or tarfile.TarError for an unreadable archive.
    """
    try:
        log = verifier.Archive(archive)
        trusted = verifier.read_keys(keys)
        size, _, _ = verifier.check_archive(log, trusted, None, None)
    except verifier.Wrong as wrong:
        raise Wrong("log", verifier.WORDS[wrong.code][1].format(*wrong.facts)) from wrong
    published = [_File(text) for text in texts]
    events: Events = {}
    rotations = []
    for place, leaf in _leaves(log, size):
        if leaf["kind"] in (drawing.ANNOUNCED, drawing.DRAWN, drawing.CLOSED):
            key = (leaf["kind"], str(leaf["pub"].get("period")))
            events.setdefault(key, []).append((place, leaf["pub"]))
        elif leaf["kind"] == "log_key_rotated":
            pub = leaf["pub"]
            rotations.append((place, verifier.parse_key(pub["old"]), verifier.parse_key(pub["new"])))
    trusted = verifier.follow_keys(list(log.notes()), rotations, trusted)
    points = [
        drawing.Point(head.size, head.root, datetime.fromtimestamp(head.time, UTC), note)
        for note in log.notes()
        for head in (verifier.Head(note, trusted),)
    ]
    return [_check(file, log, size, points, events) for file in published]


class _File:
    def __init__(self, text: str) -> None:
        self.digest = hashlib.sha256(text.encode()).hexdigest()
        try:
            facts = canonical.decode(text)
            self.facts: dict[str, Any] = facts
            self.key = str(facts["period"])
            self.rule = drawing.Rule(**facts["rule"])
            self.secret = bytes.fromhex(facts["secret"])
            self.start, self.end = _time(facts["start"]), _time(facts["end"])
            self.strata = {o: (tuple(s["frame"]), tuple(s["drawn"])) for o, s in facts["strata"].items()}
            self.closing = dict(facts["closing"])
            self.beacon = str(facts["beacon"])
            self.opening, self.excluded = dict(facts["opening"]), dict(facts["excluded"])
            if facts["method"] != drawing.METHOD:
                raise Wrong("file")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Wrong("file") from error


def _check(
    file: _File,
    log: verifier.Archive,
    size: int,
    points: list[drawing.Point],
    events: Events,
) -> Checked:
    closed = events.get((drawing.CLOSED, file.key), [])
    drawn = events.get((drawing.DRAWN, file.key), [])
    announced = events.get((drawing.ANNOUNCED, file.key), [])
    if len(closed) != 1 or len(drawn) != 1 or closed[0][1].get("file") != file.digest:
        raise Wrong("not_in_log")
    opening, closing = (drawing.first_at_or_after(points, moment) for moment in (file.start, file.end))
    if opening is None or closing is None:
        raise Wrong("checkpoints")
    if len(announced) != 1 or announced[0][0] >= opening.size:
        raise Wrong("announced")
    facts = announced[0][1]
    if any(facts.get(name) != file.facts[name] for name in ("method", "start", "end", "rule")):
        raise Wrong("announced")
    if facts.get("secret") != drawing.commitment(file.secret):
        raise Wrong("secret")
    seal = drawn[0][1]
    text = file.closing.pop("text", "")
    stated = (file.opening, file.closing, seal.get("opening"), seal.get("closing"), text)
    if stated != (opening.as_json(), closing.as_json(), opening.as_json(), closing.as_json(), closing.note):
        raise Wrong("checkpoints")
    found = drawing.frame((place, leaf) for place, leaf in _leaves(log, size) if opening.size <= place < closing.size)
    if {office: frame for office, (frame, _) in file.strata.items()} != dict(found.strata):
        raise Wrong("frame")
    if seal.get("frame") != found.size:
        raise Wrong("frame")
    if file.excluded != found.excluded or seal.get("excluded") != found.excluded:
        raise Wrong("excluded")
    if bool(file.rule.beacon) != bool(file.beacon) or seal.get("beacon") != file.beacon:
        raise Wrong("sample")
    sample = drawing.draw(file.rule, found.strata, drawing.seed(file.secret, closing, file.beacon))
    if {office: tags for office, (_, tags) in file.strata.items()} != sample:
        raise Wrong("sample")
    count = sum(len(tags) for tags in sample.values())
    if seal.get("sealed") != drawing.sealed(file.secret, sample) or seal.get("drawn") != count:
        raise Wrong("sealed")
    return Checked(file.key, found.size, count, dict(found.excluded))


def _leaves(log: verifier.Archive, size: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, data in enumerate(log.leaves(size)):
        yield place, json.loads(data)


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
