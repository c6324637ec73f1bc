"""How often one address may knock at a door, kept in this process only and forgetting addresses at once.

A whole housing estate, a school or a mobile operator may share one address, so a bucket is deep and fills quickly: it
slows a script down, not a neighbourhood. Each serving process counts for itself (two processes allow twice as much);
what must be exact, such as guesses at a claim code, is long enough not to need a limit.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from datetime import datetime
from ipaddress import IPv6Address, ip_address

#: Made anew by every process: what is kept in memory cannot be matched with addresses after the process has ended.
_SALT = os.urandom(32)


class Bucket:
    """A token bucket per key. `capacity` takes at once, then `per_second` takes a second.

    Remembers at most `keys` keys (about 200 bytes each); the one not seen for longest is forgotten first, in its
    favour.
    """

    def __init__(self, *, capacity: float, per_second: float, keys: int = 20_000) -> None:
        if capacity < 1 or per_second <= 0 or keys < 1:
            raise ValueError("capacity at least 1, per_second above 0, keys at least 1")
        self.capacity = capacity
        self.per_second = per_second
        self._keys = keys
        self._lock = threading.Lock()
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: datetime) -> float:
        """Take one token for `key`. 0.0 when there was one; else the seconds until there will be one (nothing is
        taken).
        """
        digest = hashlib.blake2b(key.encode(), key=_SALT, digest_size=16).digest()
        at = now.timestamp()
        with self._lock:
            level, since = self._levels.pop(digest, (self.capacity, at))
            level = min(self.capacity, level + max(0.0, at - since) * self.per_second)
            wait = 0.0 if level >= 1 else (1 - level) / self.per_second
            self._levels[digest] = (level if wait else level - 1, at)
            if len(self._levels) > self._keys:
                self._levels.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._levels)


def address_key(address: str) -> str:
    """The part of an internet address that stands for one line: all of IPv4, the first 64 bits of IPv6.

    Text that is no address (a Unix socket, a broken header) is its own key.
    """
    try:
        parsed = ip_address(address.strip())
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
