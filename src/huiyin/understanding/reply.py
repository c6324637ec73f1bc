"""Looks at a reply before it is sent: does it say anything? Help for the writer, in parts, never one number.

Each sentence is judged for itself, and one that repeats another, the question or a formula counts for nothing. One that
carries no evidence counts only as far as it has to do with the matter, and all of these together count for little;
numbers and dates that have nothing to do with the matter never count for more than the rest. So length does not buy a
good mark, whatever it is made of, and a reply without evidence that passes on, thanks or puts off is hollow however
long it is.
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
from .features import found_topics, topic_spots
from .hashing import Codes, codes, grams
from .personal import Find, find
from .same import rarity

LIMIT = 8000
SENTENCES = 150


@dataclass(frozen=True, slots=True)
class Part:
    """One finding with the pieces of the reply it rests on. `kind` is `good`, `weak` (worth a look) or `stop`.

    Good: `found_out`, `done`, `dated`, `figures`, `rule`, `reason`, `how`, `contact`, `to_the_point`,
    `dated_promise`.
    Weak: `forward_only`, `thanks_only`, `wait_only`, `says_little`, `promise_without_date`, `copied` {share},
    `other_matter` {}. Stop: `personal_data` {kinds}.
    """

    code: str
    kind: str
    quotes: tuple[str, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """All parts, and everything that looks personal with its spans in the reply, a telephone number and an address too.
    There is no total mark on purpose.
    """

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
# Where an English sentence ends: not after "No." or "Mr.", not inside a number.
_ENGLISH_END = re.compile(r"(?<=[a-z)\d]{2})\.[ \t]+(?=[A-Z])")
_CLAUSE = re.compile(r"[，,：:]")
_WORDS: dict[str, list[str]] = json.loads(
    resources.files(__package__).joinpath("data", "reply.json").read_text("utf-8")
)
"""What formulas, passing on, waiting, promises and each kind of evidence look like, in Chinese and English."""


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_WORDS[name]), re.IGNORECASE)


_FORMULA, _FORWARD, _WAIT, _PLEDGE, _WORK = map(_pattern, ("formula", "forward", "wait", "pledge", "pledged_work"))
_DATE, _FIGURE, _FOUND = map(_pattern, ("dated", "figures", "found_out"))
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
        "found_out": 1.0, "done": 1.2, "dated": 0.8, "figures": 0.9, "rule": 1.0, "reason": 0.7, "how": 0.7,
        "contact": 0.4
    }.items()
)  # fmt: skip
_STRONG = frozenset(("found_out", "done", "rule"))
"""Evidence that speaks for itself. Any other speaks only in a sentence that has to do with the matter."""
_PROOF = frozenset(("found_out", "done", "dated", "figures", "rule", "reason", "how"))
"""Evidence with which a reply is not hollow. A telephone number alone is none."""
_MOST = 2.5
_PLAIN, _PLAIN_IN_ALL = 0.45, 0.9
"""What a sentence about the matter without evidence weighs, and what all of them weigh together."""
_LOOSE_IN_ALL = 0.4
"""What evidence in sentences about something else weighs at most, unless the rest weighs more."""
_NEAR, _CLOSE = 5.0, 12.0
"""From how much in common on a sentence has to do with the matter, and when it surely does (sum of rarities)."""
_OFFICES_OWN = frozenset(("phone", "house"))
"""What an office may write of itself: shown to be looked at, and no part `personal_data`."""
LITTLE = 1.6
"""Below this much substance (about one and a half sentences that say something) `says_little` is shown."""


def check(reply: str, title: str = "", body: str = "", others: Sequence[str] = ()) -> ReplyCheck:
    """What a reply contains and what it lacks. `others` are texts of replies to other matters, to find copies.

    Reads at most 8,000 characters; never fails. The quotes are pieces of the reply itself.
    """
    parts, _ = _look(reply[:LIMIT], title, body, others)
    finds = find(reply[:LIMIT])
    kinds = tuple(dict.fromkeys(f.kind for f in finds if f.kind not in _OFFICES_OWN))
    if kinds:
        parts.append(Part("personal_data", "stop", (), (("kinds", kinds),)))
    return ReplyCheck(tuple(parts), finds)


def substance(reply: str, title: str = "", body: str = "") -> float:
    """How much a reply says, 0 to 1, for measuring the check against people's judgement. Not shown, not stored."""
    _, weight = _look(reply[:LIMIT], title, body, ())
    return 1.0 - math.exp(-weight / 3.0)


