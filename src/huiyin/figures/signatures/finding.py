"""What a signature is and gives: a question to an institution, with its numbers. Never a verdict, never a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from huiyin.figures.ailments import Ailment
from huiyin.figures.intervals import wilson
from huiyin.figures.signatures.statistics import Floats, Ints, at_least, expected
from huiyin.figures.signatures.window import Bools, Rows, Window


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Tested:
    """One comparison for all offices at once: k of n, what their mix would have elsewhere, and how surprising it is.

    Arrays have one value an office. `seen` is filled with k, n, share, usual; `hit` are the rows that were counted.
    """

    code: str
    seen: Words
    k: Ints
    n: Ints
    usual: Floats
    p: Floats
    rows: Rows
    hit: Bools
    office: Ints
    body: bool = False  # about the whole body, not about an office: arrays have one value
    least: int = 10  # with fewer rows nothing is said

    def case_ids(self, office: int) -> tuple[str, ...]:
        """The very matters behind it, in the order of the lake."""
        mine = np.flatnonzero(self.hit if self.body else self.hit & (self.office == office))
        return tuple(dict.fromkeys(self.rows.case_ids.take(mine).to_pylist()))


@dataclass(frozen=True)
class Signature:
    """One thing a check-up looks for. `look` gives one or more comparisons."""

    code: str
    version: int
    ailment: Ailment
    title: Words
    definition: Words
    innocent: tuple[Words, ...]
    next: Words
    look: Callable[[Window], list[Tested]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A question for a human, addressed to an institution (`office`; "" is the body as a whole).

    `share` with `low` and `high` (95 %, Wilson) stands beside `usual`, what the same mix of matters has elsewhere in
    the body. `p` is the chance of seeing this or more in an office that is a margin worse than usual; `p_adjusted`
    counts in how many offices, signatures, spans and times were looked at. `strong` names the comparison that showed
    it.
    """

    signature: str
    version: int
    ailment: Ailment
    office: str
    weeks: int  # how far before the look it was seen
    strong: str
    title: Words
    seen: Words
    pattern: Words  # `seen` before its numbers were filled in, for whoever shows them more coarsely
    innocent: tuple[Words, ...]
    next: Words
    k: int
    n: int
    share: float
    low: float
    high: float
    usual: float
    p: float
    p_adjusted: float
    cases: tuple[str, ...]


def tally(
    window: Window,
    rows: Rows,
    hit: Bools,
    among: Bools,
    margin: float,
    code: str,
    seen: Words,
    by: str = "lead",
    stratum: str = "category",
) -> Tested:
    """Hits among these rows, office by office, against the same mix of strata elsewhere plus a margin.

    The margin is how much worse than usual is not worth a question: it keeps honest differences between offices out.
    Offices with fewer than ten rows are not looked at (their p is 1).
    """
    office = rows[by]
    among = among & (office >= 0)
    k, n, usual = expected(hit[among], office[among], rows[stratum][among], len(window.offices))
    p = np.ones(len(window.offices))
    for place in np.flatnonzero((n >= 10) & (k / np.maximum(n, 1) > usual + margin)):
        p[place] = at_least(int(k[place]), int(n[place]), min(1.0, float(usual[place]) + margin))
    return Tested(code, seen, k, n, usual, p, rows, hit & among, office)


def question(
    signature: Signature, tested: Tested, office: int, code: str, weeks: int, p: float, adjusted: float
) -> Finding:
    """The finding in words and numbers."""
    k, n, usual = int(tested.k[office]), int(tested.n[office]), float(tested.usual[office])
    share = wilson(k, n)
    if share is None:
        raise ValueError("a finding needs rows")
    facts = {"k": k, "n": n, "share": f"{share.value:.0%}", "usual": f"{usual:.0%}"}
    return Finding(
        signature=signature.code,
        version=signature.version,
        ailment=signature.ailment,
        office=code,
        weeks=weeks,
        strong=tested.code,
        title=signature.title,
        seen=Words(tested.seen.zh.format(**facts), tested.seen.en.format(**facts)),
        pattern=tested.seen,
        innocent=signature.innocent,
        next=signature.next,
        k=k,
        n=n,
        share=share.value,
        low=share.low,
        high=share.high,
        usual=usual,
        p=p,
        p_adjusted=adjusted,
        cases=tested.case_ids(office),
    )
