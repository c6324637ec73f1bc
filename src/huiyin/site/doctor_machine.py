"""The part of `huiyin doctor` that needs no database: disk, clock, keys, and what the environment says."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from huiyin import __version__
from huiyin.site.config import Config

#: (name, state, Chinese, English) of one check.
Facts = tuple[str, Literal["ok", "warn", "fail"], str, str]

DISK_WARN, DISK_FAIL = 2 * 1024**3, 200 * 1024**2
SPOOL_OLD = timedelta(days=1)
#: This version did not exist before; a clock that shows an earlier time is wrong.
NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2100, 1, 1, tzinfo=UTC)


def machine_checks(config: Config, now: datetime) -> Iterator[Facts]:
    """Checks of this machine and its environment at `now`."""
    yield (
        "version-huiyin",
        "ok",
        f"回音 {__version__}，目录 {config.home}。",
        f"Huiyin {__version__}, home {config.home}.",
    )
    yield _disk(config.home)
    yield _clock(now)
    yield _keys(config.home)
    yield _debug(config)
    yield _origin(config)
    yield _second_factor(config)
    if config.gateway == "spool":
        yield _spool(config.home / "spool", now)


def _disk(home: Path) -> Facts:
    usage = shutil.disk_usage(home)
    gigabytes = f"{usage.free / 1024**3:.1f}"
    if usage.free < DISK_FAIL:
        return (
            "disk",
            "fail",
            f"磁盘只剩 {gigabytes} GB，很快存不下新的事：马上腾出空间。",
            f"Only {gigabytes} GB left, soon nothing can be stored: make room now.",
        )
    if usage.free < DISK_WARN:
        return (
            "disk",
            "warn",
            f"磁盘还剩 {gigabytes} GB：准备腾出空间。",
            f"{gigabytes} GB left: plan for more room.",
        )
    return "disk", "ok", f"磁盘还剩 {gigabytes} GB。", f"{gigabytes} GB of disk left."


def _clock(now: datetime) -> Facts:
    if not NOT_BEFORE <= now <= NOT_AFTER:
        return (
            "clock",
            "fail",
            f"本机的钟是 {now:%Y-%m-%d}，不对：先对时（NTP），再启动。",
            f"This machine's clock says {now:%Y-%m-%d}: set it by NTP before starting.",
        )
    return "clock", "ok", f"现在是 {now:%Y-%m-%d %H:%M} UTC。", f"It is {now:%Y-%m-%d %H:%M} UTC."


def _keys(home: Path) -> Facts:
    folder = home / "keys"
    if not (folder / "secret").exists() or not any((folder / "vault").glob("*.key")):
        return "keys", "fail", "还没有密钥：运行 huiyin setup。", "Keys are missing: run huiyin setup."
    secret = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("trusted")]
    loose = [path.name for path in secret if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        names = ", ".join(sorted(loose)[:5])
        return (
            "keys",
            "fail",
            f"别人也读得到密钥文件（{names}）：运行 chmod -R go= {folder}。",
            f"Others can read key files ({names}): run chmod -R go= {folder}.",
        )
    return "keys", "ok", "密钥都在，别人读不到。", "Keys are there and private."


def _debug(config: Config) -> Facts:
    if config.debug:
        return (
            "debug",
            "fail",
            "调试模式开着，会把内部情况给外人看：去掉 HUIYIN_DEBUG。",
            "Debug mode shows internals to anybody: unset HUIYIN_DEBUG.",
        )
    return "debug", "ok", "调试模式关着。", "Debug mode is off."


def _origin(config: Config) -> Facts:
    host = urlsplit(config.origin).hostname or ""
    if config.origin.startswith("https://"):
        return "origin", "ok", f"对外地址 {config.origin}。", f"People reach it at {config.origin}."
    if host in ("127.0.0.1", "localhost"):
        return (
            "origin",
            "warn",
            f"只能在本机打开（{config.origin}）：正式使用前设 HUIYIN_ORIGIN=https://…。",
            f"Only this machine reaches {config.origin}: set HUIYIN_ORIGIN=https://… before real use.",
        )
    return (
        "origin",
        "fail",
        f"{config.origin} 没有加密，路上的人看得见居民写的话：用 https。",
        f"{config.origin} is not encrypted, others can read what people write: use https.",
    )


def _second_factor(config: Config) -> Facts:
    if config.second_factor != "required":
        return (
            "second-factor",
            "warn",
            "员工登录不要求第二道验证：正式使用前去掉 HUIYIN_MFA。",
            "Staff sign in without a second factor: unset HUIYIN_MFA before real use.",
        )
    return "second-factor", "ok", "员工登录要第二道验证。", "Staff need a second factor."


def _spool(folder: Path, now: datetime) -> Facts:
    oldest = now.timestamp() - SPOOL_OLD.total_seconds()
    old = sum(1 for path in folder.glob("*.json") if path.stat().st_mtime < oldest) if folder.exists() else 0
    if old:
        return (
            "spool",
            "warn",
            f"{old} 条消息放了一天以上没人取：检查取消息的程序（{folder}）。",
            f"{old} messages lie there for over a day: check the program that picks them up ({folder}).",
        )
    return "spool", "ok", "没有积压的消息。", "No message waits for long."
