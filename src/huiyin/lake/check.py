"""Is the lake what the database says? Files first, then counts month by month, then some cases replayed field by
field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from huiyin.cases.models import Case
from huiyin.figures.lakefiles import Lake, LakeError
from huiyin.figures.lakewriting import locked, sweep
from huiyin.lake import reading, sync
from huiyin.ledger.models import Entry

#: Cases replayed and compared, drawn by a seed.
SAMPLE = 200
#: Findings told one by one; the rest is only counted.
TOLD = 200

WORDS = {
    "cases_differ": "{month}: the database has {database} cases received in this month, the lake {lake}.",
    "answers_differ": "{month}: the cases in the lake have {counted} answers in all, the table of answers {lake} rows.",
    "events_differ": "The database has {database} events up to where the lake has read, the lake {lake}.",
    "sums_differ": "{month}: the sum of {what} is {database} in the database and {lake} in the lake.",
    "row_differs": "Case {case}: {columns} are not what its events say.",
    "row_missing": "Case {case} has no rows in {table}.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `damage` says that the lake must be made anew; otherwise it can be tidied."""

    code: str
    words: str
    damage: bool = True


@dataclass(slots=True)
class Report:
    """What was looked at and found. `behind`: events the lake has not read yet, which is no fault."""

    version: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    behind: int = 0
    sampled: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    #: What `--repair` did: "", "tidied", "rebuilt".
    repaired: str = ""

    @property
    def clean(self) -> bool:
        return self.found == 0

    @property
    def damaged(self) -> bool:
        return any(finding.damage for finding in self.findings)

    def add(self, finding: Finding) -> None:
        self.found += 1
        if len(self.findings) < TOLD:
            self.findings.append(finding)

    def fault(self, code: str, **facts: object) -> None:
        self.add(Finding(code, WORDS[code].format(**facts)))


def check(
    now: datetime, *, repair: bool = False, seed: int = 0, progress: Callable[[str], None] = lambda step: None,
    folder: Path | None = None,
) -> Report:  # fmt: skip
    """Compare the lake with its manifest and with the database. `repair`: sweep away what a stopped writer left, and
    make the lake anew when something is damaged. Raises LakeError for a lake from the future: nothing is touched.
    """
    where = folder or reading.folder()
    report = _look(where, seed, progress)
    if not repair or report.clean:
        return report
    if report.damaged:
        sync.rebuild(now, folder=where)
        done = "rebuilt"
    else:
        with locked(where):
            sweep(where, Lake.open(where).manifest)
        done = "tidied"
    report = _look(where, seed, progress)
    report.repaired = done
    return report


def _look(folder: Path, seed: int, progress: Callable[[str], None]) -> Report:
    report = Report()
    try:
        lake = Lake.open(folder)
    except LakeError as error:
        if error.code == "from_the_future":
            raise
        report.add(Finding(error.code, str(error)))
        return report
    report.version = lake.manifest.version
    report.rows = {name: lake.manifest.rows(name) for name in sorted(lake.manifest.tables)}
    report.files = sum(len(lake.manifest.parts(name)) for name in lake.manifest.tables)
    progress("files")
    for problem in lake.problems():
        report.add(Finding(problem.code, str(problem), damage=problem.code not in ("left_over", "stranger")))
    if report.damaged or lake.manifest.origin != "database":
        return report  # what cannot be read cannot be compared, and a simulated lake has no database
    reading.discover()
    horizon = reading.Horizon.of(lake.manifest.cursor)
    report.behind = sum(1 for _ in reading.Horizon.now().beyond(horizon))
    progress("counts")
    _counts(report, lake, horizon)
    progress("sample")
    _sample(report, lake, horizon, seed)
    return report


