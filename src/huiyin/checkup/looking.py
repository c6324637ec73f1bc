"""One look: every four weeks, at eight weeks, half a year and a year, in all offices at once. Kept as it was.

How often one looks is part of the promise about false alarms (`figures.signatures`): thirteen looks a year share one
budget. So the moments are fixed beforehand, nobody can ask for another one, and a second run of the same look gives
back what is kept. A look that was missed is not made up for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases.models import Case
from huiyin.checkup.access import UNNAMED
from huiyin.checkup.models import Look, Question, SeenIn
from huiyin.checkup.moments import OWN, moment
from huiyin.figures.signatures import ALPHA, NOT_MEASURABLE, CheckUp, Finding, InLake, Words, check_up, signatures
from huiyin.lake import sync
from huiyin.ledger import canonical, commitments, streams
from huiyin.ledger.events import timestamp
from huiyin.organisation import store

LOOKED = "check_up_looked"
_PAGE = 500


def look(now: datetime, actor: Mapping[str, Any]) -> Look:
    """The look that is due: made when it was not made yet, otherwise what is kept of it.

    Refuses: lake_behind (the lake does not reach up to the moment yet). Raises LakeError when the lake cannot be read
    and NoPackLoaded before a pack is loaded.
    """
    until = moment(now, store.current().tz)
    known = Look.objects.filter(until=until).first()
    if known is not None:
        return known
    lake = sync.opened()
    as_of = lake.manifest.as_of
    if not as_of or datetime.fromisoformat(as_of) < until:
        raise Refusal("lake_behind", until=timestamp(until))
    found = check_up(InLake(lake), until)
    try:
        return write(lambda: keep(found, lake.manifest.version, now, actor))
    except IntegrityError:  # somebody looked at the same moment
        return Look.objects.get(until=until)


def keep(found: CheckUp, lake_version: int, now: datetime, actor: Mapping[str, Any]) -> Look:
    """Store a look with its questions and bind us to them in the log. Call it inside `write`."""
    asked = sorted(found.findings, key=lambda finding: (finding.ailment, finding.office, finding.signature))
    # The log holds a salted commitment: exact counts of few people must not be found by trying.
    salt = commitments.new_salt()
    questions = canonical.encode([_facts(finding) for finding in asked])
    row = Look(
        until=found.until,
        since=found.since,
        looked_at=now,
        lake_version=lake_version,
        offices=found.offices,
        alpha=ALPHA,
        signatures={
            s.code: {"version": s.version, "ailment": str(s.ailment), "looked": list(found.looked.get(s.code, ()))}
            for s in signatures()
        },
        not_measurable={str(kind): _both(words) for kind, words in NOT_MEASURABLE.items()},
        salt=salt,
        commitment=commitments.commit("questions", questions, salt).hex(),
    )
    row.save()
    for finding in asked:
        question = Question.objects.create(look=row, **_columns(finding))
        if (finding.signature, finding.strong) not in UNNAMED:
            _keep_cases(question, finding.cases)
    told = {
        "until": timestamp(found.until),
        "since": timestamp(found.since),
        "questions": len(asked),
        "commitment": row.commitment,
    }
    streams.append(OWN, LOOKED, now, actor, told)
    return row


def _keep_cases(question: Question, cases: Iterable[str]) -> None:
    ids = [UUID(case) for case in cases]
    for start in range(0, len(ids), _PAGE):
        part = ids[start : start + _PAGE]
        here = set(Case.objects.filter(pk__in=part).values_list("pk", flat=True))
        SeenIn.objects.bulk_create(
            SeenIn(question=question, case_id=case, place=place)
            for place, case in enumerate(part, start)
            if case in here
        )


def _columns(finding: Finding) -> dict[str, Any]:
    words = {
        "title": _both(finding.title),
        "definition": _both(next(s for s in signatures() if s.code == finding.signature).definition),
        "seen": _both(finding.seen),
        "pattern": _both(finding.pattern),
        "next": _both(finding.next),
        "innocent": [_both(one) for one in finding.innocent],
    }
    return {
        "office": finding.office, "ailment": str(finding.ailment), "signature": finding.signature,
        "version": finding.version, "weeks": finding.weeks, "strong": finding.strong, "words": words, "k": finding.k,
        "n": finding.n,
        "share": finding.share, "low": finding.low, "high": finding.high, "usual": finding.usual, "p": finding.p,
        "p_adjusted": finding.p_adjusted,
    }  # fmt: skip


def _facts(finding: Finding) -> dict[str, Any]:
    """What the log binds us to: question and counts, in whole numbers and texts only."""
    return {
        "office": finding.office, "signature": finding.signature, "version": finding.version,
        "weeks": finding.weeks, "strong": finding.strong, "k": finding.k, "n": finding.n,
    }  # fmt: skip


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
