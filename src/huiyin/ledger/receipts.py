"""The receipt a person keeps: an event's public leaf, its proof, and the openings of that person's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from huiyin.ledger import keys, queries
from huiyin.ledger.commitments import Opening
from huiyin.ledger.models import Entry

FORM = "receipt/v1"


def build(entry: Entry, openings: Iterable[Opening], *, number: str) -> dict[str, Any]:
    """A receipt as a JSON-able dict: {huiyin, number, log, key, proof, leaf, openings}.

    `openings` come from the caller, who holds values and salts (`queries.openings` and `queries.case_opening` make
    those the ledger can make). `number` is the number the person was told. Until the event is sealed `proof` is "": the
    receipt then shows what was accepted, and the verifier says to fetch it again later.
    """
    listed = keys.trusted()
    return {
        "huiyin": FORM,
        "number": number,
        "log": keys.origin(),
        "key": listed[0].text if listed else "",
        "proof": queries.proof(entry.pk) or "",
        "leaf": entry.leaf,
        "openings": [opening.to_json() for opening in openings],
    }