def _counts(report: Report, lake: Lake, horizon: reading.Horizon) -> None:
    events = _covered(Entry.objects.all(), horizon).filter(stream__in=Case.objects.values("pk")).count()
    if events != lake.manifest.rows("events"):
        report.fault("events_differ", database=events, lake=lake.manifest.rows("events"))
    months = set(lake.manifest.months("cases"))
    stored: dict[str, tuple[int, int]] = {}
    query = Case.objects.annotate(month=TruncMonth("received_at", tzinfo=UTC)).values("month").order_by("month")
    if report.behind:
        # Rows move on while the lake waits: only how many there are can be told, and only of months it has in full.
        known = Case.objects.filter(pk__in=_covered(Entry.objects.filter(kind="received"), horizon).values("stream"))
        query = known.annotate(month=TruncMonth("received_at", tzinfo=UTC)).values("month").order_by("month")
    for row in query.annotate(n=Count("pk"), seqs=Sum("seq")):
        stored[f"{row['month']:%Y-%m}"] = (row["n"], row["seqs"] or 0)
    for month in sorted(months | set(stored)):
        mine = lake.read("cases", [month], ["answers", "case_id"])
        if stored.get(month, (0, 0))[0] != mine.num_rows:
            report.fault("cases_differ", month=month, database=stored.get(month, (0, 0))[0], lake=mine.num_rows)
        counted = sum(mine.column("answers").to_pylist())
        answers = sum(part.rows for part in lake.manifest.parts("answers", month))
        if counted != answers:
            report.fault("answers_differ", month=month, counted=counted, lake=answers)
    if not report.behind:
        total = sum(seqs for _, seqs in stored.values())
        if total != lake.manifest.rows("events"):
            report.fault("sums_differ", month="all", what="seq", database=total, lake=lake.manifest.rows("events"))


def _covered(entries: QuerySet[Entry], horizon: reading.Horizon) -> QuerySet[Entry]:
    return entries.filter(Q(idx__lte=horizon.idx) | Q(pk__in=sorted(horizon.waiting)))


def _drawn(horizon: reading.Horizon, seed: int) -> list[UUID]:
    """Some cases, spread over all keys: for each of SAMPLE points between the first key and the last, the next one."""
    first = Case.objects.order_by("pk").values_list("pk", flat=True).first()
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first()
    if first is None or last is None:
        return []
    if Case.objects.count() <= SAMPLE:
        return list(Case.objects.order_by("pk").values_list("pk", flat=True))
    random = Random(seed)
    found: set[UUID] = set()
    for _ in range(SAMPLE):
        at = UUID(int=random.randint(first.int, last.int))
        found.add(Case.objects.filter(pk__gte=at).order_by("pk").values_list("pk", flat=True)[:1].get())
    return sorted(found)


def _sample(report: Report, lake: Lake, horizon: reading.Horizon, seed: int) -> None:
    as_of = datetime.fromisoformat(lake.manifest.as_of.replace("Z", "+00:00"))
    schemes = reading.Schemes.read()
    expected: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for page in reading.pages(_drawn(horizon, seed)):
        for rows in reading.rows_for(page, as_of, schemes, horizon):
            expected[rows.case["case_id"]] = {"cases": [rows.case], "answers": rows.answers, "events": rows.events}
    report.sampled = len(expected)
    if not expected:
        return
    for table in ("cases", "answers", "events"):
        months = {f"{row[_TIME[table]]:%Y-%m}" for mine in expected.values() for row in mine[table]}
        found = _by_case(lake, table, sorted(months), set(expected))
        for case, wanted in expected.items():
            mine = sorted(found.get(case, []), key=lambda row: row[_ORDER[table]])
            if not mine and wanted[table]:
                report.fault("row_missing", case=case, table=table)
            elif len(mine) != len(wanted[table]):
                report.fault("row_differs", case=case, columns=table)
            else:
                pairs = zip(mine, wanted[table], strict=True)
                differing = {name for one, two in pairs for name in one if one[name] != two[name]}
                if differing:
                    report.fault("row_differs", case=case, columns=", ".join(sorted(differing)))


_TIME = {"cases": "received_at", "answers": "received_at", "events": "at"}
_ORDER = {"cases": "case_id", "answers": "number", "events": "seq"}


def _by_case(lake: Lake, table: str, months: list[str], wanted: set[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for rows in _filtered(lake, table, months, wanted):
        for row in rows:
            found.setdefault(row["case_id"], []).append(row)
    return found


def _filtered(lake: Lake, table: str, months: list[str], wanted: set[str]) -> Iterator[list[dict[str, Any]]]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    keys = pa.array(sorted(wanted), pa.string())
    for path in lake.paths(table, months):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=60_000):
                mine = batch.filter(pc.is_in(batch.column("case_id"), value_set=keys))
                if mine.num_rows:
                    yield mine.to_pylist()
