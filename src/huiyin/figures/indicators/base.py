"""What an indicator is: a definition in two languages, and how it is measured or why it cannot be yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.figures.measures import Measure

FAMILIES = {
    "formalism": ("形式主义", "Formalism"),
    "burden": ("基层负担", "Burden on the front line"),
    "access": ("官僚主义：够得着", "Bureaucratism: access"),
    "manner": ("官僚主义：态度", "Bureaucratism: manner"),
    "resolution": ("官僚主义：办成", "Bureaucratism: resolution"),
    "hedonism": ("享乐主义", "Indulgence"),
    "self_serving": ("谋私", "Self-serving"),
    "equity": ("一视同仁", "Equity"),
    "relation": ("干群关系", "The relation itself"),
}
#: How intervals are made, by name: (Chinese, English).
METHODS = {
    "wilson": ("Wilson 区间，95%", "Wilson's interval, 95 %"),
    "order": ("次序统计量区间（二项分布），95%", "order statistics (binomial), 95 %"),
    "normal": ("均值的正态区间，95%", "normal interval of a mean, 95 %"),
    "ratio": (
        "两个计数之比：给定总数的二项分布（Wilson），95%",
        "ratio of two counts: binomial given their sum (Wilson), 95 %",
    ),
    "sampled": (
        "分层加权；有限总体校正，按有效样本量的 Wilson 区间（Korn–Graubard；自由度按 Satterthwaite），95%",
        "weighted by stratum; finite population; Wilson's interval at the effective sample size (Korn and Graubard, "
        "Satterthwaite's degrees of freedom), 95 %",
    ),
    "difference": (
        "分层后的率差（Mantel–Haenszel；Greenland–Robins），95%",
        "difference over strata (Mantel-Haenszel; Greenland and Robins), 95 %",
    ),
    "": ("没有", "none"),
}


@dataclass(frozen=True, slots=True)
class Two:
    """A text in both languages."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. Raise `version` whenever the meaning changes: figures of two versions are never compared.

    `measure` None means that the data do not carry it yet, and `missing` says what is missing. `better` is "low",
    "high" or "" when neither end is good.
    """

    number: int
    code: str
    family: str
    version: int
    unit: str
    title: Two
    meaning: Two
    #: What stands under the line, and what is told beside it.
    denominators: Two
    bias: Two
    gaming: Two
    #: Numbers of the indicators it must be read with.
    read_with: tuple[int, ...]
    method: str = ""
    better: str = ""
    measure: Measure | None = None
    missing: Two | None = None
    #: Whether its counts can be kept by month of receipt and added up (`figures.rollups`).
    adds_up: bool = False

    def __post_init__(self) -> None:
        if (self.measure is None) == (self.missing is None):
            raise ValueError(f"{self.code}: either a measure, or what is missing")
        if self.family not in FAMILIES or self.method not in METHODS or self.unit not in UNITS:
            raise ValueError(f"{self.code}: unknown family, method or unit")


#: Units by code: (Chinese, English).
UNITS = {
    "share": ("比例", "share"),
    "hours": ("小时", "hours"),
    "ratio": ("倍", "ratio"),
    "points": ("1–5 分", "points from 1 to 5"),
    "per_case": ("每件", "per matter"),
    "difference": ("比例之差", "difference of shares"),
    "": ("", ""),
}
Indicators = Sequence[Indicator]
