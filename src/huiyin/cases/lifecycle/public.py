"""What of an event is public: coarse facts without which nobody could recompute the published figures, nothing more.

The public part never holds words, a community, a person, a staff account or a contact; for a confidential case it
holds the kind of event only. An office knows when things happened to its cases and so can tell which leaf is which:
whatever a person tells a caller in confidence (that somebody leaned on them) is therefore not here.
"""

from __future__ import annotations

from typing import Any

from huiyin.cases.lifecycle.state import CaseState, Confidentiality, Event

#: event kind → the body's fields that are public
PUBLIC_FIELDS: dict[str, tuple[str, ...]] = {
    "received": ("channel", "kind"),
    "classified": (),
    "dispatched": ("lead",),
    "objected": ("reason_code",),
    "objection_ruled": ("sustained", "final", "lead"),
    "extended": (),
    "parked": ("reason_code", "until"),
    "answered": ("claim", "promise_due", "at_intake", "shared"),
    "declined": ("reason_code",),
    "verdict_given": ("value", "by"),
    "disputed": ("to",),
    "reviewed": ("ruling",),
    "called_back": ("disposition",),
    "confidentiality_set": ("level",),
    "rested": ("outcome",),
    "escalated": ("purpose", "level", "to_role"),
    "contact_revealed": ("purpose",),
    "erased": ("ground", "labels"),
}


def public_part(event: Event, after: CaseState, top_category: str = "") -> dict[str, Any]:
    """The public fields of an event, given the state it led to and the first level of its category."""
    if after.confidentiality is Confidentiality.CONFIDENTIAL:
        return {}
    fields = {f: event.body[f] for f in PUBLIC_FIELDS.get(event.kind, ()) if event.body.get(f) not in (None, "")}
    if after.lead:
        fields["office"] = after.lead
    if top_category:
        fields["category"] = top_category
    if after.imported:
        fields["imported"] = True
    return fields
