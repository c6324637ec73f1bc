"""The life of a period: announced before it begins, drawn after its closing checkpoint, closed when the calls are over.

Each step is one transaction that leaves one event in the public log; doing it again changes nothing. Nothing of a step
is kept outside the database, so a process killed in the middle has done nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.cases import vault
from huiyin.cases.contact import Contact
from huiyin.cases.models import Case
from huiyin.ledger import streams
from huiyin.ledger.models import Checkpoint, Entry
from huiyin.organisation import store
from huiyin.outcomes import drawing, publication
from huiyin.outcomes.models import Drawn, Period

#: The stream of this room's events, and the tag under which everybody finds them in the log.
OWN = "callbacks"
#: An announcement must be sealed before its month begins; the log is sealed every second.
AHEAD = timedelta(minutes=10)
_PAGE = 500


def _once_more(work: Callable[[], Period]) -> Period:
    """Write; when the worker and somebody at the command line did a step at the same moment, look again."""
    try:
        return write(work)
    except IntegrityError:
        return write(work)


def rule_of(row: Period) -> drawing.Rule:
    return drawing.Rule(**row.rule)


def announce(key: str, rule: drawing.Rule, at: datetime, actor: Mapping[str, Any]) -> Period:
    """Publish rule and commitment for a month that has not begun. The same rule again changes nothing.

    Refuses: bad_period, period_has_begun, announced_otherwise.
    """
    try:
        month = drawing.period(key, store.current().tz)
    except ValueError as error:
        raise Refusal("bad_period", period=key) from error

    def work() -> Period:
        known = Period.objects.filter(key=key).first()
        if known is not None:
            if known.rule != rule.as_json():
                raise Refusal("announced_otherwise", period=key)
            return known
        if at > month.start - AHEAD:
            raise Refusal("period_has_begun", period=key)
        secret = os.urandom(32)
        row = Period(key=key, start=month.start, end=month.end, rule=rule.as_json(), announced_at=at, secret=secret)
        row.save()
        facts = {
            "method": drawing.METHOD,
            "period": key,
            "start": drawing.stamp(month.start),
            "end": drawing.stamp(month.end),
            "rule": rule.as_json(),
            "secret": drawing.commitment(secret),
        }
        streams.append(OWN, drawing.ANNOUNCED, at, actor, facts)
        return row

    return _once_more(work)


def _point(row: Checkpoint) -> drawing.Point:
    return drawing.Point(row.size, bytes(row.root), row.at, row.note)


def checkpoint_after(moment: datetime) -> drawing.Point | None:
    """The first checkpoint signed at `moment` or later."""
    row = Checkpoint.objects.filter(at__gte=moment).order_by("at", "size").first()
    return _point(row) if row else None


def leaves_between(first: int, last: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """(place, leaf) of the kinds a frame is made of, from place `first` up to but without `last`."""
    rows = Entry.objects.filter(idx__gte=first, idx__lt=last, kind__in=drawing.KINDS).order_by("idx")
    for place, leaf in rows.values_list("idx", "leaf").iterator(chunk_size=2_000):
        yield int(place or 0), json.loads(leaf)


def draw(key: str, at: datetime, actor: Mapping[str, Any], beacon: str = "") -> Period:
    """Draw the sample of a month and put the seal of it into the log. Drawn already: nothing changes.

    Refuses: not_announced, no_closing_checkpoint (the month is not over, or nothing was sealed since), beacon_needed,
    beacon_not_announced, announced_too_late (nothing was sealed between the announcement and the month).
    """
    return _once_more(lambda: _draw(key, at, actor, beacon.strip()))


def _draw(key: str, at: datetime, actor: Mapping[str, Any], beacon: str) -> Period:
    row = Period.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise Refusal("not_announced", period=key)
    if row.drawn_at is not None:
        return row
    rule = rule_of(row)
    closing = checkpoint_after(row.end) if at >= row.end else None
    if closing is None:
        raise Refusal("no_closing_checkpoint", period=key)
    if rule.beacon and not beacon:
        raise Refusal("beacon_needed", beacon=rule.beacon)
    if beacon and not rule.beacon:
        raise Refusal("beacon_not_announced", period=key)
    opening = checkpoint_after(row.start) or closing
    told = Entry.objects.filter(stream=streams.stream_of(OWN), kind=drawing.ANNOUNCED, idx__lt=opening.size)
    if not any(entry.body["period"] == key for entry in told):
        raise Refusal("announced_too_late", period=key)
    found = drawing.frame(leaves_between(opening.size, closing.size))
    secret = bytes(row.secret)
    sample = drawing.draw(rule, found.strata, drawing.seed(secret, closing, beacon))
    for stratum, tags in sample.items():
        _keep(row, stratum, tags, found.places)
    row.drawn_at, row.opening, row.closing = at, opening.as_json(), closing.as_json()
    row.note, row.beacon, row.excluded = closing.note, beacon, dict(found.excluded)
    row.strata = {office: {"size": len(tags), "drawn": len(sample[office])} for office, tags in found.strata.items()}
    row.save()
    facts = {
        "period": key,
        "opening": row.opening,
        "closing": row.closing,
        "beacon": beacon,
        "frame": found.size,
        "excluded": row.excluded,
        "drawn": sum(len(tags) for tags in sample.values()),
        "sealed": drawing.sealed(secret, sample),
    }
    streams.append(OWN, drawing.DRAWN, at, actor, facts)
    return row


def _keep(row: Period, stratum: str, tags: tuple[str, ...], places: Mapping[str, int]) -> None:
    """The rows of one stratum. Whoever asked not to be called again is not called; nobody is drawn in their place."""
    for start in range(0, len(tags), _PAGE):
        part = tags[start : start + _PAGE]
        streams_of = dict(Entry.objects.filter(idx__in=[places[tag] for tag in part]).values_list("idx", "stream"))
        ids = list(streams_of.values())
        cases = Case.objects.in_bulk(ids)
        answers: dict[Any, int] = {}
        for stream, idx in Entry.objects.filter(stream__in=ids, kind="answered").values_list("stream", "idx"):
            newest = places[cases[stream].tag]
            answers[stream] = answers.get(stream, 0) + (idx is not None and idx <= newest)
        calls = Entry.objects.filter(stream__in=ids, kind="called_back").values_list("stream", "body")
        out = {stream for stream, body in calls if body.get("disposition") == "opted_out"}
        out |= set(Drawn.objects.filter(case__in=ids, disposition="opted_out").values_list("case_id", flat=True))
        contacts = vault.first_words(ids, ("contact",))
        rows = []
        for place, tag in enumerate(part, start):
            case = cases[streams_of[places[tag]]]
            contact = Contact.from_json(contacts.get(case.pk, {}).get("contact", ""))
            rows.append(
                Drawn(
                    period=row, case=case, tag=tag, answer=answers[case.pk], stratum=stratum, place=place,
                    category=case.category_id or "", urgency=case.urgency, area=case.area_id or "",
                    by_phone=bool(contact.phone), disposition="opted_out" if case.pk in out else "",
                )
            )  # fmt: skip
        Drawn.objects.bulk_create(rows)


def due_to_close(row: Period, at: datetime) -> bool:
    """Whether the calls of a drawn period are over: their time has passed, or everybody has been asked."""
    if row.drawn_at is None or row.closed_at is not None:
        return False
    return at >= row.drawn_at + timedelta(days=rule_of(row).days) or not row.drawn.filter(disposition="").exists()


def close(key: str, at: datetime, actor: Mapping[str, Any]) -> Period:
    """End the calls of a month: publish who was drawn, the secret, and what callers heard. Closed: nothing changes.

    Refuses: not_announced, not_drawn, calls_go_on.
    """
    return _once_more(lambda: _close(key, at, actor))


def _close(key: str, at: datetime, actor: Mapping[str, Any]) -> Period:
    row = Period.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise Refusal("not_announced", period=key)
    if row.closed_at is not None:
        return row
    if row.drawn_at is None:
        raise Refusal("not_drawn", period=key)
    if not due_to_close(row, at):
        raise Refusal("calls_go_on", period=key)
    row.drawn.filter(disposition="", attempts=0).update(disposition="not_asked")
    row.drawn.filter(disposition="").update(disposition="no_contact")
    row.drawn.update(taken_by="", taken_until=None)
    frame = drawing.frame(leaves_between(row.opening["size"], row.closing["size"]))
    row.file, digest = publication.build(row, frame)
    row.results = publication.results(row)
    row.closed_at = at
    row.save()
    facts = {"period": key, "secret": bytes(row.secret).hex(), "file": digest}
    streams.append(OWN, drawing.CLOSED, at, actor, facts)
    return row


def go_on(at: datetime, actor: Mapping[str, Any]) -> None:
    """What is due by itself: announce the coming month under the newest rule, draw, close. Nothing before the first
    announcement, which somebody makes on purpose."""
    newest = Period.objects.order_by("-key").first()
    if newest is None:
        return
    tz = store.current().tz
    coming = drawing.month_after(drawing.month_of(at, tz))
    if newest.key < coming:
        announce(coming, rule_of(newest), at, actor)
    for row in Period.objects.filter(drawn_at=None, end__lte=at).order_by("key"):
        if not rule_of(row).beacon and checkpoint_after(row.end) is not None:
            try:
                draw(row.key, at, actor)
            except Refusal as refusal:  # this month cannot be drawn any more; the others can
                if refusal.code != "announced_too_late":
                    raise
    for row in Period.objects.filter(drawn_at__isnull=False, closed_at=None).order_by("key"):
        if due_to_close(row, at):
            close(row.key, at, actor)
