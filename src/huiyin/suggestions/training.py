"""Making models from the pack in force and the body's own settled matters. Runs in the worker or by command, never in
a process that serves pages.

What counts as settled: a matter that people filed under a category and whose office took it on. Corrections of a
category, dispatches that stood and objections ruled right are all in the case as it is now, because the case is what
its events made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.models import Case
from huiyin.ledger.models import Entry
from huiyin.organisation.catalogue import Catalogue, CategoryInfo
from huiyin.suggestions import calibrating, files
from huiyin.suggestions.models import TrainedModel
from huiyin.suggestions.reading import Settled, as_message, as_placed, duty_target
from huiyin.understanding import confidence, office
from huiyin.understanding.category import CategoryModel, Example, SheetRow
from huiyin.understanding.learning import train as train_categories
from huiyin.understanding.office import OfficeModel, train_ranking, with_measures

#: Newest settled matters used. The exact solution takes the cube of their number in time and the square in memory.
MOST = 3000
#: Fewer examples than this make no model of offices: the dispatch catalogue knows more.
FEWEST = 30
#: So much new history makes a new model worth making.
NEW_ENOUGH = 50
_UNSETTLED = ("received", "dispatched", "objected", "merged")


@dataclass(frozen=True, slots=True)
class Made:
    """One model that is in force now. `changed` is False when the same data gave the same model."""

    kind: str
    version: str
    examples: int
    changed: bool


def sheet(catalogue: Catalogue) -> list[SheetRow]:
    """The category sheet as a training set: every row with its names and keywords in all languages."""
    return [
        SheetRow(category.code, category.parent, tuple(category.names.values()), _keywords(category))
        for category in catalogue.categories.values()
    ]


def _keywords(category: CategoryInfo) -> tuple[str, ...]:
    return tuple(word for words in category.keywords.values() for word in words)


def targets(catalogue: Catalogue) -> list[SheetRow]:
    """Every office (or kind of office) that the dispatch catalogue knows, with the categories it handles as words."""
    words: dict[str, dict[str, None]] = {}
    for duty in catalogue.duties:
        category = catalogue.categories.get(duty.category)
        if category is None or (not duty.office.startswith("kind:") and duty.office not in catalogue.offices):
            continue
        known = words.setdefault(duty_target(duty.office, catalogue), {})
        known.update(dict.fromkeys((*category.names.values(), *_keywords(category))))
    rows = []
    for target, said in words.items():
        info = catalogue.offices.get(target)
        rows.append(SheetRow(target, "", tuple(info.names.values()) if info else (), tuple(said)))
    return rows


def settled_cases() -> QuerySet[Case]:
    """Matters people have settled, in no order."""
    return Case.objects.filter(category__isnull=False, lead__isnull=False, erased=False).exclude(phase__in=_UNSETTLED)


def history(catalogue: Catalogue, limit: int = MOST) -> list[Settled]:
    """The newest settled matters whose category and office are still in the pack, oldest first."""
    rows = list(
        settled_cases()
        .order_by("-received_at", "-pk")
        .values_list("pk", "category", "lead", "received_at", "area", "details__objections")[:limit]
    )
    found: list[Settled] = []
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        words = vault.first_words([pk for pk, *_ in part], ("text", "subject"))
        refused = _refused([pk for pk, *_, objections in part if objections])
        for pk, category, lead, received_at, area, _ in part:
            said = words.get(pk, {})
            if said.get("text") and category in catalogue.categories and lead in catalogue.offices:
                wrong = tuple(sorted(refused.get(pk, set()) - {lead}))
                one = Settled(said["text"], said.get("subject", ""), category, lead, received_at, area or "", wrong)
                found.append(one)
    return found[::-1]


def _refused(cases: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Case → the offices whose objection was ruled right. One statement."""
    found: dict[UUID, set[str]] = {}
    leads: dict[UUID, str] = {}
    rows = Entry.objects.filter(stream__in=cases, kind__in=("dispatched", "objection_ruled")).order_by("stream", "seq")
    for stream, kind, body in rows.values_list("stream", "kind", "body"):
        if kind == "objection_ruled" and not body["sustained"]:
            continue
        if kind == "objection_ruled" and stream in leads:
            found.setdefault(stream, set()).add(leads[stream])
        leads[stream] = body["lead"]
    return found


