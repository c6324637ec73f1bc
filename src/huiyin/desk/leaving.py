"""Words on their way out of the office: what in them looks personal is listed, and must be confirmed once."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from huiyin.desk.words import PERSONAL, word
from huiyin.understanding import personal

LOOK_AT_IT = _("里面像是有个人信息。能删就删；确实要写的，请勾选确认。")


def traces(text: str) -> list[str]:
    """What looks personal in a text, as lines "kind：piece", each once."""
    return list(dict.fromkeys(lines(text, personal.find(text))))


def lines(text: str, finds: Iterable[personal.Find]) -> list[str]:
    """Each find in a text as "kind：piece"."""
    return [f"{word(PERSONAL, find.kind)}：{text[find.start : find.end]}" for find in finds]