def _grams(text: str) -> Codes:
    return np.unique(grams(codes(fold(text)), 3))


class _Matter:
    """What was asked, as far as a sentence can have to do with it."""

    def __init__(self, title: str, body: str) -> None:
        text = f"{title}\n{body[:2000]}"
        self.grams = _grams(text)
        self.own, self.words = _topical(text)
        self.pairs = _pairs(title[:100])
        self.topics = _topics(title[:200])
        self.known = len(self.own) + len(self.words) > 3

    def near(self, sentence: str) -> float:
        """How much a sentence has in common with the matter: rare runs of characters, and words in alphabets."""
        own, words = _topical(sentence)
        shared = own[np.isin(own, self.own)]
        rare = np.maximum(rarity().weights(shared) - 3.0, 0.0).sum() if len(shared) else 0.0
        pairs = len(_pairs(sentence) & self.pairs) if self.pairs else 0
        topics = len(_topics(sentence) & self.topics) if self.topics else 0
        return float(rare) + _WORD * len(words & self.words) + _PAIR * pairs + _TOPIC * topics


_WORD, _PAIR, _TOPIC = 5.0, 3.0, 3.0
"""What a shared word in an alphabet counts, two characters of the title, and a topic of the title."""
# Who is written to, what was just named, and who writes: a sentence that names one of them is about this case.
_CASE = re.compile(
    r"[您你]|(?:该|此|上述)[一-龥]|[我本](?:局|处|中心|站|镇|乡|街道|办|委|院|所|公司|单位|大队|部)|\byou(?:r)?\b",
    re.IGNORECASE,
)
# Of these, the ones that speak to the person or of what was just named; an office may praise itself in any reply.
_PERSON = re.compile(r"[您你]|(?:该|此|上述)[一-龥]|\byou(?:r)?\b", re.IGNORECASE)
_PAIRS = re.compile(r"(?=([一-龥]{2}))")
_EMPTY_PAIRS = frozenset(_WORDS["empty_pairs"])
_ALPHABETIC = re.compile(r"[a-z]{4,30}")
_COMMON = frozenset(_WORDS["empty_words"])


def _topical(text: str) -> tuple[Codes, frozenset[str]]:
    """The runs of three characters without alphabets, and the words in alphabets, cut to their first five letters."""
    plain = fold(text)
    words = frozenset(word[:5] for word in _ALPHABETIC.findall(plain) if word not in _COMMON)
    return np.unique(grams(codes(_ALPHABETIC.sub("\n", plain)), 3)), words


def _pairs(text: str) -> frozenset[str]:
    """Every two neighbouring Chinese characters that say what something is about."""
    found = frozenset(pair for pair in _PAIRS.findall(fold(text)) if not {*"的了和在是市县区"} & {*pair})
    return found - _EMPTY_PAIRS


def _topics(text: str) -> frozenset[int]:
    """Which topics a text names."""
    plain = fold(text)
    return frozenset(topic for topic, _, _ in found_topics(plain, topic_spots(grams(codes(plain), 2))))


@dataclass(slots=True)
class _Weight:
    """What the sentences of a reply weigh: to the matter or strong, about something else, without evidence."""

    anchored: float = 0.0
    loose: float = 0.0
    plain: float = 0.0

    @property
    def whole(self) -> float:
        """Loose evidence never outweighs the rest, and plain sentences together weigh little."""
        return self.anchored + min(self.loose, max(self.anchored, _LOOSE_IN_ALL)) + min(self.plain, _PLAIN_IN_ALL)


@dataclass(slots=True)
class _Read:
    """What was read in a reply so far."""

    weight: _Weight
    quotes: dict[str, list[str]]
    own: list[str]
    proof: set[str]
    promises: list[str]
    works: bool = False
    #: Sentences about the matter, and of these the ones that surely are; sentences that name this case in any way.
    near: int = 0
    close: int = 0
    case: int = 0
    #: Sentences with evidence about something else, as far as can be seen.
    loose: int = 0


