"""Makes personal data that belongs to nobody, in the ways people write it: for the evaluation and for tests."""

from __future__ import annotations

import random
from collections.abc import Callable

from .numbers import identity_check_digit, luhn

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国志文"


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _mobile(rng: random.Random) -> str:
    return "1" + rng.choice("3456789") + _digits(rng, 9)


def _day(rng: random.Random, years: tuple[int, int]) -> tuple[int, int, int]:
    return rng.randint(*years), rng.randint(1, 12), rng.randint(1, 28)


def _identity(rng: random.Random) -> str:
    year, month, day = _day(rng, (1940, 2012))
    body = (
        rng.choice(("43", "11", "31", "44"))
        + f"{rng.randint(100, 9900):04d}{year}{month:02d}{day:02d}"
        + _digits(rng, 3)
    )
    return body + identity_check_digit(body).upper()


def _card(rng: random.Random) -> str:
    prefix, length = rng.choice((("622202", 19), ("622848", 19), ("621483", 16), ("4367", 16), ("5187", 16)))
    body = prefix + _digits(rng, length - 1 - len(prefix))
    return next(body + last for last in "0123456789" if luhn(body + last))


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


def _spelled(text: str, zero: str) -> str:
    return "".join((zero + "一二三四五六七八九")[int(c)] for c in text)


def _name(rng: random.Random) -> str:
    return rng.choice(_SURNAMES) + "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2))))


def _cut(value: str, at: tuple[int, ...], gap: str) -> str:
    pieces, start = [], 0
    for size in at:
        pieces.append(value[start : start + size])
        start += size
    return gap.join([*pieces, value[start:]]) if start < len(value) else gap.join(pieces)


def _short_identity(rng: random.Random) -> str:
    year, month, day = _day(rng, (30, 99))
    return (
        rng.choice(("43", "11", "31")) + f"{rng.randint(100, 9900):04d}{year:02d}{month:02d}{day:02d}" + _digits(rng, 3)
    )


def _plate(rng: random.Random) -> str:
    return (
        rng.choice("京沪粤浙")
        + rng.choice("ABCDE")
        + rng.choice(("", "·", " "))
        + rng.choice(("", "D", "F"))
        + _digits(rng, 5)
    )


STYLES: dict[str, Callable[[random.Random], str]] = {
    "mobile": _mobile,
    "mobile_hyphens": lambda rng: _cut(_mobile(rng), (3, 4), "-"),
    "mobile_blanks": lambda rng: _cut(_mobile(rng), (3, 4), " "),
    "mobile_dots": lambda rng: _cut(_mobile(rng), (3, 4), "."),
    "mobile_wide": lambda rng: _wide(_mobile(rng)),
    "mobile_country": lambda rng: rng.choice(("+86", "+86 ", "86", "0086", "(+86)", "+86-")) + _mobile(rng),
    "mobile_spelled": lambda rng: _spelled(_mobile(rng), rng.choice("零〇")),
    "landline": lambda rng: (
        rng.choice(("0731", "010", "0755")) + rng.choice("- ") + rng.choice("2345678") + _digits(rng, 7)
    ),
    "landline_brackets": lambda rng: rng.choice(("(0731)", "（020）")) + rng.choice("2345678") + _digits(rng, 7),
    "identity": _identity,
    "identity_blanks": lambda rng: _cut(_identity(rng), (6, 8), " "),
    "identity_wide": lambda rng: _wide(_identity(rng)),
    "identity_15": _short_identity,
    "bank_card": lambda rng: _cut(_card(rng), (4, 4, 4, 4), rng.choice(("", " ", "-"))),
}
"""The fourteen ways of writing a number that the finders are measured on."""

MORE: dict[str, tuple[str, Callable[[random.Random], str], str]] = {
    "plate": ("", _plate, "，"),
    "passport": ("护照", lambda rng: rng.choice("EG") + _digits(rng, 8), "。"),
    "email": ("", lambda rng: f"someone{_digits(rng, 3)}{rng.choice(('@', '＠', ' @ '))}example.org", "，"),
    "wechat": ("微信号：", lambda rng: "wx_" + _digits(rng, 6), "，"),
    "qq": ("QQ：", lambda rng: "1" + _digits(rng, 8), "，"),
    "house": ("", lambda rng: f"{rng.randint(1, 30)}栋{rng.randint(1, 4)}单元{rng.randint(101, 3305)}室", "，"),
    "name_called": ("我叫", _name, "，"),
    "name_label": ("联系人：", _name, "，"),
}
"""Other personal data: text before, the value, text after."""
