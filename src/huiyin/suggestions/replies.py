"""The reply check in the product: help beside the text before it is sent, and flags kept with the answer for figures.

Near-identical replies are found by sketches: 32 keyed minimum hashes of the reply's letter groups. The key is the
deployment's own; neither words nor their plain hashes are stored.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.models import Case
from huiyin.ledger.models import Entry
from huiyin.suggestions import changes
from huiyin.suggestions.models import ReplyBand, ReplySign
from huiyin.understanding.cleaning import clean, fold
from huiyin.understanding.hashing import codes, grams
from huiyin.understanding.reply import Part, ReplyCheck, check

VERSION = "reply-2"
HASHES, BANDS = 32, 8
#: From this share of equal minimum hashes on, two replies count as near-identical.
NEAR = 0.75
#: Newest replies looked at for each band.
NEWEST = 30
Sketch = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Copied:
    """How many earlier replies to other matters read nearly the same."""

    times: int


@lru_cache(maxsize=4)
def _salts(secret: bytes) -> tuple[Sketch, Sketch]:
    """Odd factors and offsets of the hash functions, from the deployment's secret."""
    stream = b"".join(hmac.new(secret, b"huiyin/reply/v1\0%d" % n, hashlib.sha256).digest() for n in range(HASHES))
    numbers = np.frombuffer(stream, dtype=np.uint64).reshape(HASHES, 4)
    return numbers[:, 0] | np.uint64(1), numbers[:, 1]


def sketch(text: str) -> Sketch | None:
    """Minimum hashes of a reply without greetings, digits and blanks; None for one too short to compare."""
    plain = fold(clean(text, 8000).text)
    plain = "".join(sign for sign in plain if not sign.isdigit())
    pieces = np.unique(grams(codes(plain), 3))
    if len(pieces) < 6:
        return None
    factors, offsets = _salts(settings.SECRET_KEY.encode())
    mixed = pieces.astype(np.uint64)[None, :] * factors[:, None] + offsets[:, None]
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    found: Sketch = mixed.min(axis=1)
    return found


def _bands(found: Sketch) -> list[int]:
    rows = found.reshape(BANDS, HASHES // BANDS)
    return [
        int.from_bytes(hashlib.blake2b(bytes([n]) + row.tobytes(), digest_size=8).digest(), "big", signed=True)
        for n, row in enumerate(rows)
    ]


def near(found: Sketch | None, without: UUID | None = None) -> list[tuple[int, UUID, str]]:
    """(row, case, template) of earlier replies to other matters that read nearly the same, likeliest first. One
    statement.
    """
    if found is None:
        return []
    sign, band = ReplySign._meta.db_table, ReplyBand._meta.db_table
    one = (
        f"SELECT * FROM (SELECT s.id, s.case_id, s.template, s.sketch FROM {band} b"  # noqa: S608  our own tables
        f" JOIN {sign} s ON s.id = b.sign_id WHERE b.band = %s ORDER BY b.sign_id DESC LIMIT {NEWEST}) AS one"
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * BANDS), _bands(found))
        rows = {row[0]: row for row in cursor.fetchall()}
    alike = []
    for pk, case_id, template, stored in rows.values():
        case = case_id if isinstance(case_id, UUID) else UUID(case_id)
        share = float((np.frombuffer(bytes(stored), dtype=np.uint64) == found).mean())
        if share >= NEAR and case != without:
            alike.append((share, int(pk), case, str(template)))
    return [(pk, case, template) for _, pk, case, template in sorted(alike, key=lambda row: (-row[0], row[1]))]


def look(reply: str, subject: str, text: str, case_id: UUID | None) -> tuple[ReplyCheck, Copied | None]:
    """The check before sending: parts with quotes, and whether it reads like earlier replies. No `case_id`: the matter
    is still being taken in. At most one statement.
    """
    parts = check(reply, subject, text)
    alike = near(sketch(reply), case_id) if reply.strip() else []
    cases = {case for _, case, _ in alike}
    return parts, Copied(len(cases)) if cases else None


def weak(found: ReplyCheck) -> tuple[Part, ...]:
    """The parts worth a look before sending."""
    return tuple(part for part in found.parts if part.kind == "weak")


def keep(case_id: UUID) -> None:
    """Store the signs of every answer of a case that has none yet. Again changes nothing."""
    known = set(ReplySign.objects.filter(case=case_id).values_list("number", flat=True))
    answers = list(Entry.objects.filter(stream=case_id, kind="answered").order_by("seq").values_list("seq", "body"))
    fresh = [(number, seq, body) for number, (seq, body) in enumerate(answers, 1) if number not in known]
    if not fresh:
        return
    words = vault.words(case_id, ("text", "subject"))
    asked, subject = words.get((1, "text"), ""), words.get((1, "subject"), "")
    for number, seq, body in fresh:
        reply = words.get((seq, "text"), "")
        if reply:
            found = check(reply, subject, asked)
            write(partial(_keep, case_id, number, reply, found, bool(body.get("shared"))))


def _keep(case_id: UUID, number: int, reply: str, found: ReplyCheck, shared: bool) -> None:
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id, erased=False).first()
    if case is None:
        return
    drawn = sketch(reply)
    # An answer that reached this case through the matter it follows is meant to be the same.
    alike = near(drawn, case_id) if not shared else []
    template = ""
    if alike:
        pk, first, template = alike[0]
        if not template:
            template = _group(pk)
            ReplySign.objects.filter(pk=pk, template="").update(template=template)
            changes.mark([first])
    signs = found.codes
    row, created = ReplySign.objects.get_or_create(
        case=case,
        number=number,
        defaults={
            "template": template,
            "hollow": found.is_hollow,
            "promise_only": "promise_without_date" in signs and signs.isdisjoint(("done", "found_out")),
            "other_matter": "other_matter" in signs,
            "parts": sorted(signs | ({"copied"} if alike else set())),
            "version": VERSION,
            "sketch": drawn.tobytes() if drawn is not None else b"",
        },
    )
    if created:
        changes.mark([case_id])
    if created and drawn is not None and not shared:
        bands: Sequence[int] = _bands(drawn)
        ReplyBand.objects.bulk_create([ReplyBand(band=band, sign=row) for band in sorted(set(bands))])


def _group(first: int) -> str:
    """The key of a group of near-identical replies, from the number of its first one."""
    return hmac.new(settings.SECRET_KEY.encode(), b"huiyin/template/v1\0%d" % first, hashlib.sha256).hexdigest()[:16]
