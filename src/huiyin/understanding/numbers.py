"""Numbers that identify a person, in all the ways people write them: judged by form and check digit, not by length."""

from __future__ import annotations

import re
from dataclasses import dataclass

TO_DIGIT: dict[int, str] = {
    ord(written): digit
    for written, digit in zip(
        "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺貳參陸两", "00012345678912345678912362", strict=True
    )
}
TO_DIGIT |= {0xFF10 + n: str(n) for n in range(10)}
TO_DIGIT |= {0x2460 + n: str(n + 1) for n in range(9)} | {0x24EA: "0"}
TO_DIGIT |= {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}
TO_DIGIT |= {
    ord("ｘ"): "x",
    ord("Ｘ"): "x",
    ord("X"): "x",
    ord("×"): "x",
    ord("＋"): "+",
    ord("（"): "(",
    ord("）"): ")",
}

_DIGIT = "0-9０-９〇零○一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖幺两①-⑨⓪٠-٩۰-۹"
_GAP = " \t\u00a0\u3000\\-\u2010-\u2015\u2212\uff0d_.．·•・*/\\\\,，、()（）\\[\\]|~～'’\u200b-\u200f\u2060\ufeff\u00ad"
# A run of digits with at most three separators between any two: one pass over the text, linear.
RUN = re.compile(rf"[{_DIGIT}](?:[{_GAP}]{{0,3}}[{_DIGIT}]){{6,63}}(?:[{_GAP}]{{0,2}}[XxＸｘ×])?")
_LIST = frozenset(",，、/")
_GROUP = re.compile(rf"[^{_GAP}]+")

