"""The reply check beside the text, before it is sent: in parts, never one number, and never in the way."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from huiyin.cases import vault
from huiyin.cases.models import Case
from huiyin.desk import words as w
from huiyin.desk.acting import desk_of, desk_page, find_case
from huiyin.desk.words import word
from huiyin.suggestions import replies

#: What a weak part asks the writer. Questions, because the check may be wrong.
_WEAK: dict[str, str | Promise] = {
    "forward_only": gettext_lazy("只说转交了，没有说查到什么、做了什么。能补上吗？"),
    "thanks_only": gettext_lazy("只有客气话，没有说查到什么、做了什么。能补上吗？"),
    "wait_only": gettext_lazy("只请对方等，没有说等什么、等到哪天。能补上吗？"),
    "says_little": gettext_lazy("说得很少：查到什么，做了什么，什么时候，还能补什么？"),
    "promise_without_date": gettext_lazy("说了会办，没有说哪一天前。能写上日期吗？"),
    "other_matter": gettext_lazy("像是在答另一件事，用词和对方说的没有一处相同。是答这一件吗？"),
}
_GOOD: dict[str, str | Promise] = {
    "found_out": gettext_lazy("说了查到什么"), "done": gettext_lazy("说了做了什么"), "dated": gettext_lazy("有日期"),
    "figures": gettext_lazy("有数"), "rule": gettext_lazy("有依据"), "reason": gettext_lazy("说了为什么"),
    "how": gettext_lazy("说了怎么办"),
    "contact": gettext_lazy("说了找谁"), "to_the_point": gettext_lazy("答的是这件事"),
    "dated_promise": gettext_lazy("承诺有日期"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """Ready to be shown: what is worth a look (with the piece of the reply), what is good, what is personal."""

    weak: tuple[tuple[str, str], ...]
    good: tuple[str, ...]
    personal: tuple[tuple[str, str], ...]


def look(case: Case, reply: str) -> Checked | None:
    """The check of a reply to this case; None while nothing is written. At most four statements."""
    if not reply.strip():
        return None
    said = vault.first_words([case.pk], ("text", "subject")).get(case.pk, {})
    return look_at(reply, said.get("text", ""), said.get("subject", ""), case.pk)


def look_at(reply: str, text: str, subject: str = "", case_id: UUID | None = None) -> Checked | None:
    """The same for a matter whose words are at hand, also while it is still being taken in. At most one statement."""
    if not reply.strip():
        return None
    found, copied = replies.look(reply, subject, text, case_id)
    weak = [(str(_WEAK[part.code]), "；".join(part.quotes)) for part in replies.weak(found) if part.code in _WEAK]
    if copied is not None:
        same = ngettext(
            "和 %(count)d 件别的事的答复几乎一样。是专门答这一件的吗？",
            "和 %(count)d 件别的事的答复几乎一样。是专门答这一件的吗？",
            copied.times,
        )
        weak.append((same % {"count": copied.times}, ""))
    return Checked(
        tuple(weak),
        tuple(str(_GOOD[part.code]) for part in found.parts if part.code in _GOOD),
        tuple((word(w.PERSONAL, find.kind), reply[find.start : find.end]) for find in found.finds),
    )


@require_POST
@desk_page("case")
def check(request: HttpRequest, number: str) -> JsonResponse:
    """The same for a script while somebody writes: {"html": …}. The words come in the body and are kept nowhere."""
    case = find_case(desk_of(request), number)
    checked = look(case, request.POST.get("text", "")[:20_000])
    return JsonResponse({"html": render_to_string("desk/reply_help.html", {"checked": checked}, request=request)})


@require_POST
@desk_page("intake")
def check_at_intake(request: HttpRequest) -> JsonResponse:
    """The same for an answer that is given at once: what was asked comes along in the body (`asked`)."""
    checked = look_at(request.POST.get("text", "")[:20_000], request.POST.get("asked", "")[:20_000])
    return JsonResponse({"html": render_to_string("desk/reply_help.html", {"checked": checked}, request=request)})
