"""Small presentational tags, available in every template without `{% load %}`. Each is described in docs/design.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.base.drawing import funnel as funnels
from huiyin.base.drawing import gap as gaps
from huiyin.base.drawing import interval as intervals
from huiyin.base.drawing import maps, words
from huiyin.base.drawing import trend as trends
from huiyin.base.drawing.words import month_words
from huiyin.site import chips
from huiyin.site.context import address
from huiyin.site.context import local as local_text

register = template.Library()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _now(context: template.Context) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


def _own_svg(text: str) -> SafeString:
    """Drawings escape every outside text themselves; what they return is markup."""
    return mark_safe(text)  # noqa: S308


# --- words --------------------------------------------------------------------------------------


@register.filter
def local(names: Any) -> str:
    """{"zh": …, "en": …} in the page's language."""
    return local_text(names)


@register.filter
def claim_code(code: str) -> str:
    """A claim code in groups of four."""
    return words.grouped(str(code))


@register.filter
def percent(share: float) -> str:
    """A share between 0 and 1 as whole per cent."""
    return words.percent(float(share))


@register.filter
def written_by_hand(value: str) -> bool:
    """Whether a posted value is something a person typed (words, sentences) and not a code of the form's own."""
    text = str(value).strip()
    return len(text) > 40 or any(sign.isspace() or ord(sign) > 0x2E7F for sign in text)


@register.simple_tag(takes_context=True)
def date_words(context: template.Context, at: datetime | None, form: str = "moment") -> str:
    """A time in words. Forms: moment, day, deadline, left (还有 2 天), due (deadline and how long is left)."""
    if at is None:
        return ""
    now, language, zone = _now(context), _language(), timezone.get_current_timezone()
    match form:
        case "moment":
            return words.moment_words(at, language, zone, now)
        case "day":
            return words.day_words(at, language, zone, now)
        case "deadline":
            return words.deadline_words(at, language, zone, now)
        case "left":
            return words.left_words(at, language, now)
        case "due":
            left = words.left_words(at, language, now)
            deadline = words.deadline_words(at, language, zone, now)
            return f"{deadline} ({left})" if words.english(language) else f"{deadline}（{left}）"
    raise template.TemplateSyntaxError(f"date_words knows no form {form!r}")


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime | None, form: str = "moment") -> str:
    """The same words inside <time datetime=…>, for machines and screen readers."""
    if at is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), date_words(context, at, form))


@register.simple_tag
def percent_interval(low: float, value: float, high: float, n: int) -> str:
    """A share with its interval and n, in words only."""
    return intervals.words(intervals.Interval(float(low), float(value), float(high), int(n)), _language())


@register.simple_tag
def phone(number: str) -> str:
    """A telephone number that can be tapped."""
    if not number:
        return ""
    dialled = "".join(sign for sign in str(number) if sign.isdigit() or sign in "+*#,")
    return format_html('<a class="phone" href="tel:{}">{}</a>', dialled, number)


@register.simple_tag
def page_url(name: str) -> str:
    """The address of a named page, or an empty text when this deployment has no such page."""
    return address(name)


# --- chips and clocks ---------------------------------------------------------------------------


@register.simple_tag
def chip(kind: str, code: str, voice: str = "public") -> str:
    """An outcome in words: `kind` is claim, verdict or outcome; `voice` is you (to the resident) or public."""
    look, text = chips.words_for(kind, str(code), voice)
    return format_html('<span class="chip chip-{}">{}</span>', look, text)


@register.simple_tag(takes_context=True)
def clock(context: template.Context, state: str, due: datetime | None = None, waiting_for: str = "") -> str:
    """A deadline in words. `state` is running, waiting or done; running past `due` turns to overdue by itself."""
    now, language = _now(context), _language()
    if state == "running" and due is not None:
        length = words.duration_words(due - now, language)
        if due < now:
            state, text = "overdue", _("超期 %(length)s") % {"length": length}
        else:
            deadline = words.deadline_words(due, language, timezone.get_current_timezone(), now)
            text = _("还有 %(length)s：%(deadline)s") % {"length": length, "deadline": deadline}
    elif state == "waiting":
        text = _("已暂停，在等：%(who)s") % {"who": waiting_for} if waiting_for else _("已暂停")
    elif state == "done":
        text = _("不再计时")
    else:
        raise template.TemplateSyntaxError(f"clock needs running with a due time, waiting or done, not {state!r}")
    return format_html('<span class="clock clock-{}">{}</span>', state, text)


@register.inclusion_tag("site/steps.html")
def steps(at: int, total: int) -> dict[str, object]:
    """“第 2 步，共 4 步” with a bar of `total` pieces."""
    return {"at": int(at), "total": int(total), "pieces": [i < int(at) for i in range(int(total))]}


