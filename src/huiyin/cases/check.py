"""Is what is stored exactly what the events say? Rows, support links, listings, the vault; and the words themselves
against what the ledger committed to.

Everything streams in pages, so memory stays flat however many cases there are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.base.envelope import CannotOpen
from huiyin.cases import projection, vault
from huiyin.cases.lifecycle import CaseState, Event, evolve
from huiyin.cases.models import Attachment, Case, CaseSupport, PublicMatter, VaultItem, VaultKey
from huiyin.ledger import audit, commitments
from huiyin.ledger.models import Entry

PAGE = 500
MOST_FINDINGS = 10_000

WORDS: dict[str, str | Promise] = {
    "row_differs": _("这件事现在的样子，和它的记录推出来的不一样。"),
    "cannot_replay": _("这件事的记录没法从头推出来。"),
    "no_entries": _("有这件事，却没有它的记录。"),
    "support_differs": _("配合单位的登记和记录不一样。"),
    "listing_differs": _("公开页上有没有这件事，和记录不一样。"),
    "words_missing": _("登记过的文字不见了，又没有删除记录。"),
    "words_unknown": _("保险箱里有一项记录里没有的文字。"),
    "words_erased": _("已经记为删除的文字还在。"),
    "words_without_key": _("有文字，却没有打开它的钥匙。"),
    "identity_differs": _("编号或查询码和最初登记的不一样。"),
    "files_differ": _("照片和登记的不一样。"),
    "entry_without_case": _("有记录，却没有这件事。"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as its events say. `detail` names columns, offices or labels, never words of a person."""

    code: str
    case: str
    detail: str = ""

    @property
    def words(self) -> str:
        return str(WORDS[self.code])


@dataclass(slots=True)
class Report:
    cases: int = 0
    entries: int = 0
    items: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return self.found == 0

    def add(self, code: str, case: str, detail: str = "") -> None:
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, case, detail))


def check(progress: Callable[[int], None] = lambda done: None) -> Report:
    """Replay every case and compare. `progress` is told how many cases were looked at."""
    report = Report()
    last: UUID | None = None
    while True:
        page = Case.objects.order_by("pk")
        if last is not None:
            page = page.filter(pk__gt=last)
        cases = list(page[:PAGE])
        if not cases:
            break
        last = cases[-1].pk
        _page(report, cases)
        progress(report.cases)
    _entries_without_case(report)
    return report


def _page(report: Report, cases: list[Case]) -> None:
    ids = [case.pk for case in cases]
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(stream__in=ids).order_by("stream", "seq"):
        entries[entry.stream].append(entry)
    support: dict[UUID, set[str]] = defaultdict(set)
    for case_id, office in CaseSupport.objects.filter(case__in=ids).values_list("case_id", "office_id"):
        support[case_id].add(office)
    listed = set(PublicMatter.objects.filter(case__in=ids).values_list("case_id", flat=True))
    items: dict[UUID, set[tuple[int, str]]] = defaultdict(set)
    for case_id, seq, label in VaultItem.objects.filter(case__in=ids).values_list("case_id", "seq", "label"):
        items[case_id].add((seq, label))
    keyed = set(VaultKey.objects.filter(case__in=ids).values_list("case_id", flat=True))
    files: dict[UUID, set[str]] = defaultdict(set)
    for case_id, file in Attachment.objects.filter(case__in=ids).values_list("case_id", "pk"):
        files[case_id].add(str(file))
    for case in cases:
        mine = entries[case.pk]
        report.cases += 1
        report.entries += len(mine)
        report.items += len(items[case.pk])
        if not mine:
            report.add("no_entries", case.number)
            continue
        state = _replayed(report, case, mine)
        if state is not None:
            _row(report, case, state, support[case.pk], case.pk in listed)
        _identity(report, case, mine[0])
        _vault(report, case, mine, items[case.pk], case.pk in keyed)
        _files(report, case, mine, files[case.pk])


def _replayed(report: Report, case: Case, entries: list[Entry]) -> CaseState | None:
    state = CaseState()
    for entry in entries:
        try:
            state = evolve(state, Event(entry.kind, entry.body), entry.at)
        except (KeyError, ValueError, TypeError) as error:
            report.add("cannot_replay", case.number, f"{entry.seq} {entry.kind}: {type(error).__name__}")
            return None
    return state


def _row(report: Report, case: Case, state: CaseState, support: set[str], listed: bool) -> None:
    differing = projection.differences(case, state)
    if differing:
        report.add("row_differs", case.number, ", ".join(sorted(differing)))
    if support != set(state.support):
        report.add("support_differs", case.number, ", ".join(sorted(support ^ set(state.support))))
    if listed != (state.published and not state.erased):
        report.add("listing_differs", case.number)


def _identity(report: Report, case: Case, first: Entry) -> None:
    """The number and the claim code's hash stand in the first event too; imported cases have no code."""
    said = {name: first.body[name] for name in ("number", "claim") if name in first.body}
    stored = {"number": case.number, "claim": bytes(case.claim_hash).hex()}
    if any(stored[name] != value for name, value in said.items()):
        report.add("identity_differs", case.number)


def _files(report: Report, case: Case, entries: list[Entry], files: set[str]) -> None:
    """Every file of the case was recorded, and every recorded file is there unless everything was erased."""
    recorded = {entry.body["file"] for entry in entries if entry.kind == "attached"}
    if any(entry.kind == "erased" and not entry.body.get("labels") for entry in entries):
        recorded = set()  # an erased case takes no more files
    if files != recorded:
        report.add("files_differ", case.number, ", ".join(sorted(files ^ recorded)))


