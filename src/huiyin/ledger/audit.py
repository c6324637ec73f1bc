"""The audit: everything about the log that can be computed again is computed again, in one pass of flat memory.

The offline `verifier` checks the same from the public archive alone; this one sees the database too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.ledger import canonical, commitments, events, files, keys, notes, queries, tree
from huiyin.ledger.models import Checkpoint, Entry

#: By how much an event's time may lie outside the times of the checkpoints around it (the verifier has the same).
MMD = timedelta(minutes=10)
_TAG = re.compile(r'"case":"([0-9a-f]{64})"')
#: Findings kept in the report; more are only counted.
MOST_FINDINGS = 10_000

WORDS = {
    "gap": gettext_lazy("日志里缺了这一条：编号不连续。"),
    "leaf_form": gettext_lazy("公开内容不是规范格式，或缺少应有的项目。"),
    "leaf_hash": gettext_lazy("公开内容和登记时的指纹对不上。"),
    "row_differs": gettext_lazy("数据库里这一行的类别、时间或序号，和公开内容写的不一样。"),
    "facts_differ": gettext_lazy("数据库里这一行的事实或经办人，和登记时承诺的不一样。"),
    "prev_cp": gettext_lazy("这一条引用的前一个检查点不存在，或当时还没有公布。"),
    "too_early": gettext_lazy("写明的时间早于它可能发生的时间：疑似倒填日期。"),
    "too_late": gettext_lazy("写明的时间晚于收录它的检查点：时钟不准或被改过。"),
    "checkpoint_signature": gettext_lazy("检查点的签名无效，或行里的数字和签名的内容不一样。"),
    "checkpoint_root": gettext_lazy("检查点的根值和重新计算的不一样：旧记录被改动、插入、调换或删除过。"),
    "checkpoint_order": gettext_lazy("检查点的时间倒退了。"),
    "checkpoint_beyond": gettext_lazy("检查点公布过的记录，数据库里已经没有了。"),
    "checkpoint_file": gettext_lazy("公开的检查点文件和数据库里最新的检查点不一样。"),
    "tile": gettext_lazy("公开的哈希文件缺失，或和重新计算的不一样。"),
    "bundle": gettext_lazy("公开的内容文件缺失，或和数据库里的不一样。"),
    "stream_gap": gettext_lazy("一件事的记录序号不连续。"),
    "stream_tag": gettext_lazy("同一件事的记录用了不同的公开编号：疑似被挪到别的事下。"),
    "opening_wrong": gettext_lazy("保存的内容和登记时承诺的不一样：被改动过。"),
    "opening_missing": gettext_lazy("登记时承诺过的内容不见了，又没有删除记录说明。"),
    "opening_erased": gettext_lazy("已经记为删除的内容又出现了，像是恢复了旧备份。"),
    "opening_unknown": gettext_lazy("保存了一项日志里从未登记过的内容。"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be. `idx` and `entry` say where; `words` say it in the reader's language."""

    code: str
    idx: int | None = None
    entry: int | None = None
    detail: str = ""

    @property
    def words(self) -> str:
        return str(WORDS[self.code])


@dataclass
class Report:
    """What an audit looked at and found. `clean` when there is nothing to say."""

    entries: int = 0
    checkpoints: int = 0
    openings: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return self.found == 0

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}

    def add(self, code: str, idx: int | None = None, entry: int | None = None, detail: str = "") -> None:
        self.found += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, idx, entry, detail))

    def summary(self) -> str:
        if self.clean:
            return _("核对了 %(entries)s 条记录和 %(checkpoints)s 个检查点，全部相符。") % vars(self)
        return _("核对了 %(entries)s 条记录和 %(checkpoints)s 个检查点，发现 %(found)s 处不符。") % vars(self)


#: (entry id, label, value, salt), in the order of entry ids.
OpeningRow = tuple[int, str, bytes, bytes]


