"""What the words themselves ask for at once: the number to call in danger, and a look at the personal data in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.organisation.catalogue import Catalogue, UrgencyRule
from huiyin.understanding import personal
from huiyin.understanding.cleaning import fold

_RANK = {"normal": 0, "urgent": 1, "emergency": 2}

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
    """The pack's urgency rules whose words occur in the text, the most urgent first."""
    words = fold(text)
    hits = [rule for rule, phrases in _folded(catalogue) if any(phrase in words for phrase in phrases)]
    return sorted(hits, key=lambda rule: -_RANK.get(str(rule.urgency), 0))


_FoldedRules = list[tuple[UrgencyRule, tuple[str, ...]]]
_latest: tuple[str, _FoldedRules] = ("", [])


def _folded(catalogue: Catalogue) -> _FoldedRules:
    """The rules with their phrases folded, once per pack: there are hundreds, and the text is folded just once."""
    global _latest
    digest, rules = _latest
    if digest != catalogue.digest:
        rules = [
            (rule, tuple(fold(phrase) for phrases in rule.phrases.values() for phrase in phrases if phrase.strip()))
            for rule in catalogue.urgency_rules
        ]
        _latest = (catalogue.digest, rules)
    return rules


def urgency(rules: list[UrgencyRule]) -> str:
    """The urgency a matter starts with; a person can change it later."""
    return str(rules[0].urgency) if rules else "normal"


def to_call(rules: list[UrgencyRule]) -> list[UrgencyRule]:
    """The rules with a number to call right now, each number once."""
    return list({rule.number: rule for rule in rules if rule.number}.values())


def personal_data(*texts: str) -> Iterator[Found]:
    """Every piece of personal data in what was typed, each once, at most twelve."""
    seen: set[str] = set()
    for text in texts:
        for find in personal.find(text):
            piece = text[find.start : find.end]
            if piece not in seen and len(seen) < 12:
                seen.add(piece)
                yield Found(KINDS.get(find.kind, _("个人信息")), piece)
