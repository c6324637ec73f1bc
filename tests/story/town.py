"""A town for the story: the product installed as an administrator would, with the example pack and its staff."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tests.kill.harness import ROOT, Deployment
from tests.story.earlier import ENOUGH

PACK = ROOT / "packs" / "yunting"
OFFICE = "urban"
#: user name → roles and office, as the pack names them
STAFF = {
    "operator1": ["--role", "operator"],
    "dispatcher1": ["--role", "dispatcher"],
    "urban1": ["--role", "handler", "--office", OFFICE],
}
_FORGET = (
    "import sys; from huiyin.cli import prepare_django; prepare_django();"
    "from django.contrib.sessions.models import Session;"
    "gone, _ = Session.objects.filter(pk=sys.argv[1]).delete(); sys.exit(gone != 1)"
)


def one_time_number(seed: str, step: int) -> str:
    """The six digits an authenticator app shows for this seed in the 30-second step (RFC 6238, SHA-1)."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@dataclass
class Account:
    """What one member of staff keeps: a user name, a password, and an authenticator app."""

    username: str
    password: str
    seed: str = ""
    _used: int = 0

    def number(self) -> str:
        """The number the app shows now. A number counts once, and nobody begins to type one that is about to change."""
        while int(time.time()) // 30 == self._used or time.time() % 30 > 24:
            time.sleep(0.2)
        self._used = int(time.time()) // 30
        return one_time_number(self.seed, self._used)


@dataclass
class Town:
    """A running deployment with the pack and staff in it."""

    place: Deployment
    accounts: dict[str, Account] = field(default_factory=dict)

    def __enter__(self) -> Town:
        self.place.__enter__()
        try:
            self.place.run("setup")
            self.place.run("load", str(PACK))
            for username, options in STAFF.items():
                handed = json.loads(self.place.run("staff", "add", username, *options, "--json").stdout)
                self.accounts[username] = Account(username, handed["password"])
            self.program("tests.story.earlier", OFFICE, "RD2.01", str(ENOUGH))
            self.place.server().start()
            if self.place.database_url:
                self.place.worker().start()
        except BaseException:
            self.place.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.place.__exit__(kind, error, tb)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.place.port}"

    def program(self, module: str, *arguments: str) -> None:
        """Run a module of the tests in this town to its end."""
        subprocess.run([sys.executable, "-m", module, *arguments], env=self.place.env, cwd=ROOT, check=True)

    def end_session(self, key: str) -> None:
        """Delete one sign-in on the server, as when it had run out."""
        subprocess.run([sys.executable, "-c", _FORGET, key], env=self.place.env, cwd=ROOT, check=True)

    def messages(self) -> list[dict[str, str]]:
        """What went out by the spool."""
        return [json.loads(path.read_text()) for path in sorted((self.place.home / "spool").glob("*.json"))]

    def message_to(self, address: str, containing: str) -> str:
        """Wait until a message with these words went out to this address; its text."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for message in self.messages():
                if message["address"] == address and containing in message["text"]:
                    return message["text"]
            time.sleep(0.2)
        raise AssertionError(f"no message to {address}")


def offline(folder: Path) -> list[str]:
    """A Python that knows the standard library and `cryptography` and nothing else, least of all this product."""
    import _cffi_backend
    import cffi
    import cryptography

    library = folder / "library"
    library.mkdir()
    for module in (cryptography, cffi, _cffi_backend):
        assert module.__file__ is not None
        source = Path(module.__file__)
        source = source.parent if source.name == "__init__.py" else source
        (library / source.name).symlink_to(source)
    return ["env", "-i", f"PYTHONPATH={library}", sys.executable, "-S"]
