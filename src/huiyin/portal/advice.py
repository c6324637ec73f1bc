"""What the words themselves ask for at once: the number to call in danger, and a look at the personal data in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.cases import suggest
from huiyin.organisation.catalogue import Catalogue, UrgencyRule
from huiyin.understanding import personal

#: What each kind of personal data is called on a resident's page.
KINDS: dict[str, str | Promise] = {
    "mobile": _("手机号"), "phone": _("电话号码"), "identity": _("身份证号"), "bank_card": _("银行卡号"),
    "plate": _("车牌号"), "passport": _("护照号"), "email": _("邮箱"), "account": _("微信或 QQ 号"),
    "house": _("门牌号"), "name": _("人名"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data in the words: what it is, and the piece itself, shown to its writer only."""

    kind: str | Promise
    piece: str


def urgent_rules(text: str, catalogue: Catalogue) -> list[UrgencyRule]:
    """What sounds urgent by the pack's phrases or the program's rules, the most urgent first."""
    return [alarm.rule for alarm in suggest.alarms(text, catalogue)]


def urgency(rules: list[UrgencyRule]) -> str:
    """The urgency a matter starts with; a person can change it later."""
    return str(rules[0].urgency) if rules else "normal"


def to_call(rules: list[UrgencyRule]) -> list[UrgencyRule]:
    """The rules with a number to call right now, each number once.

    An emergency for which the pack has no number stands alone without one: pages show the pack's general notice.
    """
    numbered: dict[str, UrgencyRule] = {}
    for rule in rules:
        if rule.number:
            numbered.setdefault(rule.number, rule)
    return list(numbered.values()) or [rule for rule in rules if rule.urgency == "emergency"][:1]


def personal_data(*texts: str) -> Iterator[Found]:
    """Every piece of personal data in what was typed, each once, at most twelve."""
    seen: set[str] = set()
    for text in texts:
        for find in personal.find(text):
            piece = text[find.start : find.end]
            if piece not in seen and len(seen) < 12:
                seen.add(piece)
                yield Found(KINDS.get(find.kind, _("个人信息")), piece)
