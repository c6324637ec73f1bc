"""Looks at a reply before it is sent: does it say anything? Help for the writer, in parts, never one number.

Each sentence is judged for itself, and one that repeats another, the question or a formula counts for nothing: length
does not buy a good mark.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np

from .cleaning import clean, fold
from .hashing import Codes, codes, grams
from .personal import Find, find

LIMIT = 8000
SENTENCES = 150


@dataclass(frozen=True, slots=True)
class Part:
    """One finding with the pieces of the reply it rests on. `kind` is `good`, `weak` (worth a look) or `stop`.

    Good: `found_out`, `done`, `dated`, `figures`, `rule`, `reason`, `contact`, `to_the_point`, `dated_promise`.
    Weak: `forward_only`, `thanks_only`, `wait_only`, `says_little`, `promise_without_date`, `copied` {share},
    `other_matter` {}. Stop: `personal_data` {kinds}.
    """

    code: str
    kind: str
    quotes: tuple[str, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """All parts, and the personal data with its spans in the reply. There is no total mark on purpose."""

    parts: tuple[Part, ...]
    finds: tuple[Find, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the parts."""
        return frozenset(part.code for part in self.parts)

    @property
    def is_hollow(self) -> bool:
        """Whether the reply says nothing but that it was received, passed on or will be dealt with."""
        return not self.codes.isdisjoint(("forward_only", "thanks_only", "wait_only"))


_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]*")
_CLAUSE = re.compile(r"[，,：:]")
_WORDS: dict[str, list[str]] = json.loads(
    resources.files(__package__).joinpath("data", "reply.json").read_text("utf-8")
)
"""What formulas, passing on, waiting, promises and each kind of evidence look like, in Chinese and English."""


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_WORDS[name]), re.IGNORECASE)


_FORMULA, _FORWARD, _WAIT, _PLEDGE = map(_pattern, ("formula", "forward", "wait", "pledge"))
_DATE, _FIGURE = _pattern("dated"), _pattern("figures")
_END = re.compile(
    r"(?:[\s\u3000]*[^。！？，,\n]{0,24}(?:局|办|委|政府|中心|街道|办事处|公司|处|院|大队|管委会|部))?"
    r"[\s\u3000]*(?:20\d\d|二[〇零○]\S{2})[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?[\s\u3000。]*\Z"
)
_ABOUT = re.compile(
    r"^\s*(?:关于|针对|对于|就)?(?:您|你)(?:所)?(?:反映|提出?|咨询|投诉)的?[^，。]{0,40}(?:问题|情况|事项)?$"
)

# The date under a letter, when more text was put behind it: it dates the letter, not the matter.
_SIGNED = re.compile(r"^20\d\d[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?(?![\d，,、起前至到内])")

# What a piece of evidence weighs in one sentence; a sentence never weighs more than _MOST.
_EVIDENCE = tuple(
    (name, _pattern(name), worth)
    for name, worth in {
        "found_out": 1.0, "done": 1.2, "dated": 0.8, "figures": 0.9, "rule": 1.0, "reason": 0.7, "contact": 0.4
    }.items()
)  # fmt: skip
_MOST = 2.5
_PLAIN = 0.45
LITTLE = 1.6
"""Below this much substance (about one and a half sentences that say something) `says_little` is shown."""


def check(reply: str, title: str = "", body: str = "", others: Sequence[str] = ()) -> ReplyCheck:
    """What a reply contains and what it lacks. `others` are texts of replies to other matters, to find copies.

    Reads at most 8,000 characters; never fails. The quotes are pieces of the reply itself.
    """
    parts, _ = _look(reply[:LIMIT], title, body, others)
    finds = tuple(f for f in find(reply[:LIMIT]) if f.kind not in ("phone", "house"))
    if finds:
        kinds = tuple(dict.fromkeys(f.kind for f in finds))
        parts.append(Part("personal_data", "stop", (), (("kinds", kinds),)))
    return ReplyCheck(tuple(parts), finds)


