"""What `huiyin doctor` looks at. Every check answers ok, warn or fail with one sentence on what to do, in both
languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max

from huiyin.organisation import store
from huiyin.site.doctor_machine import machine_checks
from huiyin.worker import gateways
from huiyin.worker.models import Heartbeat, Periodic, Task

State = Literal["ok", "warn", "fail"]

#: Oldest PostgreSQL this product is tested with.
POSTGRES_VERSION = 15
CALENDAR_AHEAD = timedelta(days=60)
#: A worker beats every ten seconds.
WORKER_SILENT = timedelta(seconds=60)
TASK_LATE = timedelta(minutes=10)
#: A check-up that is due is made within minutes once the lake is there.
CHECKUP_LATE = timedelta(days=1)
#: The log's own promise: an event is under a checkpoint within ten minutes.
SEAL_LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Check:
    """One finding. `name` is stable for programs; `zh` and `en` are for people."""

    name: str
    state: State
    zh: str
    en: str

    def as_dict(self) -> dict[str, str]:
        return dict(asdict(self))


def examine(now: datetime) -> list[Check]:
    """All checks, in the order in which one would repair things. Never raises for something it is there to find."""
    checks = [Check(*facts) for facts in machine_checks(settings.CONFIG, now)]
    reachable = _database()
    checks.append(reachable)
    if reachable.state == "fail":
        return checks
    migrations = _migrations()
    checks.append(migrations)
    checks.extend(_engine(now))
    if migrations.state != "fail":
        stages: list[Callable[[datetime], Iterator[Check]]] = [_pack, _log, _worker, _tasks, _jobs, _checkup]
        for stage in stages:
            try:
                checks.extend(stage(now))
            except DatabaseError as error:
                checks.append(_unreadable(stage.__name__.strip("_"), error))
        checks.append(_cache())
    checks.append(_gateway())
    return checks


def _unreadable(name: str, error: Exception) -> Check:
    kind = type(error).__name__
    return Check(
        name, "fail", f"读数据库出错（{kind}）：运行 huiyin setup。", f"Reading failed ({kind}): run huiyin setup."
    )


def _value(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _database() -> Check:
    try:
        _value("SELECT 1")
    except DatabaseError as error:
        kind = type(error).__name__
        return Check(
            "database",
            "fail",
            f"数据库连不上（{kind}）：检查 HUIYIN_DATABASE 和数据库是否在运行。",
            f"The database does not answer ({kind}): check HUIYIN_DATABASE and that the server runs.",
        )
    engine = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return Check("database", "ok", f"{engine} 连得上。", f"{engine} answers.")


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    count = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if count:
        return Check(
            "migrations",
            "fail",
            f"数据库还差 {count} 步升级：运行 huiyin setup。",
            f"{count} migrations are missing: run huiyin setup.",
        )
    return Check("migrations", "ok", "数据库结构是最新的。", "The database is up to date.")


def _engine(now: datetime) -> Iterator[Check]:
    yield from _postgresql(now) if connection.vendor == "postgresql" else _sqlite()


def _sqlite() -> Iterator[Check]:
    version, mode = _value("SELECT sqlite_version()"), _value("PRAGMA journal_mode")
    level = _value("PRAGMA synchronous")
    # In WAL mode 2 (FULL) flushes at each commit; 1 (NORMAL) may lose the last ones when the power fails.
    if mode == "wal" and int(level) >= 2:
        yield Check(
            "durability", "ok", f"SQLite {version}，每次提交都落盘。", f"SQLite {version}; commits are flushed."
        )
    else:
        yield Check(
            "durability",
            "fail",
            f"SQLite 是 {mode}/{level} 模式，断电会丢事：把 HUIYIN_HOME 放到本机磁盘上。",
            f"SQLite runs in {mode}/{level}: matters may be lost. Put HUIYIN_HOME on a local disk.",
        )


def _postgresql(now: datetime) -> Iterator[Check]:
    version = int(_value("SHOW server_version_num")) // 10_000
    if version < POSTGRES_VERSION:
        yield Check(
            "version",
            "warn",
            f"PostgreSQL {version} 没有测试过：请用 {POSTGRES_VERSION} 或更新的版本。",
            f"PostgreSQL {version} is untested: use {POSTGRES_VERSION} or newer.",
        )
    else:
        yield Check("version", "ok", f"数据库是 PostgreSQL {version}。", f"PostgreSQL {version}.")
    loose = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _value(f"SHOW {name}") == "off"]
    if loose:
        names = ", ".join(loose)
        yield Check(
            "durability",
            "fail",
            f"{names} 关着，断电会丢事：在 postgresql.conf 里打开。",
            f"{names} is off, matters may be lost: turn it on in postgresql.conf.",
        )
    else:
        yield Check("durability", "ok", "每次提交都落盘。", "Commits are flushed.")
    ctype = _value("SELECT datctype FROM pg_database WHERE datname = current_database()")
    if ctype in ("C", "POSIX"):
        yield Check(
            "lc_ctype",
            "warn",
            "数据库的 lc_ctype 是 C，中文三字索引（pg_trgm）不能用：新建库时用 C.UTF-8。",
            "lc_ctype is C: trigram search (pg_trgm) finds no Chinese. Create the database with C.UTF-8.",
        )
    else:
        yield Check("lc_ctype", "ok", f"lc_ctype 是 {ctype}。", f"lc_ctype is {ctype}.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT abs(extract(epoch FROM clock_timestamp() - %s))", [now])
        apart = float(cursor.fetchone()[0])
    if apart > 5:
        yield Check(
            "clocks",
            "warn",
            f"本机和数据库的钟差 {apart:.0f} 秒：两边都对时（NTP）。",
            f"This machine's clock and the database's are {apart:.0f} s apart: set both by NTP.",
        )
    else:
        yield Check("clocks", "ok", "本机和数据库的钟一致。", "Both clocks agree.")


def _cache() -> Check:
    try:
        cache.get("doctor")
    except DatabaseError:
        return Check(
            "cache", "fail", "缺少缓存表：运行 huiyin setup。", "The cache table is missing: run huiyin setup."
        )
    return Check("cache", "ok", "缓存表在。", "The cache table is there.")


def _pack(now: datetime) -> Iterator[Check]:
    try:
        catalogue = store.current()
    except store.NoPackLoaded:
        yield Check("pack", "fail", "还没有装入单位资料：运行 huiyin load。", "No pack is loaded: run huiyin load.")
        return
    yield Check("pack", "ok", "单位资料已装入。", "A pack is loaded.")
    needed = {now.year, (now + CALENDAR_AHEAD).year}
    missing = sorted({year for calendar in catalogue.calendars.values() for year in needed - calendar.years})
    rough = sorted({year for calendar in catalogue.calendars.values() for year in needed & calendar.provisional})
    if missing:
        years = ", ".join(map(str, missing))
        yield Check(
            "calendar",
            "fail",
            f"缺 {years} 年的工作日历，期限算不出来：在资料包里补上，再 huiyin load。",
            f"No working calendar for {years}: due dates cannot be counted. Add it to the pack, then huiyin load.",
        )
    elif rough:
        years = ", ".join(map(str, rough))
        yield Check(
            "calendar",
            "warn",
            f"{years} 年的工作日历还不是正式公布的：公布后更新资料包。",
            f"The calendar of {years} is provisional: update the pack when it is announced.",
        )
    else:
        yield Check("calendar", "ok", "往后 60 天都有工作日历。", "The calendar covers the next 60 days.")


def _log(now: datetime) -> Iterator[Check]:
    from huiyin.ledger import queries

    status = queries.status()
    if status.refusal is not None:
        code = status.refusal.get("code", "")
        yield Check(
            "log",
            "fail",
            f"公开记录停止封存（{code}）：看 docs/ledger.md，先不要删任何文件。",
            f"The log refuses to seal ({code}): see docs/ledger.md and delete nothing.",
        )
    elif status.waiting and status.at is not None and now - status.at > SEAL_LATE:
        yield Check(
            "log",
            "fail",
            f"{status.waiting} 条记录等着封存，上一次已过 10 分钟：看 worker 是否在运行。",
            f"{status.waiting} events wait and the last sealing is over 10 minutes old: see whether the worker runs.",
        )
    elif status.waiting and status.at is None:
        yield Check(
            "log",
            "warn",
            "公开记录还没有封存过：启动 worker。",
            "The log has never been sealed: start the worker.",
        )
    else:
        yield Check("log", "ok", f"公开记录已封存 {status.size} 条。", f"{status.size} events are sealed.")


def _worker(now: datetime) -> Iterator[Check]:
    seen = Heartbeat.objects.aggregate(last=Max("seen_at"))["last"]
    if seen is None or now - seen > WORKER_SILENT:
        since = "" if seen is None else f" ({seen:%Y-%m-%d %H:%M} UTC)"
        yield Check(
            "worker",
            "fail",
            f"没有 worker 在运行{since}：运行 huiyin worker（SQLite 用 huiyin serve）。",
            f"No worker runs{since}: start huiyin worker (on SQLite: huiyin serve).",
        )
    else:
        yield Check("worker", "ok", "worker 在运行。", "A worker runs.")


def _tasks(now: datetime) -> Iterator[Check]:
    failed = Task.objects.filter(failed_at__isnull=False)
    count = failed.count()
    late = Task.objects.filter(done_at=None, failed_at=None, run_at__lt=now - TASK_LATE).count()
    if count:
        kinds = ", ".join(f"{row['kind']}×{row['n']}" for row in failed.values("kind").annotate(n=Count("pk")))
        last = failed.order_by("-failed_at").values_list("last_error", flat=True)[0]
        yield Check(
            "tasks",
            "fail",
            f"{count} 件后台工作失败（{kinds}；{last}）：排除原因，再 huiyin worker --retry-failed。",
            f"{count} tasks failed ({kinds}; {last}): remove the cause, then huiyin worker --retry-failed.",
        )
    elif late:
        yield Check(
            "tasks",
            "warn",
            f"{late} 件后台工作晚了 10 分钟以上：看 worker 是否在运行、是否够用。",
            f"{late} tasks are over 10 minutes late: see whether the worker runs and keeps up.",
        )
    else:
        yield Check("tasks", "ok", "没有失败或积压的后台工作。", "No task failed or is late.")


def _jobs(now: datetime) -> Iterator[Check]:
    failing = list(Periodic.objects.filter(failures__gt=0).values_list("name", "failures", "last_error"))
    if failing:
        words = "; ".join(f"{name} ×{failures} {error}" for name, failures, error in failing)
        yield Check("jobs", "fail", f"定时工作出错：{words}。看日志。", f"Periodic jobs fail: {words}. See the logs.")
    else:
        yield Check("jobs", "ok", "定时工作都正常。", "Periodic jobs go well.")


def _checkup(now: datetime) -> Iterator[Check]:
    from huiyin.checkup import moments
    from huiyin.checkup.models import Look

    try:
        tz = store.current().tz
    except store.NoPackLoaded:
        return
    due, newest = moments.moment(now, tz), Look.objects.first()
    day = f"{newest.until.astimezone(tz):%Y-%m-%d}" if newest else ""
    if newest is None:
        yield Check(
            "checkup",
            "warn",
            "还没有做过四风体检：worker 有了数据湖就会做，也可以运行 huiyin lake sync 和 huiyin checkup run。",
            "No check-up yet: the worker makes it once a lake is there; run huiyin lake sync and huiyin checkup run.",
        )
    elif newest.until < due and now - due > CHECKUP_LATE:
        yield Check(
            "checkup",
            "warn",
            f"四风体检晚了：上次看到 {day}，{due:%Y-%m-%d} 的还没有做。运行 huiyin lake sync 和 huiyin checkup run。",
            f"The check-up is late: the last reaches up to {day}, that of {due:%Y-%m-%d} is missing. "
            "Run huiyin lake sync and huiyin checkup run.",
        )
    else:
        upcoming = f"{due + moments.EVERY:%Y-%m-%d}"
        yield Check(
            "checkup",
            "ok",
            f"四风体检上次看到 {day}，下一次看到 {upcoming}。",
            f"The last check-up reaches up to {day}, the next up to {upcoming}.",
        )


def _gateway() -> Check:
    name = settings.CONFIG.gateway
    try:
        gateways.gateway()
    except gateways.Undeliverable as error:
        return Check(
            "gateway",
            "fail",
            f"发不出消息（{error.code}）：检查 HUIYIN_GATEWAY 和 HUIYIN_SMTP。",
            f"Messages cannot go out ({error.code}): check HUIYIN_GATEWAY and HUIYIN_SMTP.",
        )
    if name == "console":
        return Check(
            "gateway",
            "warn",
            "消息只打印在屏幕上，居民收不到：正式使用前设 HUIYIN_GATEWAY。",
            "Messages are only printed, nobody gets them: set HUIYIN_GATEWAY before real use.",
        )
    return Check("gateway", "ok", f"消息走 {name}。", f"Messages go through {name}.")