# --- forms --------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, hint: str = "", kind: str = "") -> str:
    """A form field with label, hint and errors tied together for screen readers. `kind` adds a class field-<kind>."""
    hint_text = hint or str(bound.help_text or "")
    ident = bound.id_for_label or bound.auto_id
    group = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    if group:
        ident = str(bound.auto_id)
    described = [f"{ident}-hint"] if hint_text else []
    if bound.errors:
        described.append(f"{ident}-error")
    optional = "" if bound.field.required else format_html(' <span class="optional">{}</span>', _("（可不填）"))
    label = format_html("{}{}", bound.label, optional)
    notes = format_html('<span class="hint" id="{}-hint">{}</span>', ident, hint_text) if hint_text else ""
    if bound.errors:
        problems = format_html_join(" ", "{}", ((error,) for error in bound.errors))
        notes = format_html('{}<span class="field-error" id="{}-error">{}</span>', notes, ident, problems)
    classes = "field" + (" field-bad" if bound.errors else "") + (f" field-{kind}" if kind else "")
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors and not group:
        attributes["aria-invalid"] = "true"
    if group:
        return format_html(
            '<fieldset class="{}" id="{}"{}><legend>{}</legend>{}<div class="choices">{}</div></fieldset>',
            classes,
            ident,
            format_html(' aria-describedby="{}"', attributes["aria-describedby"]) if described else "",
            label,
            notes,
            format_html_join(
                "", '<label class="choice">{}<span>{}</span></label>', ((c.tag(), c.choice_label) for c in bound)
            ),
        )
    if isinstance(bound.field.widget, CheckboxInput):
        box = bound.as_widget(attrs=attributes)
        return format_html(
            '<div class="{}">{}<label class="choice">{}<span>{}</span></label></div>', classes, notes, box, bound.label
        )
    longest = getattr(bound.field, "max_length", None)
    count = ""
    if longest and bound.widget_type == "textarea":
        attributes["data-count"] = f"{ident}-count"
        # Not as `maxlength`: without scripts a browser would cut off unseen what somebody pastes. The server says it.
        attributes |= {"maxlength": False, "data-most": longest}
        limit = _("最多 %(number)d 字") % {"number": longest}
        left = _("还可以写 %(number)s 字") % {"number": "#"}
        over = _("多了 %(number)s 字") % {"number": "#"}
        count = format_html(
            '<span class="count" id="{}-count" data-left="{}" data-over="{}">{}</span>', ident, left, over, limit
        )
    control = bound.as_widget(attrs=attributes)
    return format_html(
        '<div class="{}"><label for="{}">{}</label>{}{}{}</div>', classes, ident, label, notes, control, count
    )


@register.inclusion_tag("site/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, object]:
    """What has to be put right, at the top of the page, each line leading to its field. Empty when all is well."""
    lines: list[tuple[str, str]] = []
    for form in forms:
        for name, errors in form.errors.items():
            bound = form[name] if name in form.fields else None
            target = ""
            if bound is not None:
                grouped = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
                target = str(bound.auto_id if grouped else bound.id_for_label)
            for error in errors:
                if bound is None or not bound.label:
                    lines.append((target, str(error)))
                else:
                    parts = {"label": str(bound.label).rstrip("：:？?"), "error": error}
                    lines.append((target, _("%(label)s：%(error)s") % parts))
    return {"lines": lines}


# --- drawings -----------------------------------------------------------------------------------


@register.inclusion_tag("site/funnel.html")
def funnel(counts: funnels.Counts | Mapping[str, int], name: str = "funnel", shared: int = 0) -> dict[str, object]:
    """The four denominators as one drawing with its table. `shared` gives several drawings one scale."""
    numbers = counts if isinstance(counts, funnels.Counts) else funnels.Counts(**counts)
    drawing = funnels.render(numbers, _language(), name=name, shared=int(shared))
    return {"drawing": _own_svg(drawing), "rows": funnels.table(numbers, _language())}


@register.simple_tag
def interval(low: float, value: float, high: float, n: int) -> str:
    """A share as a dot on its interval, n beside it."""
    return _own_svg(intervals.render(intervals.Interval(float(low), float(value), float(high), int(n)), _language()))


@register.simple_tag
def gap(numbers: gaps.Gap, name: str, end: int) -> str:
    """What an office says beside what people say, as two bars; `name` must differ on one page."""
    return _own_svg(gaps.render(numbers, _language(), name=name, end=end))


@register.inclusion_tag("site/trend.html")
def trend(points: Sequence[trends.Point]) -> dict[str, object]:
    """A share month by month, with its table."""
    language = _language()
    rows = [(month_words(point.month, language), trends.words(point, language), point.n) for point in points]
    return {"drawing": _own_svg(trends.render(points, language)), "rows": rows}


@register.simple_tag
def svg_map(
    view: maps.View,
    areas: Iterable[maps.Shape] = (),
    marks: Iterable[maps.Mark] = (),
    lines: Iterable[maps.Line] = (),
    chosen: str = "",
    label: str = "",
) -> str:
    """A map inside the page, in the page's colours; `chosen` is the code of the area to stand out."""
    drawing = maps.render_svg(
        view, areas=areas, marks=marks, lines=lines, chosen=chosen, label=label or _("地图"), language=_language()
    )
    return _own_svg(drawing)
