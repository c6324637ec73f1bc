"""What the worker does with a new matter: the suggestion staff will be shown, stored once, and its recurring issue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.models import Case
from huiyin.organisation import store
from huiyin.organisation.catalogue import Catalogue
from huiyin.suggestions import files, ideas
from huiyin.suggestions.models import Suggestion, TrainedModel
from huiyin.understanding.office import OfficeSuggestion


def language_of(text: str) -> str:
    """Which language words are in: zh when a tenth of the letters are Chinese, en when most are Latin, else other."""
    letters = [sign for sign in text[:2000] if sign.isalpha()]
    if not letters:
        return "other"
    chinese = sum("\u3400" <= sign <= "\u9fff" for sign in letters)
    latin = sum(sign.isascii() for sign in letters)
    return "zh" if 10 * chinese >= len(letters) else "en" if 2 * latin > len(letters) else "other"


def suggest(case: Case, said: Mapping[str, str], now: datetime, catalogue: Catalogue) -> Suggestion | None:
    """The unsaved suggestion for a case. None without a model, and for a matter the model was trained on."""
    text, subject = said.get("text", ""), said.get("subject", "")
    found = ideas.categories(text, subject, catalogue)
    if not found.version or not text:
        return None
    late = case.phase != "received"
    if (late or case.category_id) and _knows(found.version, case):
        return None
    given = {idea.code: idea.probability or 0.0 for idea in found.ideas}
    answer = found.answer or found.branch
    second = next((idea for idea in found.ideas if idea.code != answer), None)
    area = case.area_id or ""
    offices: OfficeSuggestion | None = None
    if found.answer:
        # What became of this very matter must not speak for itself, so only what came in before counts.
        offices = ideas.offices(text, subject, found.answer, area, catalogue, case.received_at, guess=found)
    best = ideas.first(offices) if offices else None
    others = [choice for choice in offices.choices if best is None or choice.office != best.office] if offices else []
    return Suggestion(
        case=case,
        version=found.version,
        office_version=offices.version if offices else "",
        category=answer,
        confidence=round(given.get(answer, found.ideas[0].probability or 0.0 if found.ideas else 0.0), 4),
        second=second.code if second else "",
        second_confidence=round(second.probability or 0.0, 4) if second else 0.0,
        office=best.office if best else "",
        office_confidence=round(best.probability or 0.0, 4) if best else 0.0,  # 0: not measured
        office_second=others[0].office if others else "",
        language=language_of(text),
        made_at=now,
        late=late,
    )


def _knows(version: str, case: Case) -> bool:
    """Whether a model may have been trained on this case."""
    until = (
        TrainedModel.objects.filter(kind="category", version=version).values_list("trained_until", flat=True).first()
    )
    return until is not None and case.received_at <= until


def keep_suggestion(case_id: UUID, now: datetime) -> None:
    """Store what staff are suggested for a case, once. Nothing for imports: nobody is asked about them here."""
    catalogue = store.current()
    said = vault.first_words([case_id], ("text", "subject")).get(case_id, {})
    if not said.get("text") or files.model("category", catalogue.digest) is None:
        return

    def work() -> None:
        case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, erased=False, imported=False).first()
        if case is None or Suggestion.objects.filter(case=case).exists():
            return
        row = suggest(case, said, now, catalogue)
        if row is not None:
            row.save(force_insert=True)

    write(work)


def remember(case: Case, said: Mapping[str, str], now: datetime) -> None:
    """A suggestion is being shown and the worker was not there yet: store it now. One statement when it is there."""
    if case.imported or Suggestion.objects.filter(case=case).exists():
        return
    catalogue = store.current()
    row = suggest(case, said, now, catalogue)
    if row is not None:
        write(lambda: Suggestion.objects.bulk_create([row], ignore_conflicts=True))
