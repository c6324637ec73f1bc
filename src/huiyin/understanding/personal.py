"""Finds personal data in what people and offices write, and hides it. Finds are offered to the writer to confirm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .names import find_names
from .numbers import find_numbers

KINDS = (
    "mobile", "phone", "identity", "bank_card", "plate", "passport", "email", "account", "house", "name",
)  # fmt: skip
"""Kinds of finds. `account`: a chat account (WeChat, QQ); `house`: building, unit or room; `identity`: an ID number."""

MASK = "＊＊＊"
"""What stands in public for a find. Always the same length, so that it gives nothing away."""

LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Find:
    """One piece of personal data: characters `start` to `end` of the text.

    `sure` is true when a check digit, a fixed form or an unmistakable trigger confirmed it. `reason` is a code for the
    writer: `form`, `check_digit`, `trigger`. The value itself is not kept here, so that a find may be logged.
    """

    kind: str
    start: int
    end: int
    sure: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with every find replaced, and the finds with their spans in the original text."""

    text: str
    finds: tuple[Find, ...]


_LETTERS = "A-Za-zＡ-Ｚａ-ｚ"
_ALNUM = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９"

_AT = re.compile(
    r"@|＠|[\[(（【]at[\])）】]| at (?=[a-z0-9-]{1,30} ?(?:\.|dot))|#(?=[a-z0-9-]{1,20}\.(?:com|cn|net|org))",
    re.IGNORECASE,
)
_LOCAL = re.compile(rf"[{_ALNUM}._%+\-．－＿]{{1,64}} ?$")
_DOMAIN = re.compile(
    rf" ?[{_ALNUM}\-－]{{1,63}}(?: ?(?:[.．。]|\bdot\b|点) ?[{_ALNUM}\-－]{{2,63}}){{1,4}}", re.IGNORECASE
)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-Za-hj-zＡ-Ｚ][ ·•・.\-－]{0,2}"
    rf"(?=[{_LETTERS}]{{0,3}}[0-9０-９])[A-HJ-NP-Za-hj-np-z0-9Ａ-Ｚ０-９]{{5,6}}(?![A-Za-z0-9])[学警挂港澳]?"
)
_PASSPORT = re.compile(r"[EeGgＥＧDdSsPp](?<![A-Za-z0-9].)(?:[0-9０-９]{8}|[A-Za-z][0-9]{7})(?![A-Za-z0-9])")
_PASSPORT_WORDED = re.compile(
    rf"(?:护照|通行证|passport)[^\n{_ALNUM}]{{0,8}}(?:(?:no|number|is)[.:： ]{{0,3}}){{0,2}}"
    rf"([{_LETTERS}]{{1,2}} ?[0-9０-９]{{7,9}}|[0-9]{{9}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:微信|薇信|威信|维信|徽信|v信|加v|\+v|wechat|weixin|\bw?vx|\bwx|q{2}|ｑｑ|ＱＱ|扣扣|企鹅号?|telegram|whatsapp)"
    r"(?:同|id|no|number|账|帐)?[号號码]?[码]?(?: is| id)?[\s:：是为，,=(（\-]{0,4}"
    r"([A-Za-zＡ-Ｚａ-ｚ][-_A-Za-z0-9Ａ-Ｚａ-ｚ０-９]{4,24}|[1-9１-９][0-9０-９]{4,11})(?![A-Za-z0-9.])",
    re.IGNORECASE,
)

_N = "0-9０-９一二三四五六七八九十百零〇"
_HOUSE = re.compile(
    rf"[{_ALNUM}一二三四五六七八九十]{{1,4}} ?(?:栋|幢|座|号楼|＃楼?|#楼?|号院|号)[东南西北中]?[ ,，]?"
    rf"(?:[{_ALNUM}一二三四五六七八九十]{{1,3}} ?(?:单元|门|梯|号楼|栋|楼|层)[东南西北中左右]?[ ,，]?){{0,2}}"
    rf"(?:[A-Za-z]?[{_N}]{{1,5}} ?"
    r"(?:室|号房|房号|房(?![产屋子东地开源间价贷款型管卡租改])|号(?![线楼文])|(?=住|的?业主|的?住户))"
    r"|[0-9０-９]{3,4}(?![0-9０-９年元万亿个人家户平米号吨斤公千块套%％条间多余栋]))"
    rf"|[{_ALNUM}一二三四五六七八九十]{{1,3}} ?单元 ?"
    rf"(?:[{_N}]{{1,5}} ?(?:室|号|户|房)|[0-9０-９]{{3,4}}(?![0-9０-９层楼多余户年元]))"
)
_HOUSE_ENGLISH = re.compile(
    r"\b(?:apt|apartment|unit|flat|suite|room|rm)\b\.? ?#? ?[A-Za-z]?\d{1,5}[A-Za-z]?\b", re.IGNORECASE
)
_HOUSE_WORDED = re.compile(
    r"(?:家住|住址|住在|我住|地址|住：|门牌)[是为在:： ]{0,3}[^，。,.;；！!？?\n]{0,24}?"
    r"([0-9０-９]{1,5}[-－—–][0-9０-９]{1,4}(?:[-－—–][0-9０-９]{1,5})?(?![0-9])"
    r"|[0-9０-９]{1,5}号(?:[0-9０-９]{1,5}(?:室|房))?)"
)
_HOUSE_DASHED = re.compile(r"(?<![0-9A-Za-z\-－.])[1-9]\d?[-－—](?:[1-9][-－—])?[1-9]\d{2,3}(?=室|房|号房|户(?!籍))")

