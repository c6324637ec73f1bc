"""Signs that a message cannot wait: rules as data, each with examples that the tests read.

A rule only ever raises: it shows an emergency number at once and marks the case. It never lowers, refuses or judges.
Patterns meet folded text: lower case, simplified, and a doubled Chinese character is one (妈妈 is 妈).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from .cleaning import fold

LIMIT = 3000
"""Characters that are read; an emergency stands at the beginning."""


@dataclass(frozen=True, slots=True)
class Rule:
    """All of the `every` patterns must occur within one stretch of text, and none of `unless`.

    `service` is the emergency service whose number the pack gives: gas, power, police, fire, medical, or nothing.
    `names` is what it is called, by language.
    """

    code: str
    level: str
    service: str
    names: dict[str, str]
    every: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Urgency:
    """What was found: `level` is `emergency`, `urgent` or `normal`; `services` are those whose numbers to show.

    Reasons are (rule code, {words}): the words of the message that the rule saw.
    """

    level: str
    services: tuple[str, ...]
    reasons: tuple[tuple[str, dict[str, object]], ...]


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The rules that come with the program (`data/urgency.json`)."""
    stored = json.loads(resources.files(__package__).joinpath("data", "urgency.json").read_text("utf-8"))
    return tuple(
        Rule(
            row["code"],
            row["level"],
            row["service"],
            {"zh": row["name_zh"], "en": row["name_en"]},
            tuple(re.compile(p) for p in row["all"]),
            tuple(re.compile(p) for p in row["unless"]),
            tuple(row["yes"]),
            tuple(row["no"]),
        )
        for row in stored
    )


@lru_cache(maxsize=1)
def by_code() -> dict[str, Rule]:
    """The same rules by their codes."""
    return {rule.code: rule for rule in rules()}


def excused(folded: str, phrase: str, codes: Iterable[str]) -> bool:
    """Whether every sentence with this phrase also says what the rules named leave alone: last year, a drill, a claim.

    Both texts are folded. For words that a pack has for the same danger as these rules.
    """
    unless = [pattern for code in codes if code in by_code() for pattern in by_code()[code].unless]
    if not unless:
        return False
    around = [sentence for sentence in _STOPS.split(folded) if phrase in sentence]
    return bool(around) and all(any(pattern.search(sentence) for pattern in unless) for sentence in around)


_STOPS = re.compile(r"[。！!？?;；\n]+")


def judge(title: str, body: str) -> Urgency:
    """How urgent a message sounds, by the rules. Sentence by sentence, so that words far apart do not add up."""
    text = fold(f"{title[:200]}。{body[:LIMIT]}", keep_blanks=True)
    sentences = [sentence for sentence in _STOPS.split(text) if sentence.strip()]
    # An emergency is often told in two short sentences: each is read alone and together with the one before.
    windows = sentences + [f"{a}，{b}" for a, b in pairwise(sentences)]
    found: dict[str, tuple[Rule, tuple[str, ...]]] = {}
    for rule in rules():
        if not all(pattern.search(text) for pattern in rule.every):
            continue
        for window in windows:
            hits = [pattern.search(window) for pattern in rule.every]
            if all(hits) and not any(pattern.search(window) for pattern in rule.unless):
                words = tuple(dict.fromkeys(hit[0] for hit in hits if hit))
                found[rule.code] = (rule, words)
                break
    levels = [rule.level for rule, _ in found.values()]
    level = "emergency" if "emergency" in levels else "urgent" if levels else "normal"
    services = dict.fromkeys(rule.service for rule, _ in found.values() if rule.service)
    return Urgency(level, tuple(services), tuple((code, {"words": words}) for code, (_, words) in found.items()))