def _look(reply: str, title: str, body: str, others: Sequence[str]) -> tuple[list[Part], float]:
    text = _ENGLISH_END.sub(".\n", _END.sub("", clean(reply, LIMIT).text))
    matter = _Matter(title, body)
    told: list[Codes] = []
    read = _Read(_Weight(), {}, [], set(), [])
    seen_forms = {"forward": 0, "wait": 0, "formula": 0}
    for match in list(_SENTENCE.finditer(text))[:SENTENCES]:
        sentence = _SIGNED.sub("", match[0].strip())
        rest = _substance_of(sentence, seen_forms)
        if not rest:
            continue
        mine = _grams(rest)
        if len(mine) and told and float(np.isin(mine, np.concatenate(told)).mean()) > 0.6:
            continue
        echo = float(np.isin(mine, matter.grams).mean()) if len(mine) else 1.0
        told.append(mine)
        read.own.append(rest)
        _weigh(rest, echo, matter, read)
    weight = read.weight.whole
    parts = [Part(code, "good", tuple(found[:3])) for code, found in read.quotes.items()]
    parts += _weak(read, weight, seen_forms, matter.grams, others)
    return parts, weight


def _weigh(rest: str, echo: float, matter: _Matter, read: _Read) -> None:
    """One sentence without its formulas: its evidence, its promise, and what it weighs."""
    hits = {code: (hit[0], worth) for code, pattern, worth in _EVIDENCE if (hit := pattern.search(rest))}
    near = matter.near(rest)
    told = echo <= 0.7  # else it is the question said again
    named = bool(_CASE.search(rest))
    speaks = not matter.known or near >= _NEAR or not _STRONG.isdisjoint(hits) or len(hits) > 1 or named
    if not _PLEDGE.search(rest) and echo < 0.5 and len(rest) >= 12:
        read.near += near >= _NEAR
        read.close += near >= _CLOSE
        read.case += bool(_PERSON.search(rest))
    for code, (piece, _) in hits.items():
        read.quotes.setdefault(code, []).append(piece.strip()[:40])
    points = sum(worth for _, worth in hits.values())
    pledge = bool(_PLEDGE.search(rest) or _WORK.search(rest))
    empty = pledge and not _DATE.search(rest)
    if empty:
        read.promises.append(rest[:60])
        read.works = read.works or bool(_WORK.search(rest))
        points = min(points, 0.9) * 0.5
    elif pledge:
        read.quotes.setdefault("dated_promise", []).append(rest[:60])
    elif not hits and len(rest) >= 12 and echo < 0.5 and near >= _NEAR:
        read.weight.plain += _PLAIN * min(1.0, near / _CLOSE)
    proof = hits.keys() & (_STRONG if empty else _PROOF) if told else set()
    if speaks:
        read.proof |= proof
    else:
        read.loose += bool(proof)
    points = min(points if told else points * 0.3, _MOST)
    if speaks:
        read.weight.anchored += points
    else:
        read.weight.loose += points


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
        elif _FORMULA.search(clause) or (_ABOUT.match(clause) and not _FOUND.search(clause)):
            seen["formula"] += 1
        else:
            kept.append(clause)
    rest = "，".join(kept).strip()
    return rest if len(fold(rest)) >= 5 else ""


def _weak(
    read: _Read, weight: float, seen: dict[str, int], asked: Codes, others: Sequence[str]
) -> list[Part]:  # fmt: skip
    weak: list[Part] = []
    hollow = _hollow(read, seen)
    if hollow:
        weak.append(Part(hollow, "weak"))
    elif weight < LITTLE:
        weak.append(Part("says_little", "weak"))
    if read.promises:
        weak.append(Part("promise_without_date", "weak", tuple(read.promises[:3])))
    mine = _grams("。".join(read.own))
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


def _hollow(read: _Read, seen: dict[str, int]) -> str:
    """The code of a reply that passes on, puts off or thanks and holds no evidence; "" for any other.

    Words that are surely about the matter count as evidence as long as they are not lost among others: then it
    `says_little`. So does a reply that passes nothing on and speaks about this case, or shows evidence, in half of its
    sentences. A promise of a certain work
    ("we will mend it") is a promise without a date and not hollow, unless it is passed on or put off as well.
    """
    if read.proof or read.close * 3 >= max(len(read.own), 1):
        return ""
    if seen["forward"]:
        return "forward_only"
    if seen["wait"]:
        return "wait_only"
    if read.works or (read.near + read.case + read.loose) * 2 >= max(len(read.own), 1):
        return ""
    return "thanks_only" if seen["formula"] or not read.own else ""
