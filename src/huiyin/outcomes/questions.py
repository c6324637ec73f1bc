"""The eight questions and what may be answered to each: codes here, sentences in `words`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from huiyin.base.errors import Refusal

#: How a call ended. A call that broke off counts as answered when question 1 was answered, else as refused.
DISPOSITIONS = ("answered", "refused", "no_contact", "wrong_number", "opted_out")
#: After these nobody is called again; no_contact ends after three calls.
FINAL = frozenset({"answered", "refused", "wrong_number", "opted_out"})
ATTEMPTS = 3

RESULTS = ("solved", "partly", "not_solved", "cannot_say")
YES_NO = ("yes", "no", "cannot_say")
PRESSED = ("yes", "no", "rather_not")
MANNER = ("voice", "respect", "explained", "equal")
#: Days from raising the matter to being contacted, as people remember it: code → days.
REMEMBERED = {"same_day": 0, "few_days": 2, "week": 5, "fortnight": 10, "later": 20}

#: Field → the codes it takes; an empty answer is always possible.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "result": RESULTS,
    "contacted": YES_NO,
    "remembered": tuple(REMEMBERED),
    **dict.fromkeys(MANNER, ("5", "4", "3", "2", "1")),
    "pressed": PRESSED,
    "again": YES_NO,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said; "" and None where nothing was. `remembered` is a key of REMEMBERED, ratings are 1 to 5."""

    result: str = ""
    contacted: str = ""
    remembered: str = ""
    voice: int | None = None
    respect: int | None = None
    explained: int | None = None
    equal: int | None = None
    pressed: str = ""
    again: str = ""

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> Answers:
        """Answers out of a posted form. Raises Refusal naming the question whose answer is none of those offered."""
        values: dict[str, Any] = {}
        for name, codes in CHOICES.items():
            given = typed.get(name, "")
            if given and given not in codes:
                raise Refusal("unknown_answer", question=name)
            values[name] = (int(given) if given else None) if name in MANNER else given
        if values["contacted"] != "yes":
            values["remembered"] = ""
        return cls(**values)

    def columns(self, waited_days: int = 0) -> dict[str, Any]:
        """Column → value. `waited_days` lie between raising the matter and the day it was sent to an office."""
        row = asdict(self)
        remembered = row.pop("remembered")
        row["contacted_days"] = max(0, REMEMBERED[remembered] - waited_days) if remembered else None
        return row
