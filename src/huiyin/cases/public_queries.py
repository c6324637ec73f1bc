"""What the public pages read of one matter or of a few. Everything here is listed: nobody needs a permission for it."""

from __future__ import annotations

from huiyin.base.codes import BadCode, parse_number
from huiyin.cases.lifecycle import Phase
from huiyin.cases.lifecycle.state import OPEN_PHASES
from huiyin.cases.models import Case, PublicMatter


def listed(number: str) -> PublicMatter | None:
    """The listed matter with this public number, its case loaded; None for any other, whether it exists or not."""
    try:
        wanted = parse_number(number)
    except BadCode:
        return None
    return (
        PublicMatter.objects.filter(case__number=wanted, case__published=True, case__confidentiality="open")
        .select_related("case")
        .first()
    )


def can_be_joined(case: Case) -> bool:
    """Whether somebody with the same matter can still follow this one."""
    return case.published and Phase(case.phase) in OPEN_PHASES


def newest(limit: int = 3) -> list[PublicMatter]:
    """The matters listed last, for the home page."""
    found = PublicMatter.objects.filter(case__confidentiality="open").select_related("case")
    return list(found.order_by("-listed_at", "id")[:limit])


def title_of(case: Case) -> str:
    """The public title of a case; empty when it is not listed."""
    return PublicMatter.objects.filter(case=case).values_list("title", flat=True).first() or ""