def _examples(labels: Iterable[tuple[Settled, str]]) -> list[Example]:
    return [Example(*as_message(one.subject, one.text), label) for one, label in labels]


def train(catalogue: Catalogue, now: datetime) -> list[Made]:
    """Make both models and put them in force. The same pack and history give the same models and change nothing.

    Kill-safe: a file is whole or not there, and the row that describes it is written afterwards and again next time.
    """
    if not catalogue.categories:
        return []
    learned = history(catalogue)
    made = [_keep("category", train_categories(sheet(catalogue), _examples((s, s.category) for s in learned)),
                  learned, catalogue, now)]  # fmt: skip
    model = _ranking(learned, catalogue)
    if model is not None:
        made.append(_keep("office", model, learned, catalogue, now))
    return made


def _ranking(learned: Sequence[Settled], catalogue: Catalogue) -> OfficeModel | None:
    """A model of offices that knows how often it is right; None when there is too little to learn from."""
    rows = targets(catalogue)
    matters = _matters(learned, rows, catalogue)
    if len(matters) < FEWEST or len(rows) < 2:
        return None
    model = train_ranking(rows, matters)
    parts = calibrating.split(learned, confidence.LEAST_MEASURED)
    if parts is None:
        return model
    older, newest = parts
    then = _matters(older, rows, catalogue)
    if len(then) < FEWEST:
        return model
    # The four weights rest on all matters; they are too few numbers to know any matter by heart.
    before = train_ranking(rows, then, weights=model.weights)
    categories = train_categories(sheet(catalogue), _examples((s, s.category) for s in older))
    return with_measures(model, calibrating.measure(older, newest, categories, before, catalogue))


def _matters(learned: Sequence[Settled], rows: Sequence[SheetRow], catalogue: Catalogue) -> list[office.Settled]:
    """Settled matters of offices that the dispatch catalogue knows, as the ranking learns from them."""
    known = {row.code for row in rows}
    found = []
    for one in learned:
        kind = duty_target(one.office, catalogue)
        if kind in known:
            title, body, in_title, in_body = as_placed(one.subject, one.text, catalogue)
            wrong = {duty_target(refused, catalogue) for refused in one.refused} & (known - {kind})
            found.append(office.Settled(title, body, kind, tuple(sorted(wrong)), in_title, in_body, one.category))
    return found


def _keep(
    kind: str, model: CategoryModel | OfficeModel, learned: Sequence[Settled], catalogue: Catalogue, now: datetime
) -> Made:
    files.store(kind, catalogue.digest, model)
    examples = model.card.get("examples")
    facts = {
        "made_at": now,
        "examples": examples if isinstance(examples, int) else 0,
        "settled": settled_cases().count(),
        "trained_until": learned[-1].received_at if learned else None,
        # The shares by category of a ranking stand in its file; they say nothing to anybody who reads the card.
        "card": {name: value for name, value in model.card.items() if name != "ranking"},
    }

    def work() -> bool:
        row, created = TrainedModel.objects.get_or_create(
            kind=kind, version=model.version, pack=catalogue.digest, defaults=facts
        )
        if not created:
            TrainedModel.objects.filter(pk=row.pk).update(settled=facts["settled"])
        return created

    return Made(kind, model.version, int(str(facts["examples"])), write(work))


def in_use(catalogue: Catalogue, kind: str = "category") -> TrainedModel | None:
    """The row of the model made last from the pack in force."""
    return TrainedModel.objects.filter(kind=kind, pack=catalogue.digest).order_by("-made_at", "-pk").first()


def is_missing(catalogue: Catalogue) -> bool:
    """Whether no usable model was made from this pack yet. Costs a look at the folder."""
    if not catalogue.categories:
        return False
    return files.is_missing("category", catalogue.digest) or files.is_broken("office", catalogue.digest)


def enough_new(catalogue: Catalogue) -> bool:
    """Whether enough has been settled since the last model was made."""
    last = in_use(catalogue)
    known = last.settled if last is not None else 0
    return settled_cases().count() - known >= NEW_ENOUGH
