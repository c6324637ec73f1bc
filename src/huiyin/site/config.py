"""Everything a deployment can set, read once from the environment.

Each variable is documented here and nowhere else; `huiyin doctor` prints what is in force.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


class ConfigurationError(Exception):
    """A variable is set to something that cannot work. The text says which and what to write instead."""


@dataclass(frozen=True)
class Config:
    """What this deployment is told by its environment."""

    #: HUIYIN_HOME: the one folder everything is written to (database, keys, log, uploads).
    home: Path
    #: HUIYIN_DATABASE: empty for the embedded SQLite file, or postgresql://user:password@host:port/name
    #: (host may be empty with ?host=/socket/folder).
    database: str
    #: HUIYIN_ORIGIN: the address people type, e.g. https://voices.example.org. Used in receipts and QR codes.
    origin: str
    #: HUIYIN_HOSTS: host names served, comma separated. Default: the host of HUIYIN_ORIGIN and this machine.
    hosts: tuple[str, ...]
    #: HUIYIN_DEBUG: "1" shows error details in the browser. Never on a public machine.
    debug: bool
    #: HUIYIN_TIMEZONE: the zone in which dates are shown and days are counted.
    timezone: str
    #: HUIYIN_PROXY: "1" when a reverse proxy in front sets X-Forwarded-For and X-Forwarded-Proto.
    behind_proxy: bool
    #: HUIYIN_GATEWAY: where texts to residents go: "console", "spool" (one file each under HUIYIN_HOME/spool), "smtp",
    #: or "package.module:Class" of a gateway of one's own.
    gateway: str
    #: HUIYIN_SMTP: smtp://user:password@host:port, used by the smtp gateway.
    smtp: str
    #: HUIYIN_LOG_NAME: the name in the checkpoints' first line. Default: the host of HUIYIN_ORIGIN + "/log".
    log_name: str
    #: HUIYIN_GROUP_COMMIT: "1" when the serving process may gather SQLite writes of several requests in one commit.
    #: `huiyin serve` sets it.
    group_commit: bool
    #: HUIYIN_WORKER: "1" when the serving process runs the worker too. `huiyin serve` sets it on SQLite.
    embedded_worker: bool
    #: HUIYIN_MFA: "required" (default) makes every staff member set a second factor; "optional" is for demos and tests.
    second_factor: str

    @property
    def on_sqlite(self) -> bool:
        return not self.database


def read(environ: dict[str, str] | None = None) -> Config:
    """Read the configuration; raises ConfigurationError with the variable's name."""
    env = dict(os.environ) if environ is None else environ
    home = Path(env.get("HUIYIN_HOME", "var")).absolute()
    origin = env.get("HUIYIN_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
    host = urlsplit(origin).hostname
    if not host or not origin.startswith(("http://", "https://")):
        raise ConfigurationError("HUIYIN_ORIGIN must look like https://voices.example.org")
    database = env.get("HUIYIN_DATABASE", "")
    if database and not database.startswith(("postgresql://", "postgres://")):
        raise ConfigurationError("HUIYIN_DATABASE must be empty (SQLite) or start with postgresql://")
    default_hosts = f"{host},127.0.0.1,localhost"
    return Config(
        home=home,
        database=database,
        origin=origin,
        hosts=tuple(h.strip() for h in env.get("HUIYIN_HOSTS", default_hosts).split(",") if h.strip()),
        debug=env.get("HUIYIN_DEBUG", "") == "1",
        timezone=env.get("HUIYIN_TIMEZONE", "Asia/Shanghai"),
        behind_proxy=env.get("HUIYIN_PROXY", "") == "1",
        gateway=env.get("HUIYIN_GATEWAY", "console"),
        smtp=env.get("HUIYIN_SMTP", ""),
        log_name=env.get("HUIYIN_LOG_NAME", f"{host}/log"),
        group_commit=env.get("HUIYIN_GROUP_COMMIT", "") == "1",
        embedded_worker=env.get("HUIYIN_WORKER", "") == "1",
        second_factor=env.get("HUIYIN_MFA", "required"),
    )


def database_settings(config: Config) -> dict[str, object]:
    """Django's DATABASES["default"] for this configuration."""
    if config.on_sqlite:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(config.home / "huiyin.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;"
                    "PRAGMA foreign_keys=ON;PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;"
                ),
            },
            "TEST": {"NAME": str(config.home / "test.sqlite3")},
        }
    url = urlsplit(config.database)
    query = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(query.get("host", url.hostname or "")),
        "PORT": str(url.port or query.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
    }


def secret_key(home: Path) -> str:
    """The key that signs forms and sessions: made once, kept in HUIYIN_HOME/keys/secret (mode 600)."""
    path = home / "keys" / "secret"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
    temporary.touch(mode=0o600)
    temporary.write_text(secrets.token_urlsafe(48))
    try:
        os.link(temporary, path)  # atomic: of two processes starting at once one wins, both read the same key
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path.read_text().strip()