# First two digits of identity numbers: the provinces of GB/T 2260.
_PROVINCES = frozenset(
    f"{number}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for number in range(first, last + 1)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10x98765432"

_CARD_WORDS = re.compile(r"卡号|账号|帐号|账户|帐户|银行|户头|开户|card|account|iban", re.IGNORECASE)
_CALL_WORDS = re.compile(
    r"电话|座机|致电|拨打|热线|联系|来电|传真|手机|号码|固话|\btel\b|phone|\bcall\b|\bfax\b|mobile|contact|reach me",
    re.IGNORECASE,
)
_ID_WORDS = re.compile(r"身份证|证件|身份號|公民身份|\bID\b|identity")
_NOT_A_PERSON = re.compile(
    r"(?:工单|订单|编号|单号|文号|案号|流水|受理|合同|发票|备案|信用代码|许可证|批准文号|招标|项目号|快递|order|ticket|case|invoice)"
    r"(?:号码?|编号|no\.?|number|id)?[ :：为是#]{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that identifies: `kind`, span in the text, and whether a check digit or a trigger confirmed it."""

    kind: str
    start: int
    end: int
    checked: bool


def identity_check_digit(first17: str) -> str:
    """The last character of an 18-character identity number (GB 11643, ISO 7064 MOD 11-2); `x` stands for ten."""
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def luhn(digits: str) -> bool:
    """Whether the last digit of a card number fits the others (ISO/IEC 7812-1)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit)
        if at % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _date(year: int, month: int, day: int) -> bool:
    return (
        1900 <= year <= 2035
        and 1 <= month <= 12
        and 1 <= day <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    )


# How people space a mobile number (country code aside). Anything else with commas between is a list of bus lines.
_MOBILE_GROUPS = frozenset(
    {(11,), (3, 4, 4), (4, 4, 3), (4, 3, 4), (3, 8), (7, 4), (5, 6), (6, 5), (3, 3, 5), (1,) * 11}
)
_LISTED_GROUPS = frozenset({(3, 4, 4), (1,) * 11})


def _judge(digits: str, groups: tuple[int, ...], before: str, listed: bool) -> tuple[str, bool] | None:
    """What a string of digits is, or None.

    `groups` are the lengths of its pieces, `before` the text in front, `listed` whether a comma or slash stood between.
    """
    size = len(digits)
    if size < 7 or digits.count(digits[0]) == size:
        return None
    if size == 18 and digits[:2] in _PROVINCES and digits[2:17].isdigit():
        if _date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])):
            return "identity", identity_check_digit(digits[:17]) == digits[17]
        return None if not _ID_WORDS.search(before) else ("identity", False)
    if digits[-1] == "x":
        return None
    if (
        size == 15
        and digits[:2] in _PROVINCES
        and _date(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
    ):
        return "identity", bool(_ID_WORDS.search(before))
    mobile = digits
    for country in ("0086", "086", "86"):
        if mobile.startswith(country) and len(mobile) == len(country) + 11:
            mobile = mobile[len(country) :]
            break
    else:
        if size == 12 and mobile[0] == "0" and mobile[1] == "1":
            mobile = mobile[1:]
    if len(mobile) == 11 and mobile[0] == "1" and mobile[1] in "3456789":
        own = groups[1:] if len(groups) > 1 and groups[0] == size - 11 else groups
        own = (own[0] - (size - 11), *own[1:]) if sum(own) > 11 else own
        if own not in (_LISTED_GROUPS if listed else _MOBILE_GROUPS) and (listed or max(own) < 4 or min(own) < 2):
            return None
        return ("mobile", True) if not _NOT_A_PERSON.search(before) else None
    landline = digits
    for country in ("0086", "86"):
        if landline.startswith(country) and 12 <= size <= 16:
            landline = "0" + landline[len(country) :].lstrip("0")
            break
    if landline[0] == "0" and landline[1] in "123456789":
        area = 3 if landline[1] in "12" else 4
        if area + 7 <= len(landline) <= area + 8 and landline[area] in "2345678":
            return "phone", True
    if 7 <= size <= 8 and digits[0] in "2345678" and len(groups) <= 2 and _CALL_WORDS.search(before):
        return "phone", False
    if before.endswith(("+", "＋", "00")) and 8 <= size <= 15 and digits[0] != "0" and not listed:
        return "phone", True
    national = groups[1:] if groups[0] == 1 and digits[0] == "1" else groups
    if national == (3, 3, 4) and digits[-10] in "23456789" and not listed:
        return ("phone", True) if digits[:3] not in ("400", "800", "888") else None
    if size == 10 and digits[:3] in ("400", "800") and _CALL_WORDS.search(before):
        return None
    if 14 <= size <= 19 and digits[0] in "34569" and not listed and not _NOT_A_PERSON.search(before):
        fits = luhn(digits)
        in_fours = len(groups) > 2 and all(g == 4 for g in groups[:-1])
        worded = bool(_CARD_WORDS.search(before))
        if (
            (fits and (size >= 16 or worded or digits[0] == "3"))
            or (worded and size >= 15)
            or (in_fours and size >= 16)
        ):
            return "bank_card", fits
        if digits.startswith("62") and size >= 16:
            return "bank_card", False
    return None


def find_numbers(text: str) -> list[Number]:
    """All identifying numbers of a text with their spans, in order, never overlapping. Linear in the text's length."""
    found: list[Number] = []
    for run in RUN.finditer(text):
        found.extend(_inside(text, run.start(), run.end()))
    return found


def _inside(text: str, start: int, end: int) -> list[Number]:
    pieces = [(m.start(), m.end(), m[0].translate(TO_DIGIT).lower()) for m in _GROUP.finditer(text, start, end)]
    found: list[Number] = []
    at = 0
    while at < len(pieces):
        best: tuple[int, Number] | None = None
        digits = ""
        groups: list[int] = []
        listed = False
        before = text[max(0, pieces[at][0] - 14) : pieces[at][0]]
        for to in range(at, min(len(pieces), at + 20)):
            digits += pieces[to][2]
            groups.append(len(pieces[to][2]))
            if len(digits) > 20:
                break
            listed = listed or (to > at and not _LIST.isdisjoint(text[pieces[to - 1][1] : pieces[to][0]]))
            verdict = _judge(digits, tuple(groups), before, listed)
            if verdict:
                best = (to, Number(verdict[0], pieces[at][0], pieces[to][1], verdict[1]))
                if verdict[0] == "mobile":
                    break
        if best is None and len(pieces[at][2]) > 11:
            glued = _glued(pieces[at][2])
            if glued:
                best = (at, Number("mobile", pieces[at][0] + glued[0], pieces[at][0] + glued[1], False))
        if best:
            at = best[0] + 1
            first = best[1]
            begin = first.start
            while begin > 0 and text[begin - 1] in "+＋(（" and start - begin < 2:
                begin -= 1
            found.append(Number(first.kind, begin, first.end, first.checked))
        else:
            at += 1
    return found


def _glued(digits: str) -> tuple[int, int] | None:
    """Several mobile numbers with nothing between them: 22 or 33 digits, each eleven of them a mobile number."""
    if len(digits) % 11 or not all(digits[n] == "1" and digits[n + 1] in "3456789" for n in range(0, len(digits), 11)):
        return None
    return 0, len(digits)