def substance(reply: str, title: str = "", body: str = "") -> float:
    """How much a reply says, 0 to 1, for measuring the check against people's judgement. Not shown, not stored."""
    _, weight = _look(reply[:LIMIT], title, body, ())
    return 1.0 - math.exp(-weight / 3.0)


def _grams(text: str) -> Codes:
    return np.unique(grams(codes(fold(text)), 3))


def _look(reply: str, title: str, body: str, others: Sequence[str]) -> tuple[list[Part], float]:
    text = _END.sub("", clean(reply, LIMIT).text)
    asked = _grams(f"{title}\n{body[:2000]}")
    told: list[Codes] = []
    quotes: dict[str, list[str]] = {}
    weight, own, seen_forms = 0.0, [], {"forward": 0, "wait": 0, "formula": 0}
    promises: list[str] = []
    for match in list(_SENTENCE.finditer(text))[:SENTENCES]:
        sentence = _SIGNED.sub("", match[0].strip())
        rest = _substance_of(sentence, seen_forms)
        if not rest:
            continue
        mine = _grams(rest)
        if len(mine) and told and float(np.isin(mine, np.concatenate(told)).mean()) > 0.6:
            continue
        echo = float(np.isin(mine, asked).mean()) if len(mine) else 1.0
        told.append(mine)
        own.append(rest)
        points = 0.0
        for code, pattern, worth in _EVIDENCE:
            hit = pattern.search(rest)
            if hit:
                points += worth
                quotes.setdefault(code, []).append(hit[0].strip()[:40])
        if _PLEDGE.search(rest):
            dated = _DATE.search(rest)
            if dated:
                quotes.setdefault("dated_promise", []).append(rest[:60])
            else:
                promises.append(rest[:60])
                points = min(points, 0.9) * 0.5
        elif not points and len(rest) >= 12 and echo < 0.5:
            points = _PLAIN
        if echo > 0.7:
            points *= 0.3
        weight += min(points, _MOST)
    parts = [Part(code, "good", tuple(found[:3])) for code, found in quotes.items()]
    parts += _weak(text, weight, own, seen_forms, promises, asked, others)
    return parts, weight


def _substance_of(sentence: str, seen: dict[str, int]) -> str:
    """The clauses of a sentence that are no formula, no passing on and no request to wait."""
    kept = []
    for clause in _CLAUSE.split(sentence):
        if not clause.strip(" \t。！!？?；;“”\"'"):
            continue
        if _FORWARD.search(clause) and not _DATE.search(clause) and not _FIGURE.search(clause):
            seen["forward"] += 1
        elif _WAIT.search(clause) and not _FIGURE.search(clause):
            seen["wait"] += 1
        elif _FORMULA.search(clause) or _ABOUT.match(clause):
            seen["formula"] += 1
        else:
            kept.append(clause)
    rest = "，".join(kept).strip()
    return rest if len(fold(rest)) >= 5 else ""


def _weak(
    text: str, weight: float, own: Sequence[str], seen: dict[str, int], promises: Sequence[str], asked: Codes,
    others: Sequence[str],
) -> list[Part]:  # fmt: skip
    weak: list[Part] = []
    if weight < 0.2:
        code = "forward_only" if seen["forward"] else "wait_only" if seen["wait"] else "thanks_only"
        weak.append(Part(code, "weak"))
    elif weight < LITTLE:
        weak.append(Part("says_little", "weak"))
    if promises:
        weak.append(Part("promise_without_date", "weak", tuple(promises[:3])))
    mine = _grams("。".join(own))
    if len(mine) > 20:
        for other in others:
            theirs = _grams(_END.sub("", other[:LIMIT]))
            share = float(np.isin(mine, theirs).mean())
            if share >= 0.8:
                weak.append(Part("copied", "weak", (), (("share", round(share, 2)),)))
                break
        if len(asked) > 20:
            common = int(np.isin(mine, asked).sum())
            if common:
                weak.append(Part("to_the_point", "good"))
            elif len(mine) > 60:
                weak.append(Part("other_matter", "weak"))
    return weak
