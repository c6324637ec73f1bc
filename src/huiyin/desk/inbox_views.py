"""The inbox of an office: what is due first, filters with counts, and acknowledging many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape as escaped
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.base.errors import Refusal
from huiyin.cases import inbox
from huiyin.cases import vocabulary as v
from huiyin.cases.access import visible
from huiyin.cases.actions import perform
from huiyin.cases.lifecycle import Role
from huiyin.cases.lifecycle.commands import Acknowledge
from huiyin.cases.models import Case
from huiyin.cases.texts import sentence
from huiyin.desk import words as w
from huiyin.desk.acting import desk_of, desk_page, show
from huiyin.desk.fields import name_of
from huiyin.desk.words import word
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue

TABS = {"lead": inbox.led, "support": inbox.supported, "answered": inbox.answered, "rested": inbox.rested}
#: what is shown by what is due; the others by what came in last
TO_DO = ("lead", "support", "reported")


@require_GET
@desk_page("inbox")
def show_inbox(request: HttpRequest) -> HttpResponse:
    """One page of the inbox."""
    desk, asked, catalogue = desk_of(request), request.GET, store.current()
    # A delay is reported to heads; whoever handles matters is told of none.
    tabs = [name for name in w.TABS if name in TABS or desk.role is Role.HEAD]
    tab = asked.get("tab", "lead")
    tab = tab if tab in tabs else "lead"
    reported = inbox.reported(desk.office, desk.now) if desk.role is Role.HEAD else None
    rows = reported if tab == "reported" and reported is not None else TABS[tab](desk.office)
    filters = read_filters(asked, catalogue)
    narrowed = filters.apply(rows, desk.now)
    after = asked.get("after", "")
    page = inbox.by_due(narrowed, after) if tab in TO_DO else inbox.newest(narrowed, after)
    counts = inbox.count(rows, desk.now) if tab in TO_DO else None
    told = number_told(reported, counts if tab == "reported" else None)
    ticks = tab == "lead" and any(row.case.phase == "dispatched" for row in page.rows)
    return show(
        request,
        "desk/inbox.html",
        {
            "tab": tab,
            "tabs": [(name, word(w.TABS, name)) for name in tabs],
            "told": told,
            "office": name_of(catalogue.offices, desk.office),
            "rows": lines(page.rows, catalogue, due=tab in TO_DO, ticks=ticks, leads=tab == "reported"),
            "next_page": _address(asked, after=page.after) if page.after else "",
            "first_page": _address(asked, after="") if after else "",
            "counts": counts,
            "options": options(counts, filters, asked, catalogue) if counts else None,
            "chosen": any(asked.get(name) for name in FILTER_NAMES[:4]),
            "keep": [name for name in FILTER_NAMES[4:] if asked.get(name) == "1"],
            "narrowed": any(asked.get(name) for name in FILTER_NAMES),
            "asked": asked,
            "back": asked.urlencode(),
            "can_acknowledge": ticks,
        },
    )


def number_told(reported: QuerySet[Case] | None, counts: inbox.Counts | None) -> str:
    """How many delays were reported to this head, as a tab shows it; empty for none. One statement at most."""
    if reported is None:
        return ""
    return as_told(*((counts.total, counts.more) if counts is not None else inbox.number_of(reported)))


def as_told(number: int, more: bool) -> str:
    """A number beside a tab, "1000+" when there are more; empty for none."""
    return f"{number}{'+' if more else ''}" if number else ""


#: stands in an address where each line puts its own number
NOBODY = "0000"
FILTER_NAMES = ("phase", "urgency", "category", "area", "redo", "waiting", "overdue")


def read_filters(asked: QueryDict, catalogue: Catalogue) -> inbox.Filters:
    """Filters out of an address; what makes no sense narrows nothing."""
    phase, urgency = asked.get("phase", ""), asked.get("urgency", "")
    return inbox.Filters(
        phase=phase if phase in v.STAFF_PHASES else "",
        urgency=urgency if urgency in v.URGENCIES else "",
        categories=_branch(catalogue, "categories", asked.get("category", "")),
        areas=_branch(catalogue, "areas", asked.get("area", "")),
        redo=asked.get("redo") == "1",
        waiting=asked.get("waiting") == "1",
        overdue=asked.get("overdue") == "1",
    )


def _branch(catalogue: Catalogue, table: str, code: str) -> frozenset[str]:
    return _below(catalogue.digest, table).get(code, frozenset()) if code else frozenset()


@lru_cache(maxsize=8)
def _below(digest: str, table: str) -> Mapping[str, frozenset[str]]:
    """code → itself and everything below it, for the pack with this digest."""
    found: dict[str, set[str]] = {}
    for code, steps in _above(digest, table).items():
        for step, _level in steps:
            found.setdefault(step, set()).add(code)
    return {code: frozenset(codes) for code, codes in found.items()}


@lru_cache(maxsize=8)
def _above(digest: str, table: str) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """code → everything above it and itself, with the level, for the pack with this digest."""
    catalogue = store.current()
    path = catalogue.category_path if table == "categories" else catalogue.area_path
    return {code: tuple((step.code, step.level) for step in path(code)) for code in getattr(catalogue, table)}


def line(row: inbox.Row, catalogue: Catalogue) -> dict[str, Any]:
    """One row as a template draws it."""
    case = row.case
    waits = case.details.get("waiting_for", "")
    return {
        "case": case,
        "words": row.words,
        "phase": word(v.STAFF_PHASES, case.phase),
        "urgency": word(v.URGENCIES, case.urgency) if case.urgency != "normal" else "",
        "category": name_of(catalogue.categories, case.category_id),
        "area": name_of(catalogue.areas, case.area_id),
        "lead": name_of(catalogue.offices, case.lead_id),
        "due_for": word(v.CLOCKS, case.due_purpose) if case.due_purpose else "",
        "waits": word(w.WAITS_FOR, waits) if waits else "",
    }


def lines(
    rows: Sequence[inbox.Row], catalogue: Catalogue, *, due: bool, ticks: bool, leads: bool = False
) -> list[dict[str, Any]]:
    """The rows of the table: what stands before and behind the cell with the deadline, and what that cell shows.

    Drawn here and not in the template: of twenty-five lines with their labels and addresses a template made more than
    half of the page's cost. What a case says is escaped, every other word is our own or the pack's and escaped too.
    `leads` names the office of each, where it need not be the reader's own.
    """
    first = escaped(_("期限") if due else _("结果"))
    second, third = escaped(_("什么事")), escaped(_("办到哪一步"))
    again, reported, tick = _("第 %(n)s 轮"), escaped(_("已上报")), _("选中 %(number)s")
    before, behind = reverse("desk:case", args=[NOBODY]).split(NOBODY)
    drawn_lines = []
    for row in rows:
        case, number = row.case, escaped(row.case.number)
        box = ""
        if ticks and case.phase == "dispatched":
            box = (
                f'<label class="tick"><input type="checkbox" name="number" value="{number}">'
                f'<span class="hidden-visually">{escaped(tick % {"number": case.number})}</span></label>'
            )
        chips = ""
        if case.urgency != "normal":
            chips += f' <span class="chip chip-no">{escaped(word(v.URGENCIES, case.urgency))}</span>'
        if case.round > 1:
            chips += f' <span class="chip chip-plain">{escaped(again % {"n": case.round})}</span>'
        if case.escalation:
            chips += f' <span class="chip chip-plain">{reported}</span>'
        lead = f"<span>{escaped(name_of(catalogue.offices, case.lead_id))}</span>" if leads else ""
        waits = case.details.get("waiting_for", "")
        drawn_lines.append(
            {
                "case": case,
                "due": case.due_at,
                "due_for": word(v.CLOCKS, case.due_purpose) if case.due_at else "",
                "clock": "waiting" if waits else "running",
                "waits": word(w.WAITS_FOR, waits) if waits else "",
                "before": SafeString(
                    f'<tr>{f"<td>{box}</td>" if ticks else ""}\n<td class="due" data-label="{first}">'
                ),
                "behind": SafeString(
                    f'</td>\n<td data-label="{second}"><a href="{before}{number}{behind}">'
                    f'{escaped(row.words) or number}</a><br><span class="small quiet under">'
                    f'<span class="nowrap">{number}</span>{lead}'
                    f"<span>{escaped(name_of(catalogue.categories, case.category_id))}</span>"
                    f"<span>{escaped(name_of(catalogue.areas, case.area_id))}</span></span></td>\n"
                    f'<td data-label="{third}">{escaped(word(v.STAFF_PHASES, case.phase))}{chips}</td></tr>\n'
                ),
            }
        )
    return drawn_lines


def options(counts: inbox.Counts, filters: inbox.Filters, asked: QueryDict, catalogue: Catalogue) -> dict[str, str]:
    """What each filter can be set to, with counts, as <option> elements; only what occurs, and what is chosen now.

    Drawn here and not in the template: a hundred options cost a template more than the rest of the page.
    """
    language = get_language()

    def plain(words: w.Words, found: Mapping[str, int], chosen: str) -> list[tuple[str, str, str]]:
        return [
            (code, str(name), shown(found.get(code, 0), counts))
            for code, name in words.items()
            if found.get(code) or code == chosen
        ]

    def tree(table: str, found: Mapping[str, int], chosen: str, deepest: int) -> list[tuple[str, str, str]]:
        rows, above = getattr(catalogue, table), _above(catalogue.digest, table)
        totals: dict[str, int] = {}
        for code, number in found.items():
            for step, level in above.get(code, ()):
                if level <= deepest:
                    totals[step] = totals.get(step, 0) + number
        return [
            (row.code, "\u3000" * (row.level - 1) + row.names.local(language), shown(totals.get(row.code, 0), counts))
            for row in rows.values()
            if totals.get(row.code) or row.code == chosen
        ]

    return {
        "phase": drawn(plain(v.STAFF_PHASES, counts.phases, filters.phase), filters.phase),
        "urgency": drawn(plain(v.URGENCIES, counts.urgencies, filters.urgency), filters.urgency),
        "category": drawn(
            tree("categories", counts.categories, asked.get("category", ""), 2), asked.get("category", "")
        ),
        "area": drawn(tree("areas", counts.areas, asked.get("area", ""), 4), asked.get("area", "")),
    }


def drawn(entries: list[tuple[str, str, str]], chosen: str) -> str:
    """(code, words, count) as options of a select, escaped."""
    chosen_mark = {chosen: " selected"}
    return SafeString(
        "".join(
            f'<option value="{escaped(code)}"{chosen_mark.get(code, "")}>{escaped(words)} ({number})</option>'
            for code, words, number in entries
        )
    )


def shown(number: int, counts: inbox.Counts) -> str:
    """A count, with a plus when there are more cases than were looked at."""
    return f"{number}+" if counts.more else str(number)


def _address(asked: QueryDict, **changed: str) -> str:
    kept = {name: value for name, value in asked.items() if isinstance(value, str)} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})


@require_POST
@desk_page("inbox")
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Acknowledge every ticked case, each by itself: one that cannot be does not hold up the others."""
    desk = desk_of(request)
    numbers = request.POST.getlist("number")[: inbox.PAGE]
    cases = {case.number: case for case in visible(desk.actor).filter(number__in=numbers)}
    done = 0
    for number in numbers:
        case: Case | None = cases.get(number)
        try:
            if case is None:
                raise Refusal("unknown_case")
            perform(case.pk, Acknowledge(), desk.actor, desk.now)
            done += 1
        except Refusal as refusal:
            messages.warning(request, _("%(number)s 没有签收：%(why)s") % {"number": number, "why": sentence(refusal)})
    if done:
        messages.success(request, ngettext("已签收 %(number)d 件。", "已签收 %(number)d 件。", done) % {"number": done})
    elif not numbers:
        messages.warning(request, _("没有选中任何一件。"))
    back = QueryDict(request.POST.get("back", ""), mutable=False)
    return HttpResponseRedirect(reverse("desk:inbox") + (f"?{back.urlencode()}" if back else ""))
