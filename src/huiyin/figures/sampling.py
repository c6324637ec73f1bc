"""What a stratified sample says about everybody: weighted shares with intervals, and how far silence may bend them.

Of stratum h there are N_h matters, n_h were drawn, a_h answered and k_h of them agree.

    share        p = Σ W_h · k_h / a_h, with W_h = N_h / N over the strata in which anybody answered
                 (Cochran, Sampling Techniques, 3rd ed. 1977, 5.3)
    variance     V = Σ W_h² · (1 - a_h / N_h) · q_h (1 - q_h) / a_h, with q_h = (k_h + 1) / (a_h + 2): the correction
                 for a finite population (ibid. 5.14), and a share that is never 0 or 1: a stratum in which all agree is
                 not known without error (Agresti and Coull, The American Statistician 52, 1998, 119-126)
    freedom      d = V² / Σ V_h² / max(1, a_h - 1), V_h the terms of V (Satterthwaite, Biometrics Bulletin 2, 1946,
                 110-114; Cochran 5.4): a spread that was itself learnt from few answers is not known well
    interval     Wilson's, at the effective sample size m = q (1 - q) / V · (z / t_d)² with q = Σ W_h q_h and t_d
                 Student's quantile (Korn and Graubard, Survey Methodology 24, 1998, 193-201, with Wilson's interval in
                 place of Clopper and Pearson's, as compared by Franco et al., Journal of Survey Statistics and
                 Methodology 7, 2019, 334-364)
    bounds       [Σ W_h k_h / n_h, Σ W_h (k_h + n_h - a_h) / n_h]: nobody, or everybody, of the drawn who said nothing
                 agrees. No assumption about who answers; W_h over all strata.

The interval speaks of the luck of the draw among those who answer; the bounds of those who do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from huiyin.figures.definitions import Definition
from huiyin.figures.intervals import Z, student, wilson_around

#: The figure that is published of each month.
HEARD = Definition(
    "heard",
    2,
    "抽到并答了第一题的人里，说“解决了”的比例，按各单位件数的多少加权，附 95% 区间"
    "（分层抽样，有限总体校正，按有效样本量的 Wilson 区间，自由度按 Satterthwaite）。“说不清”算没有回答。旁边写着："
    "抽到而没有回答的人全说没解决或全说解决时，会是多少。"
    "不足 10 人回答的单位合在一起写，合写的按一个层算。",
    "Of those drawn who answered question 1, the share who say it is solved, weighted by how many matters each office "
    "has, with a 95 % interval (stratified sample, finite population correction, Wilson's interval at the effective "
    "sample size, Satterthwaite's degrees of freedom). “Cannot say” counts as no answer. Beside it: what it would be "
    "if all who were drawn and did not answer said no, or all said yes. Offices with fewer than 10 answers are shown "
    "together, as one stratum.",
    "区间只说抽签的运气，不说没回答的人；看没回答的人，要看最低和最高。不同单位办的事难易不同，不能拿来排名次。",
    "The interval speaks of the luck of the draw, not of those who did not answer; for them look at the lowest and "
    "highest. Offices handle matters of different difficulty; this is no ranking.",
)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Counts of one stratum. Raises ValueError unless 0 ≤ agreed ≤ answered ≤ drawn ≤ size."""

    size: int
    drawn: int
    answered: int
    agreed: int

    def __post_init__(self) -> None:
        if not 0 <= self.agreed <= self.answered <= self.drawn <= self.size:
            raise ValueError(f"{self.agreed} of {self.answered} of {self.drawn} of {self.size}")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of all matters with its interval and bounds, fractions of 1. `covered` of `size` matters lie in strata
    where anybody answered; `effective` is the size of a simple sample that would be as exact."""

    value: float
    low: float
    high: float
    least: float
    most: float
    size: int
    covered: int
    drawn: int
    answered: int
    effective: float


def estimate(strata: Sequence[Stratum], z: float = Z) -> Estimate | None:
    """The share among all matters of these strata; None when nobody answered (not measurable, neither 0 nor 1)."""
    heard = [s for s in strata if s.answered]
    covered = sum(s.size for s in heard)
    if not covered:
        return None
    # As fractions: rounding must not put the share outside its own bounds.
    share = float(sum(Fraction(s.size * s.agreed, covered * s.answered) for s in heard))
    centre = variance = spread = 0.0
    for s in heard:
        weight, smooth = s.size / covered, (s.agreed + 1) / (s.answered + 2)
        centre += weight * smooth
        part = weight**2 * (1 - s.answered / s.size) * smooth * (1 - smooth) / s.answered
        variance += part
        spread += part**2 / max(1, s.answered - 1)
    low = high = share
    effective = float(covered)
    if variance > 0:
        effective = centre * (1 - centre) / variance * (z / student(max(1.0, variance**2 / spread), z)) ** 2
        low, high = wilson_around(share, effective, z)
    least, most = bounds(strata)
    return Estimate(
        share, low, high, least, most, sum(s.size for s in strata), covered,
        sum(s.drawn for s in strata), sum(s.answered for s in strata), effective,
    )  # fmt: skip


def bounds(strata: Sequence[Stratum]) -> tuple[float, float]:
    """The lowest and highest share that the silent could make of it. A stratum nobody was drawn from is open: 0 to 1.

    (0, 1) for no matters at all.
    """
    size = sum(s.size for s in strata)
    if not size:
        return 0.0, 1.0
    drawn = [s for s in strata if s.drawn]
    least = sum(Fraction(s.size * s.agreed, s.drawn) for s in drawn)
    open_ones = sum(Fraction(s.size * (s.drawn - s.answered), s.drawn) for s in drawn)
    never_drawn = sum(s.size for s in strata if not s.drawn)
    return float(least / size), float((least + open_ones + never_drawn) / size)
