"""The words and looks of claims, verdicts and outcomes. Claims are outlined, verdicts filled, the unknown hatched."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = tuple[str, str | Promise, str | Promise]

#: (kind, code) -> (look, words to the resident, words to everyone else). Codes are those of `cases.lifecycle`.
WORDS: dict[tuple[str, str], Words] = {
    ("claim", "solved"): ("claim", _("单位称已解决"), _("单位称已解决")),
    ("claim", "explained"): ("claim", _("单位作了解释"), _("单位作了解释")),
    ("claim", "promised"): ("claim", _("单位答应会办，还没办"), _("单位答应会办，还没办")),
    ("claim", "not_possible"): ("claim", _("单位称办不了"), _("单位称办不了")),
    ("claim", "not_ours"): ("claim", _("单位称不归它管"), _("单位称不归它管")),
    ("verdict", "solved"): ("yes", _("您确认已解决"), _("本人确认已解决")),
    ("verdict", "partly"): ("partly", _("您说部分解决"), _("本人说部分解决")),
    ("verdict", "not_solved"): ("no", _("您说没解决"), _("本人说没解决")),
    ("verdict", "cannot_say"): ("unknown", _("您说不清是否解决"), _("本人说不清是否解决")),
    ("verdict", ""): ("unknown", _("还在等您说"), _("本人还没说")),
    ("outcome", "solved"): ("yes", _("您确认已解决"), _("确认已解决")),
    ("outcome", "partly"): ("partly", _("解决了一部分"), _("解决了一部分")),
    ("outcome", "not_solved"): ("no", _("没有解决"), _("没有解决")),
    ("outcome", "unknown"): ("unknown", _("不知道解决没有"), _("不知道解决没有")),
    ("outcome", "declined"): ("plain", _("没有受理，已说明理由"), _("没有受理，已说明理由")),
    ("outcome", "withdrawn"): ("plain", _("您已撤回"), _("本人已撤回")),
}


def words_for(kind: str, code: str, voice: str) -> tuple[str, str]:
    """(look, words); raises KeyError for a code that has none, so that a new code cannot be shown wordless."""
    look, to_resident, to_everyone = WORDS[kind, code]
    return look, str(to_resident if voice == "you" else to_everyone)
