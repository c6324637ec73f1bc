"""One form for every command of a case that staff may give: what is typed, and what the resident will see of it.

A move is the smallest useful form. Its class attribute `command` is the command it makes; the form's field names are
the command's, so that nothing has to be translated in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise

from huiyin.base.codes import BadCode, parse_number
from huiyin.cases import vocabulary as v
from huiyin.cases.lifecycle import CaseState
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.rulebook import Rulebook
from huiyin.cases.texts import SENTENCES
from huiyin.desk.leaving import LOOK_AT_IT, traces
from huiyin.desk.words import word
from huiyin.organisation.catalogue import Catalogue

if TYPE_CHECKING:
    from huiyin.desk.reply_help import Checked


@dataclass(frozen=True)
class Ground:
    """What a form must know about its case: the pack, the state, the time, the matters the actor may name."""

    case: Case
    state: CaseState
    rulebook: Rulebook
    now: datetime
    readable: QuerySet[Case]
    text: str = ""

    @property
    def catalogue(self) -> Catalogue:
        return self.rulebook.catalogue


class MoveForm(forms.Form):
    """The base: hidden number of the event the page was rendered at, and the command made from the fields."""

    command: ClassVar[type[c.Command]]
    #: what the resident will see of it, in one sentence
    seen: ClassVar[str | Promise]
    #: how it stands out: primary, plain, danger
    look: ClassVar[str] = "plain"
    #: two neighbouring fields that stand side by side where there is room
    pair: ClassVar[tuple[str, ...]] = ()
    #: fields whose words leave the office and are looked through for personal data first
    leaving: ClassVar[tuple[str, ...]] = ()
    #: whether the reply check may look at `text` before it is sent; it helps and never stands in the way
    is_reply: ClassVar[bool] = False

    seq = forms.IntegerField(widget=forms.HiddenInput(), min_value=1)

    def __init__(self, ground: Ground, *args: Any, **kwargs: Any) -> None:
        name = self.command.__name__
        kwargs.setdefault("auto_id", f"{name}-%s")
        kwargs["initial"] = {"seq": ground.state.seq, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.ground = ground
        self.traces: list[str] = []
        self.checked: Checked | None = None
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values; for subclasses."""

    def clean(self) -> dict[str, Any]:
        """Words that leave the office are looked through; what looks like personal data must be confirmed once."""
        data: dict[str, Any] = super().clean() or {}
        if self.leaving and "confirmed" in self.fields:
            self.traces = traces("\n".join(self.leaving_words(data)))
            if self.traces and not data.get("confirmed"):
                self.add_error("confirmed", LOOK_AT_IT)
        return data

    def leaving_words(self, data: dict[str, Any]) -> list[str]:
        """What of the fields in `leaving` leaves the office; for forms in which that depends on a choice."""
        return [str(data.get(name, "")) for name in self.leaving]

    def make(self) -> c.Command:
        """The command. Call after `is_valid`."""
        names = {field.name for field in fields(self.command)}
        return self.command(**{name: value for name, value in self.cleaned_data.items() if name in names})

    def shown(self) -> Iterator[forms.BoundField]:
        """Fields to draw. The confirmation is drawn only once something was found."""
        for bound in self.visible_fields():
            if bound.name != "confirmed" or self.traces:
                yield bound

    @property
    def heading(self) -> str:
        return word(v.COMMANDS, self.command.__name__)

    @property
    def step(self) -> str:
        return self.command.__name__


def other_case(form: MoveForm, number: str) -> str:
    """The id of the matter with this number, as far as the actor may see it; raises ValidationError."""
    try:
        found = form.ground.readable.filter(number=parse_number(number)).values_list("pk", flat=True).first()
    except BadCode:
        found = None
    if found is None:
        raise forms.ValidationError(str(SENTENCES["unknown_case"]))
    return str(found)