def promised(entry: Entry) -> set[str]:
    """The labels of the private fields this event committed to."""
    return set(json.loads(entry.leaf)["c"]) - commitments.RESERVED


def _erased(entries: Iterable[Entry]) -> set[tuple[int, str]]:
    """(seq, label) of every private field that an `erased` event of this case destroyed."""
    gone: set[tuple[int, str]] = set()
    known: list[tuple[int, str]] = []
    for entry in entries:
        if entry.kind == "erased":
            labels = set(entry.body.get("labels", ()))
            gone.update(place for place in known if not labels or place[1] in labels)
        known.extend((entry.seq, label) for label in promised(entry))
    return gone


def _vault(report: Report, case: Case, entries: list[Entry], items: set[tuple[int, str]], keyed: bool) -> None:
    known = {(entry.seq, label) for entry in entries for label in promised(entry)}
    gone = _erased(entries)
    kept = {place for place in items if place[0] > 0}  # 0 holds the salt of the case's public tag
    for code, places in (
        ("words_missing", known - gone - kept),
        ("words_unknown", kept - known),
        ("words_erased", kept & gone),
    ):
        if places:
            report.add(code, case.number, ", ".join(f"{seq}/{label}" for seq, label in sorted(places)))
    if items and not keyed:
        report.add("words_without_key", case.number)


def _entries_without_case(report: Report) -> None:
    """Streams that begin with `received` but have no case. The log's own events are no case's."""
    lost = Entry.objects.filter(kind="received").exclude(Exists(Case.objects.filter(pk=OuterRef("stream"))))
    for stream in lost.values_list("stream", flat=True).iterator(chunk_size=2_000):
        report.add("entry_without_case", str(stream))


# --- the words against the ledger ----------------------------------------------------------------


def openings() -> Iterator[audit.OpeningRow]:
    """Every private field still kept: (entry id, label, value, salt) in the order of entry ids.

    A field that is there but cannot be opened is left out; the audit then finds it missing.
    """
    after = 0
    while True:
        entries = list(Entry.objects.filter(pk__gt=after).order_by("pk").only("pk", "stream", "seq")[:PAGE])
        if not entries:
            return
        after = entries[-1].pk
        streams = {entry.stream for entry in entries}
        keys = {row.case_id: row for row in VaultKey.objects.filter(case_id__in=streams)}
        wanted = {(entry.stream, entry.seq) for entry in entries}
        kept: dict[tuple[UUID, int], list[VaultItem]] = defaultdict(list)
        for item in VaultItem.objects.filter(case_id__in=streams, seq__gt=0).order_by("label"):
            if (item.case_id, item.seq) in wanted:
                kept[item.case_id, item.seq].append(item)
        deks: dict[UUID, bytes | None] = {}
        for entry in entries:
            for item in kept.get((entry.stream, entry.seq), ()):
                opened = _opened(item, keys.get(item.case_id), deks)
                if opened is not None:
                    yield entry.pk, item.label, opened.value.encode(), opened.salt


def _opened(item: VaultItem, key: VaultKey | None, deks: dict[UUID, bytes | None]) -> vault.Opening | None:
    try:
        if item.case_id not in deks:
            deks[item.case_id] = None
            if key is not None:
                deks[item.case_id] = vault.dek_of(key)
        dek = deks[item.case_id]
        return None if dek is None else vault.open_item(dek, item)
    except CannotOpen:
        return None


def erased_fields() -> set[tuple[UUID, str]]:
    """(stream, "seq/label") of every field destroyed by an erasure, as `ledger.audit.verify` asks for it."""
    streams = Entry.objects.filter(kind="erased").values_list("stream", flat=True).distinct()
    found: set[tuple[UUID, str]] = set()
    for stream in list(streams):
        gone = _erased(Entry.objects.filter(stream=stream).order_by("seq"))
        found.update((stream, f"{seq}/{label}") for seq, label in gone)
    return found


def verify(now: datetime, progress: Callable[[int], None] = lambda done: None) -> audit.Report:
    """The audit of the whole log, and every kept word against what the log committed to when it was said."""
    return audit.verify(now, openings=openings(), erased=erased_fields(), progress=progress)


def facts_of(case: Case) -> dict[str, Any]:
    """A case without its words: what `huiyin cases show` prints."""
    state = projection.state_of(case)
    rows = Entry.objects.filter(stream=case.pk).order_by("seq")
    return {
        "number": case.number,
        "phase": str(state.phase),
        "received_at": state.received_at.isoformat() if state.received_at else None,
        "category": state.category,
        "area": state.area,
        "lead": state.lead,
        "support": list(state.support),
        "claim": str(state.claim),
        "verdict": str(state.verdict),
        "outcome": str(state.outcome),
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "due_purpose": case.due_purpose,
        "flags": list(state.flags),
        "imported": state.imported,
        "erased": state.erased,
        "events": [
            {"seq": e.seq, "kind": e.kind, "at": e.at.isoformat(), "role": e.actor["role"],
             "happened_at": e.body.get("at"), "private": sorted(promised(e)), "idx": e.idx}
            for e in rows
        ],
    }  # fmt: skip
