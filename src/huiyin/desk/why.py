"""Suggestions in words for whoever sorts and sends: what is offered, how sure, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from huiyin.cases.models import Case
from huiyin.desk.fields import name_of, path_name
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions.ideas import CategoryIdeas
from huiyin.understanding.office import OfficeSuggestion

#: keys that pick a category, and keys that pick an office
CATEGORY_KEYS, OFFICE_KEYS = "123", "456"


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing to take with one press: code, name, how sure in percent (0: that was not measured), why."""

    code: str
    name: str
    percent: int
    why: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class CategoryHelp:
    """What is shown of categories. `unsure`: nothing was preselected; `branch`: the coarse one that is sure, if any."""

    picks: tuple[Pick, ...]
    unsure: bool
    branch: str
    version: str


def categories(found: CategoryIdeas, catalogue: Catalogue) -> CategoryHelp:
    """Categories with the words that speak for them."""
    picks: list[Pick] = []
    for key, idea in zip(CATEGORY_KEYS, found.ideas, strict=False):
        words = _("因为写了：%(words)s") % {"words": "、".join(idea.words)} if idea.words else ""
        percent = min(99, round((idea.probability or 0.0) * 100))  # a model is never certain
        if picks and percent < 2 and not idea.words:
            continue
        name = path_name(catalogue.category_path(idea.code))
        picks.append(Pick(idea.code, name, percent, (words,) if words else (), key))
    branch = path_name(catalogue.category_path(found.branch)) if found.branch else ""
    return CategoryHelp(tuple(picks), found.unsure, branch, found.version)


def offices(found: OfficeSuggestion, catalogue: Catalogue) -> tuple[Pick, ...]:
    """Offices, best first, the second always shown, each with its reasons."""
    return tuple(
        Pick(
            choice.office,
            name_of(catalogue.offices, choice.office),
            min(99, round((choice.probability or 0.0) * 100)),
            tuple(_reason(code, facts, catalogue) for code, facts in choice.reasons),
            key,
        )
        for key, choice in zip(OFFICE_KEYS, found.choices, strict=False)
    )


def _reason(code: str, facts: dict[str, object], catalogue: Catalogue) -> str:
    if code == "catalogue":
        row = _("派单目录第 %(row)d 行") % {"row": facts["row"]}
        duty = next((duty for duty in catalogue.duties if duty.row == facts["row"]), None)
        basis = duty.basis.local(get_language()) if duty is not None else ""
        return _("%(basis)s（%(row)s）") % {"basis": basis, "row": row} if basis else row
    if code == "learned":
        chance = facts["probability"]
        percent = min(99, round(chance * 100)) if isinstance(chance, float) else 0
        return _("从办过的事里学到：写成这样的有 %(percent)d%% 归它") % {"percent": percent}
    times = facts.get("settled", facts.get("times", 0))
    count = times if isinstance(times, int) else 0
    if code == "objected":
        return ngettext(
            "它对同地同类的事提过 %(count)d 次异议，裁定成立", "它对同地同类的事提过 %(count)d 次异议，裁定成立", count
        ) % {"count": count}
    return ngettext("同地同类的事它办过 %(count)d 件", "同地同类的事它办过 %(count)d 件", count) % {"count": count}


def went_to(cases: Iterable[Case], catalogue: Catalogue) -> tuple[str, ...]:
    """ "Three like this went to …", the most frequent first."""
    counts = Counter(case.lead_id for case in {case.pk: case for case in cases}.values() if case.lead_id)
    return tuple(
        ngettext("像这样的 %(count)d 件交给了%(office)s", "像这样的 %(count)d 件交给了%(office)s", count)
        % {"count": count, "office": name_of(catalogue.offices, office)}
        for office, count in counts.most_common(2)
    )
