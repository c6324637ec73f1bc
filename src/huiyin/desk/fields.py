"""Form fields of the staff pages and the choices they offer from the pack, named in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.cases.lifecycle.situation import MAX_WORDS
from huiyin.cases.texts import SENTENCES
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue

#: a sentence, or one that waits for the reader's language (the lazy text of Django)
Text = Any
Choice = tuple[str, Any]

CHOOSE = _("请选择")


def _sentence(missing: Text) -> Text:
    """A refusal's sentence by its code, or a sentence of this room as it stands."""
    return SENTENCES.get(missing, missing) if isinstance(missing, str) else missing


def required(code: str) -> dict[str, Any]:
    """The message of a refusal for a field that was left empty."""
    return {"required": _sentence(code)}


def words_field(
    label: Text, *, missing: Text = "", hint: Text = "", rows: int = 4, longest: int = MAX_WORDS
) -> forms.CharField:
    """Several lines of words. `missing` is the refusal code whose sentence is shown when nothing was written; without
    it the field may stay empty."""
    return forms.CharField(
        label=label,
        required=bool(missing),
        help_text=hint,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _sentence(missing)} if missing else {},
    )


def choice_field(
    label: Text,
    options: Mapping[str, Any] | Iterable[Choice],
    *,
    missing: Text = "",
    hint: Text = "",
    radio: bool = False,
) -> forms.ChoiceField:
    """One of several. `missing` is the refusal code for "nothing chosen"; without it nothing need be chosen."""
    listed: list[Choice] = list(options.items()) if isinstance(options, Mapping) else list(options)
    if not radio:
        listed = [("", CHOOSE), *listed]
    errors = {"required": _sentence(missing), "invalid_choice": _sentence(missing)} if missing else {}
    return forms.ChoiceField(
        label=label,
        choices=listed,
        required=bool(missing),
        help_text=hint,
        widget=forms.RadioSelect() if radio else forms.Select(),
        error_messages=errors,
    )


def day_field(label: Text, *, missing: Text = "", hint: Text = "") -> forms.DateField:
    """A day of the calendar."""
    return forms.DateField(
        label=label,
        required=bool(missing),
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"required": _sentence(missing)} if missing else {},
    )


def confirmation() -> forms.BooleanField:
    """The tick under words in which personal data was found."""
    return forms.BooleanField(label=_("我看过了，这些内容可以发出去"), required=False)


# --- choices out of the pack --------------------------------------------------------------------


def office_choices(catalogue: Catalogue, leaving_out: Iterable[str] = ()) -> list[Choice]:
    """Offices in the pack's order, each under the office above it."""
    language, without = get_language(), frozenset(leaving_out)
    listed: list[Choice] = []

    def walk(parent: str, depth: int) -> None:
        for office in catalogue.office_children(parent):
            if office.code not in without:
                listed.append((office.code, "\u3000" * depth + office.names.local(language)))
            walk(office.code, depth + 1)

    walk("", 0)
    return listed


def category_choices(catalogue: Catalogue) -> list[Choice]:
    """Categories a matter is filed under, grouped by the path above them."""
    language = get_language()
    groups: dict[str, list[Choice]] = {}
    for category in catalogue.leaf_categories:
        path = catalogue.category_path(category.code)
        above = " › ".join(step.names.local(language) for step in path[:-1])
        groups.setdefault(above, []).append((category.code, category.names.local(language)))
    return [entry for name, entries in groups.items() for entry in ([(name, entries)] if name else entries)]


def area_choices(catalogue: Catalogue, keep: str = "") -> list[Choice]:
    """Every area in force this year, each under the one above it, and the one a matter has (`keep`)."""
    language, year = get_language(), store.this_year()
    listed: list[Choice] = []

    def walk(parent: str, depth: int) -> None:
        for area in catalogue.area_children(parent):
            if area.in_force(year) or area.code == keep:
                listed.append((area.code, "\u3000" * depth + area.names.local(language)))
            walk(area.code, depth + 1)

    walk("", 0)
    return listed


def name_of(rows: Mapping[str, Any], code: str | None) -> str:
    """The local name of an office, area or category; the code when the pack no longer has it; empty for none."""
    if not code:
        return ""
    row = rows.get(code)
    return row.names.local(get_language()) if row is not None else code


def path_name(steps: Iterable[Any]) -> str:
    """Names from the top down, the top itself left out when there is more than it."""
    names = [step.names.local(get_language()) for step in steps]
    return " › ".join(names[1:] if len(names) > 1 else names)


def choose_from(form: forms.Form, field: str, options: list[tuple[str, Any]], *, empty: bool = True) -> None:
    """Fill a choice field with choices of the loaded pack."""
    bound = form.fields[field]
    assert isinstance(bound, forms.ChoiceField)  # noqa: S101 - for the type checker
    bound.choices = [("", _("请选择")), *options] if empty else options
