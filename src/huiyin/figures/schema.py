"""The lake's tables: what may leave the database for counting, column by column, with a version.

No words, no contact, no person, no staff account: only what figures about offices need. `lake` writes these tables from
the database, `town` writes them straight from a simulation, and every indicator reads nothing else.

All times are UTC. A string column that does not apply holds "" (never null); times, dates and numbers that do not apply
are null. Cases and answers lie in the month in which the case was received, events in the month in which they happened,
callbacks in the month of the period they belong to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Raised whenever a column changes its meaning, comes or goes. A lake of a higher version is refused.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table: columns with their types (as Ibis names them), key, and the column that names the month."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    #: the time column whose month is the partition; "" for a small table kept in one file
    month_of: str


CASES = Table(
    "cases",
    {
        "case_id": "string",
        "received_at": "timestamp('UTC')",
        "channel": "string",  # web, phone, counter, letter, visit, import, api
        "kind": "string",
        "category": "string",  # third level, in `scheme`
        "scheme": "string",
        "urgency": "string",
        "area": "string",  # deepest known area
        "imported": "boolean",
        "reachable": "boolean",
        "phase": "string",
        "lead": "string",  # office that leads now
        "first_lead": "string",  # office it was first sent to
        "leads": "int32",  # offices that led it, one after the other
        "loops": "int32",  # times it came back to an office that had led it before
        "objections": "int32",
        "rulings": "int32",
        "sustained": "int32",  # objections ruled right
        "supporting": "int32",  # offices beside the lead
        "dispatched_at": "timestamp('UTC')",
        "acknowledged_at": "timestamp('UTC')",
        "contacted_at": "timestamp('UTC')",  # first contact as the office recorded it
        "site_checks": "int32",
        "extensions": "int32",
        "parks": "int32",
        "parked_at": "timestamp('UTC')",  # of the wait that lasts now
        "parked_until": "date",
        "reparked": "int32",  # waits begun again after one ended
        "escalations": "int32",
        "staff_steps": "int32",  # events written by offices, the desk and reviewers: the work it cost
        "answers": "int32",
        "first_answered_at": "timestamp('UTC')",
        "answered_at": "timestamp('UTC')",  # the newest
        "waited_seconds": "int64",  # waited for the resident alone before the newest answer
        "claim": "string",  # of the newest answer
        "promise_due": "date",
        "decline_reason": "string",
        "decline_overturned": "boolean",  # a reviewer sent a declined matter back, or called it settled
        "asked": "boolean",  # its owner was asked for the result
        "verdict": "string",  # solved, partly, not_solved, cannot_say, ""
        "verdict_by": "string",  # resident, callback, reviewer, ""
        "verdict_at": "timestamp('UTC')",
        "outcome": "string",
        "rested_at": "timestamp('UTC')",
        "disputes": "int32",
        "reviews": "int32",
        "reopened": "int32",
        "followers": "int32",  # people who joined this matter
        "follows": "boolean",  # follows another matter
        "issue": "string",  # recurring issue it belongs to, "" when none
        "reveals": "int32",
        "idle_reveals": "int32",  # looks at the contact without a step of work within 24 hours
        "erased": "boolean",
    },
    ("case_id",),
    "received_at",
)

ANSWERS = Table(
    "answers",
    {
        "case_id": "string",
        "number": "int32",  # 1 for the first answer of the case
        "received_at": "timestamp('UTC')",  # of the case
        "lead": "string",
        "category": "string",
        "urgency": "string",
        "area": "string",
        "channel": "string",
        "at": "timestamp('UTC')",
        "started_at": "timestamp('UTC')",  # when the clock of this round began
        "due_at": "timestamp('UTC')",  # null: no clock ran (imported, answered at intake)
        "at_intake": "boolean",
        "shared": "boolean",  # reached this case through the matter it follows
        "claim": "string",
        "promise_due": "date",
        "site_checked": "boolean",  # the round has a site check
        "evidence": "boolean",  # the resident, a caller or a reviewer confirmed it
        "template": "string",  # group of near-identical replies it belongs to; "" when it stands alone
        "hollow": "boolean",  # the reply check found forwarding, thanks or waiting and nothing else
        "promise_only": "boolean",
        "other_matter": "boolean",
        "verdict": "string",
        "verdict_by": "string",
        "verdict_at": "timestamp('UTC')",
        "returned_at": "timestamp('UTC')",  # disputed, reopened or reviewed back
    },
    ("case_id", "number"),
    "received_at",
)

EVENTS = Table(
    "events",
    {
        "case_id": "string",
        "seq": "int32",
        "kind": "string",
        "at": "timestamp('UTC')",
        "role": "string",
        "office": "string",  # office of whoever acted
        "lead": "string",  # lead after the event
        "code": "string",  # reason, claim, value, outcome, ruling, disposition or purpose, as the kind has one
        "by": "string",  # of verdicts: resident, callback, reviewer
        "pressed": "boolean",
    },
    ("case_id", "seq"),
    "at",
)

CALLBACKS = Table(
    "callbacks",
    {
        "period": "string",  # 2026-10
        "period_start": "timestamp('UTC')",  # its first day, 00:00 UTC wherever the body is
        "case_id": "string",
        "answer": "int32",  # number of the answer that is asked about
        "lead": "string",  # stratum
        "category": "string",
        "urgency": "string",
        "area": "string",
        "stratum_size": "int32",
        "drawn": "int32",  # of the stratum
        "attempts": "int32",
        "disposition": "string",  # final: answered, refused, no_contact, wrong_number, opted_out, not_asked
        "asked_at": "timestamp('UTC')",  # last attempt
        "result": "string",  # question 1: solved, partly, not_solved, cannot_say, ""
        "contacted": "string",  # question 2: yes, no, cannot_say, ""
        "contacted_days": "int32",  # days from dispatch to the contact as remembered
        "voice": "int32",  # questions 3 to 6, 1 to 5
        "respect": "int32",
        "explained": "int32",
        "equal": "int32",
        "pressed": "string",  # question 7: yes, no, rather_not, ""
        "again": "string",  # question 8: yes, no, cannot_say, ""
    },
    ("period", "case_id"),
    "period_start",
)

OFFICES = Table(
    "offices",
    {
        "office": "string",
        "parent": "string",
        "level": "int32",
        "kind": "string",
        "area": "string",
        "name_zh": "string",
        "name_en": "string",
        "active": "boolean",
        "merged_into": "string",  # an office that took over its matters
    },
    ("office",),
    "",
)

AREAS = Table(
    "areas",
    {"area": "string", "parent": "string", "level": "int32", "name_zh": "string", "name_en": "string"},
    ("area",),
    "",
)

CATEGORIES = Table(
    "categories",
    {
        "category": "string",
        "scheme": "string",
        "parent": "string",
        "top": "string",
        "name_zh": "string",
        "name_en": "string",
    },
    ("category", "scheme"),
    "",
)

TABLES: tuple[Table, ...] = (CASES, ANSWERS, EVENTS, CALLBACKS, OFFICES, AREAS, CATEGORIES)


def table(name: str) -> Table:
    """The table of that name; KeyError for an unknown one."""
    return {t.name: t for t in TABLES}[name]