_ACCOUNT_WORDS = ("信", "加v", "+v", "wechat", "vx", "wx", "qq", "ｑｑ", "扣扣", "企鹅", "telegram", "whatsapp")
_HOUSE_WORDS = ("栋", "幢", "座", "号", "单元", "#", "＃")


def find(text: str) -> tuple[Find, ...]:
    """Every piece of personal data the finders see, in order, never overlapping. Linear in the length; never fails.

    Numbers are found in any of the usual ways of writing them (full width, spaced, dotted, with country code, in
    Chinese digits). People are found by what stands before their name (我叫, 联系人：, Mr), so the bare name of
    a third person stays unseen: the writer is asked to look. At most `LIMIT` characters are read.
    """
    text = text[:LIMIT]
    finds: list[Find] = [
        Find(
            n.kind,
            n.start,
            n.end,
            n.checked,
            "check_digit" if n.checked and n.kind in ("identity", "bank_card") else "form",
        )
        for n in find_numbers(text)
    ]
    if "@" in text or "＠" in text or "at" in text or "AT" in text or "#" in text:
        finds += _emails(text)
    finds += [Find("plate", m.start(), m.end(), True, "form") for m in _PLATE.finditer(text)]
    finds += [Find("passport", m.start(), m.end(), False, "form") for m in _PASSPORT.finditer(text)]
    lower = text.lower()
    if "护照" in text or "通行证" in text or "passport" in lower:
        finds += [Find("passport", m.start(1), m.end(1), True, "trigger") for m in _PASSPORT_WORDED.finditer(text)]
    if any(word in lower for word in _ACCOUNT_WORDS):
        finds += [Find("account", m.start(1), m.end(1), True, "trigger") for m in _ACCOUNT.finditer(text)]
    finds += _houses(text, lower)
    finds += [Find("name", a, b, sure, "trigger") for a, b, sure in find_names(text, lower)]
    return _apart(finds)


def mask(text: str, marks: Mapping[str, str] | None = None) -> Masked:
    """The text with every find replaced by `MASK`, or by the mark given for its kind."""
    finds = find(text)
    return Masked(hide(text, finds, marks), finds)


def hide(text: str, finds: tuple[Find, ...], marks: Mapping[str, str] | None = None) -> str:
    """The text without the given finds: the ones the writer left in the list. Spans must lie apart and in order."""
    pieces: list[str] = []
    at = 0
    for one in finds:
        pieces.append(text[at : one.start])
        pieces.append(marks.get(one.kind, MASK) if marks else MASK)
        at = one.end
    pieces.append(text[at:])
    return "".join(pieces)


def _emails(text: str) -> list[Find]:
    finds = []
    for at in _AT.finditer(text):
        local = _LOCAL.search(text, max(0, at.start() - 66), at.start())
        domain = _DOMAIN.match(text, at.end(), at.end() + 120)
        if local and domain:
            finds.append(Find("email", local.start(), domain.end(), True, "form"))
    return finds


def _houses(text: str, lower: str) -> list[Find]:
    finds: list[Find] = []
    if any(word in text for word in _HOUSE_WORDS):
        finds += [Find("house", m.start(), m.end(), True, "form") for m in _HOUSE.finditer(text)]
    if any(word in lower for word in ("apt", "apartment", "unit", "flat", "suite", "room", "rm")):
        finds += [Find("house", m.start(), m.end(), True, "form") for m in _HOUSE_ENGLISH.finditer(text)]
    if "住" in text or "址" in text or "门牌" in text:
        finds += [Find("house", m.start(1), m.end(1), True, "trigger") for m in _HOUSE_WORDED.finditer(text)]
    if "室" in text or "房" in text or "户" in text:
        finds += [Find("house", m.start(), m.end(), True, "form") for m in _HOUSE_DASHED.finditer(text)]
    return finds


def _apart(finds: list[Find]) -> tuple[Find, ...]:
    """In order and apart: of two that overlap the surer, then the longer one stays."""
    kept: list[Find] = []
    for one in sorted(finds, key=lambda f: (f.start, -f.sure, f.start - f.end)):
        if kept and one.start < kept[-1].end:
            last = kept[-1]
            if (one.sure, one.end - one.start) > (last.sure, last.end - last.start):
                kept[-1] = one
            continue
        kept.append(one)
    return tuple(kept)
