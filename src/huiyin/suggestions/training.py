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

from django.db.models import QuerySet

from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.models import Case
from huiyin.organisation.catalogue import Catalogue, CategoryInfo
from huiyin.suggestions import files
from huiyin.suggestions.models import TrainedModel
from huiyin.understanding.category import CategoryModel, Example, SheetRow
from huiyin.understanding.learning import train as train_categories
from huiyin.understanding.office import train_kinds

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


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled matter as a model learns from it."""

    text: str
    subject: str
    category: str
    office: str
    received_at: datetime


def as_message(subject: str, text: str) -> tuple[str, str]:
    """(title, body) as models read them. Who says something in one go gives no title; then the words stand for it."""
    return (subject or text)[:200], text


def sheet(catalogue: Catalogue) -> list[SheetRow]:
    """The category sheet as a training set: every row with its names and keywords in all languages."""
    return [
        SheetRow(category.code, category.parent, tuple(category.names.values()), _keywords(category))
        for category in catalogue.categories.values()
    ]


def _keywords(category: CategoryInfo) -> tuple[str, ...]:
    return tuple(word for words in category.keywords.values() for word in words)


def duty_target(office: str, catalogue: Catalogue) -> str:
    """What an office is called in the dispatch catalogue: its code, or "kind:K" when rows name its kind."""
    info = catalogue.offices.get(office)
    target = f"kind:{info.kind}" if info else ""
    return target if any(duty.office == target for duty in catalogue.duties) else office


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
        settled_cases().order_by("-received_at", "-pk").values_list("pk", "category", "lead", "received_at")[:limit]
    )
    found: list[Settled] = []
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        words = vault.first_words([pk for pk, *_ in part], ("text", "subject"))
        for pk, category, lead, received_at in part:
            said = words.get(pk, {})
            if said.get("text") and category in catalogue.categories and lead in catalogue.offices:
                found.append(Settled(said["text"], said.get("subject", ""), category, lead, received_at))
    return found[::-1]


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
    rows = targets(catalogue)
    if len(learned) >= FEWEST and len(rows) > 1:
        known = {row.code for row in rows}
        pairs = [(s, duty_target(s.office, catalogue)) for s in learned]
        examples = _examples((s, target) for s, target in pairs if target in known)
        if len(examples) >= FEWEST:
            made.append(_keep("office", train_kinds(rows, examples), learned, catalogue, now))
    return made


def _keep(kind: str, model: CategoryModel, learned: Sequence[Settled], catalogue: Catalogue, now: datetime) -> Made:
    files.store(kind, catalogue.digest, model)
    examples = model.card.get("examples")
    facts = {
        "made_at": now,
        "examples": examples if isinstance(examples, int) else 0,
        "settled": settled_cases().count(),
        "trained_until": learned[-1].received_at if learned else None,
        "card": dict(model.card),
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
    return bool(catalogue.categories) and files.is_missing("category", catalogue.digest)


def enough_new(catalogue: Catalogue) -> bool:
    """Whether enough has been settled since the last model was made."""
    last = in_use(catalogue)
    known = last.settled if last is not None else 0
    return settled_cases().count() - known >= NEW_ENOUGH
