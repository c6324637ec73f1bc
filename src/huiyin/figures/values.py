"""What one figure says about one group: the number, how sure it is, what it rests on; or why it cannot be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

#: With fewer than this many no figure is given: it would say more about single people than about an office.
SMALLEST = 10

#: Why a figure is not given, by code: (Chinese, English).
REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "nothing": ("这段时间里没有可数的事。", "There was nothing to count in this period."),
        "few": (
            "可数的不到 10 件，不写数字：人太少，运气的成分太大。",
            "Fewer than 10 could be counted. With so few, chance decides, so no figure is given.",
        ),
        "nobody_asked": ("没有问过本人，所以不知道。", "Nobody was asked, so nobody knows."),
        "nobody_answered": ("问过，但没有人回答。", "People were asked and nobody answered."),
        "not_finished": (
            "太多的事还没有办完，这个数还量不出来。",
            "Too many matters are not finished yet to measure this.",
        ),
        "no_reply_check": ("答复还没有经过检查。", "The answers have not been checked yet."),
        "no_comparison": ("只有一边有可比的事。", "Only one side has matters that can be compared."),
        "needs_groups": (
            "这个数要在几组之间比，不能给整体。",
            "This compares groups; there is no figure for the whole.",
        ),
        "no_data_yet": ("现有的数据里还没有它。", "The data to measure it are not recorded yet."),
        "several_schemes": (
            "这段时间里换过分类办法，前后不能放在一起比。",
            "The categories were replaced in this period; what came before cannot be compared with what came after.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of one group in one period.

    `value`, `low`, `high` are in the indicator's unit (shares: fractions of 1); all None when it is not measurable, and
    then `why` says why (a code of REASONS). `bounds` is where the value could lie if all the `unknown` were known.
    `counts` holds the denominators and whatever is told beside the value.
    """

    code: str
    version: int
    group: Mapping[str, str]
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    bounds: tuple[float, float] | None = None
    unknown: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    why: str = ""

    @property
    def measurable(self) -> bool:
        return self.value is not None

    def reason(self, language: str) -> str:
        """Why it is not measurable, in words; "" when it is."""
        if not self.why:
            return ""
        zh, en = REASONS[self.why]
        return en if language.startswith("en") else zh


def differ(one: Value, other: Value) -> bool | None:
    """Whether two figures of one indicator certainly differ: their intervals do not meet. None: cannot be told.

    Where this is not True nobody may be put before the other. ValueError for figures of different definitions.
    """
    if (one.code, one.version) != (other.code, other.version):
        raise ValueError(f"{one.code} {one.version} and {other.code} {other.version} are not the same figure")
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None
    return one.high < other.low or other.high < one.low
