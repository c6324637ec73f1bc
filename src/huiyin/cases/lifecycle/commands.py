"""What can be asked of a case. A command is a wish; `decide` turns it into events or refuses it.

Fields that hold people's own words are listed in `WORDS`: they leave the command only as private event fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from huiyin.cases.lifecycle.state import Claim, Confidentiality, Verdict


@dataclass(frozen=True, slots=True)
class Command:
    """The base of every command; `name` is the row in the table of permissions."""

    @property
    def name(self) -> str:
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class Receive(Command):
    """A matter comes in. `channel`: web, phone, counter, letter, visit, import, api."""

    channel: str
    text: str
    kind: str = "help"
    category: str = ""
    urgency: str = "normal"
    confidentiality: Confidentiality = Confidentiality.OPEN
    area: str = ""
    place: str = ""
    point: str = ""  # "lat,lon" as the resident gave it
    contact: str = ""  # JSON text, see cases.contact
    subject: str = ""
    flags: tuple[str, ...] = ()
    imported: bool = False


@dataclass(frozen=True, slots=True)
class AnswerAtIntake(Command):
    """The operator answers at once from what is known; the resident still has the verdict."""

    text: str


@dataclass(frozen=True, slots=True)
class Classify(Command):
    category: str
    kind: str = ""
    urgency: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Publish(Command):
    """Staff write a public title and summary free of personal detail. Only open cases can be listed."""

    title: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Unpublish(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dispatch(Command):
    lead: str
    support: tuple[str, ...] = ()
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledge(Command):
    pass


@dataclass(frozen=True, slots=True)
class FirstContact(Command):
    """The office spoke with the resident. `how`: phone, message, visit, could_not_reach."""

    how: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Note(Command):
    """A working note. `visible`: "office" (staff involved) or "resident" (shown on the resident's page)."""

    text: str
    visible: str = "office"


@dataclass(frozen=True, slots=True)
class SiteCheck(Command):
    """Somebody went and looked. `found`: as_described, not_found, no_access, already_done."""

    found: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Object(Command):
    """ "Not ours": a reason code, words, and whose it is instead."""

    reason_code: str
    reason: str
    suggested: str = ""


@dataclass(frozen=True, slots=True)
class RuleOnObjection(Command):
    sustained: bool
    reason: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class AddSupport(Command):
    office: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoveSupport(Command):
    office: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Extend(Command):
    """More time, once a round, asked before the deadline, with a reason the resident is told."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Park(Command):
    """Nothing can be done before `until`. `reason_code`: season, third_party, court, procedure, budget, other."""

    reason_code: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Resume(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskResident(Command):
    question: str


@dataclass(frozen=True, slots=True)
class ReplyOfResident(Command):
    text: str


@dataclass(frozen=True, slots=True)
class Message(Command):
    """A message through the relay; the direction follows from who sends it."""

    text: str


@dataclass(frozen=True, slots=True)
class Attach(Command):
    """A file was added (already re-encoded and stored). `file` is its id, `digest` the SHA-256 of the stored bytes."""

    file: str
    digest: str
    visible: str = "office"


@dataclass(frozen=True, slots=True)
class Answer(Command):
    claim: Claim
    text: str
    promise_due: date | None = None
    route: str = ""


@dataclass(frozen=True, slots=True)
class AnswerOnRecord(Command):
    """An answer found in imported history: who gave it and what was claimed. How it got there is not known and is not
    made up: no dispatch and no acknowledgement are recorded."""

    lead: str
    claim: Claim
    text: str
    promise_due: date | None = None


@dataclass(frozen=True, slots=True)
class Decline(Command):
    """Not taken on: a reason code, words, and the lawful route the person can take instead."""

    reason_code: str
    reason: str
    route: str


@dataclass(frozen=True, slots=True)
class GiveVerdict(Command):
    value: Verdict
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Dispute(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskReview(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Review(Command):
    """The independent reviewer decides, with a reason that is published. `ruling`: redo, settled, cannot_be_settled."""

    ruling: str
    reason: str


@dataclass(frozen=True, slots=True)
class Callback(Command):
    """One attempt of an independent caller. `disposition` (AAPOR-like): answered, refused, no_contact, wrong_number,
    opted_out. `verdict` only when answered; `pressed` when the person says somebody leaned on them."""

    disposition: str
    verdict: Verdict | None = None
    pressed: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Remind(Command):
    pass


@dataclass(frozen=True, slots=True)
class RestOnSilence(Command):
    pass


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Merge(Command):
    """This case is about the same matter as `into` (a case id)."""

    into: str


@dataclass(frozen=True, slots=True)
class GainSupporter(Command):
    """The other side of a merge: the matter now has one more person behind it."""

    case: str


@dataclass(frozen=True, slots=True)
class LoseSupporter(Command):
    """Somebody who followed the matter goes on alone or withdrew."""

    case: str


@dataclass(frozen=True, slots=True)
class Unmerge(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShareAnswer(Command):
    """The matter this case follows was answered; the claim reaches this resident too, who has an own verdict."""

    claim: Claim
    text: str
    lead: str
    promise_due: date | None = None
    route: str = ""


@dataclass(frozen=True, slots=True)
class Reopen(Command):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockRanOut(Command):
    purpose: str


@dataclass(frozen=True, slots=True)
class RevealContact(Command):
    """Look at the contact. `purpose`: arrange_visit, ask_detail, urgent_danger, return_property, callback or
    other."""

    purpose: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class SetConfidentiality(Command):
    level: Confidentiality


@dataclass(frozen=True, slots=True)
class Erase(Command):
    """Destroy words and contact. No `labels` = everything. `ground`: resident_asked, purpose_met, unlawful, court."""

    ground: str
    labels: tuple[str, ...] = ()