def verify(
    now: datetime,
    *,
    openings: Iterable[OpeningRow] | None = None,
    erased: Collection[tuple[UUID, str]] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Audit the whole log: rows, places, roots, signatures, files, times, streams, and (when given) the openings.

    `openings` are the private fields that are still kept, ordered by entry id. A field that was committed to and has no
    opening is in order only when `erased` holds (stream, label) or (stream, "seq/label"); by default `erased` is what
    the log's own `erased` events name. `progress` is called with the number of entries seen so far.
    """
    report = Report()
    _Pass(report, now).run(progress)
    _streams(report)
    if openings is not None:
        _openings(report, openings, queries.erased_labels() if erased is None else erased)
    return report


class _Pass:
    """The pass in the order of the log."""

    def __init__(self, report: Report, now: datetime) -> None:
        self.report = report
        self.now = now
        self.trusted = keys.trusted()
        self.log = files.here()
        self.edge = tree.Edge()
        self.bundle: list[bytes] = []
        self.heads = self._checkpoints()
        self.before: notes.SignedHead | None = None
        self.after: notes.SignedHead | None = next(self.heads, None)
        self.known: dict[str, tuple[int, int]] = {}
        last = Checkpoint.objects.order_by("-size", "-at").first()
        #: Only what is published has files.
        self.published = last.size if last else 0
        if (last.note if last else None) != self.log.checkpoint():
            report.add("checkpoint_file")

    def run(self, progress: Callable[[int], None]) -> None:
        page: list[Entry] = []
        for entry in queries.iterate():
            page.append(entry)
            if len(page) == 2_000:
                self._page(page)
                progress(self.report.entries)
                page = []
        self._page(page)
        progress(self.report.entries)
        self._meet_checkpoints()
        if self.after is not None:
            self.report.add("checkpoint_beyond", idx=self.edge.size, detail=str(self.after.head.size))
            for _ in self.heads:
                pass

    def _checkpoints(self) -> Iterator[notes.SignedHead]:
        """The checkpoints in order, each verified."""
        time = 0
        for row in Checkpoint.objects.order_by("size", "at").iterator(chunk_size=1_000):
            self.report.checkpoints += 1
            try:
                signed = notes.open_head(row.note, self.trusted)
            except notes.NoteError as error:
                self.report.add("checkpoint_signature", detail=f"{row.size}: {error}")
                continue
            head = signed.head
            if (row.size, bytes(row.root), int(row.at.timestamp())) != (head.size, head.root, signed.time):
                self.report.add("checkpoint_signature", detail=f"{row.size}: row and note differ")
            if signed.time < time:
                self.report.add("checkpoint_order", detail=str(row.size))
            time = signed.time
            yield signed

    def _meet_checkpoints(self) -> None:
        """Compare every checkpoint of the present size with the root computed; move on to the first larger one."""
        while self.after is not None and self.after.head.size <= self.edge.size:
            if self.after.head.size == self.edge.size and self.after.head.root != self.edge.root():
                self.report.add("checkpoint_root", idx=self.edge.size, detail=str(self.after.head.size))
            self.before = self.after
            self.after = next(self.heads, None)

    def _page(self, page: list[Entry]) -> None:
        parsed = [_parse(entry.leaf) for entry in page]
        self._learn_roots({leaf["prev_cp"] for leaf in parsed if leaf is not None})
        for entry, leaf in zip(page, parsed, strict=True):
            idx = int(entry.idx or 0)
            if idx != self.edge.size:
                self.report.add("gap", self.edge.size, detail=f"{self.edge.size}–{idx - 1}")
                while self.edge.size < idx:  # go on with the published hashes, so that only the damage is reported
                    self._append(self._filed_hash(self.edge.size), None)
            self._meet_checkpoints()
            self.report.entries += 1
            data = entry.leaf.encode()
            digest = tree.leaf_hash(data)
            if digest != bytes(entry.leaf_hash):
                self.report.add("leaf_hash", idx, entry.id)
            if leaf is None:
                self.report.add("leaf_form", idx, entry.id)
            else:
                self._row(entry, leaf, idx)
                self._times(entry, leaf, idx)
            self._append(digest, data)

    def _row(self, entry: Entry, leaf: dict[str, Any], idx: int) -> None:
        """The row against its leaf: what is public literally, what is not through its commitments."""
        shown = (leaf["kind"], leaf["at"], leaf["seq"])
        if shown != (entry.kind, events.timestamp(entry.at), entry.seq):
            self.report.add("row_differs", idx, entry.id)
        try:
            facts = events.facts_commitments(bytes(entry.body_salt), actor=entry.actor, body=entry.body)
        except (canonical.CanonicalError, TypeError, ValueError):
            facts = {}
        if not facts or any(leaf["c"].get(label) != digest for label, digest in facts.items()):
            self.report.add("facts_differ", idx, entry.id)

    def _learn_roots(self, roots: set[str]) -> None:
        """Size and time of the first checkpoint of each root that this page of leaves refers to."""
        self.known = {tree.EMPTY_ROOT.hex(): (0, 0)}
        wanted = [bytes.fromhex(root) for root in roots if len(root) == 64]
        for row in Checkpoint.objects.filter(root__in=wanted).order_by("-size", "-at"):
            self.known[bytes(row.root).hex()] = (row.size, int(row.at.timestamp()))

    def _times(self, entry: Entry, leaf: dict[str, Any], idx: int) -> None:
        """The time rule: not before what the leaf knows of and what was published without it, not after what has it."""
        at = entry.at.timestamp()
        size, earliest = self.known.get(leaf["prev_cp"], (idx + 1, 0))
        if size > idx:
            self.report.add("prev_cp", idx, entry.id)
        if self.before is not None:
            earliest = max(earliest, self.before.time)
        latest = self.after.time if self.after is not None else self.now.timestamp()
        if at < earliest - MMD.total_seconds():
            self.report.add("too_early", idx, entry.id, detail=_stamp(earliest))
        if at > latest + MMD.total_seconds():
            self.report.add("too_late", idx, entry.id, detail=_stamp(latest))

    def _append(self, digest: bytes, data: bytes | None) -> None:
        for tile in self.edge.extend([digest]):
            self._tile(tile)
        if data is not None:
            self.bundle.append(data)
        if (
            self.edge.size == self.published
        ):  # the unfinished tiles are stored for this size; beyond it there are no files
            for tile in self.edge.partial_tiles():
                self._tile(tile)
        if self.edge.size % tree.TILE_WIDTH == 0 or self.edge.size == self.published:
            self._bundle_file(self.edge.size)
        if self.edge.size % tree.TILE_WIDTH == 0:
            self.bundle = []

    def _tile(self, tile: tree.Tile) -> None:
        """A stored tile against the computed one. A full tile of a size not yet published may not be there yet."""
        if (tile.index * tree.TILE_WIDTH + tile.width) << (8 * tile.level) > self.published:
            return
        try:
            stored = self.log.exact_hashes(tile.level, tile.index, tile.width)
        except FileNotFoundError:
            stored = b""
        if stored != tile.data:
            self.report.add("tile", detail=tile.path)

    def _bundle_file(self, end: int) -> None:
        """The stored bundle that ends before place `end` against the leaves just seen."""
        start = (end - 1) // tree.TILE_WIDTH * tree.TILE_WIDTH
        if end > self.published:
            return
        path = tree.tile_path("entries", start // tree.TILE_WIDTH, end - start)
        expected = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in self.bundle)
        try:
            stored = self.log.tile("entries", start // tree.TILE_WIDTH, end - start)
        except FileNotFoundError:
            stored = b""
        if stored != expected:
            self.report.add("bundle", detail=path)

    def _filed_hash(self, idx: int) -> bytes:
        index, place = divmod(idx, tree.TILE_WIDTH)
        width = tree.tile_width(0, index, max(self.published, idx + 1))
        try:
            data = self.log.hashes(0, index, width)[place * 32 : place * 32 + 32]
        except FileNotFoundError:
            data = b""
        return data if len(data) == tree.HASH_BYTES else bytes(tree.HASH_BYTES)


def _parse(text: str) -> dict[str, Any] | None:
    """The leaf, when it is canonical JSON of the form `events.prepare` writes."""
    try:
        leaf = canonical.decode(text)
    except canonical.CanonicalError:
        return None
    form = {"v": int, "kind": str, "at": str, "case": str, "seq": int, "n": str, "prev_cp": str, "c": dict, "pub": dict}
    if type(leaf) is not dict or {key: type(value) for key, value in leaf.items()} != form:
        return None
    if leaf["v"] != events.LEAF_VERSION or not all(c in "0123456789abcdef" for c in leaf["prev_cp"]):
        return None
    return leaf


def _stamp(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat()


def _streams(report: Report) -> None:
    """Every stream's numbers without gaps, and one tag for all its events. Events not yet numbered count too."""
    stream, seq, tag = None, 0, ""
    rows = Entry.objects.order_by("stream", "seq").values_list("id", "idx", "stream", "seq", "leaf")
    for entry, idx, row_stream, row_seq, leaf in rows.iterator(chunk_size=2_000):
        shown = _TAG.search(leaf)  # the form of the leaf was checked in the pass before
        row_tag = shown[1] if shown else ""
        if row_stream != stream:
            if row_seq > 1:  # streams begin with 0 or 1
                report.add("stream_gap", idx, entry, detail=str(row_seq))
            stream, tag = row_stream, row_tag
        else:
            if row_seq != seq + 1:
                report.add("stream_gap", idx, entry, detail=f"{seq}–{row_seq}")
            if row_tag != tag:
                report.add("stream_tag", idx, entry)
        seq = row_seq


def _openings(report: Report, openings: Iterable[OpeningRow], erased: Collection[tuple[UUID, str]]) -> None:
    """The private fields kept against the commitments made: a merge of two streams, both in the order of entry ids."""
    kept = iter(openings)
    current = next(kept, None)
    rows = Entry.objects.order_by("id").values_list("id", "idx", "stream", "seq", "leaf")
    for entry, idx, stream, seq, text in rows.iterator(chunk_size=2_000):
        leaf = _parse(text)
        promised = {k: v for k, v in (leaf["c"] if leaf else {}).items() if k not in commitments.RESERVED}
        while current is not None and current[0] < entry:
            report.add("opening_unknown", entry=current[0], detail=current[1])
            current = next(kept, None)
        present = set()
        while current is not None and current[0] == entry:
            _, label, value, salt = current
            present.add(label)
            report.openings += 1
            if label not in promised:
                report.add("opening_unknown", idx, entry, detail=label)
            elif not commitments.matches(promised[label], label, value, salt):
                report.add("opening_wrong", idx, entry, detail=label)
            current = next(kept, None)
        for label in promised:
            gone = (stream, label) in erased or (stream, f"{seq}/{label}") in erased
            if label not in present and not gone:
                report.add("opening_missing", idx, entry, detail=label)
            elif label in present and gone:
                report.add("opening_erased", idx, entry, detail=label)
    while current is not None:
        report.add("opening_unknown", entry=current[0], detail=current[1])
        current = next(kept, None)
