"""A client that costs little: it keeps some connections busy with requests made before, and remembers the answers.

One process, one thread, non-blocking sockets. A request is sent as soon as its connection has the answer to the one
before, as a wave of people at one office's door would: the server is never left idle, and never has more than
`connections` requests at once.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

_HEAD_END = b"\r\n\r\n"


@dataclass
class Driven:
    """The outcome of one wave, in the order in which the answers came."""

    seconds: float = 0.0
    #: index of the request, HTTP status, seconds it took, body
    answers: list[tuple[int, int, float, bytes]] = field(default_factory=list)
    #: connections that broke while a request was under way
    broken: int = 0

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.seconds

    def errors(self) -> int:
        """Answers that are not 200, and requests without an answer."""
        return self.broken + sum(1 for _, status, _, _ in self.answers if status != 200)

    @property
    def latencies(self) -> list[float]:
        """Milliseconds."""
        return [seconds * 1000 for _, _, seconds, _ in self.answers]


class _Connection:
    """One socket and the answer that is coming in on it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.index = -1
        self.sent = 0.0
        self.parts: list[bytes] = []
        self.have = 0
        self.need = -1
        self.status = 0
        self.head = 0

    def send(self, index: int, request: bytes) -> None:
        self.index, self.parts, self.have, self.need = index, [], 0, -1
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The body when the answer is complete; None when more is to come. ConnectionError when it breaks off."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("closed")
        self.parts.append(data)
        self.have += len(data)
        if self.need < 0:
            start = data if len(self.parts) == 1 else b"".join(self.parts)
            self.parts = [start]
            end = start.find(_HEAD_END)
            if end < 0:
                return None
            self.status = int(start[9:12])
            self.head = end + len(_HEAD_END)
            self.need = self.head + _length(start[:end])
        if self.have < self.need:
            return None
        return b"".join(self.parts)[self.head : self.need]


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    raise ConnectionError("an answer without a length")


def drive(address: tuple[str, int], requests: Sequence[bytes], connections: int) -> Driven:
    """Send every request once over `connections` kept-alive connections. Raises OSError when none can be opened."""
    result = Driven()
    waiting: Iterator[tuple[int, bytes]] = iter(enumerate(requests))
    open_now = [_Connection(address) for _ in range(min(connections, len(requests)))]
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for connection in open_now:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(*next(waiting))
        busy = len(open_now)
        while busy:
            for key, _ in selector.select(timeout=60):
                connection = key.data
                try:
                    body = connection.receive()
                except OSError:
                    result.broken += 1
                    selector.unregister(connection.socket)
                    busy -= 1
                    continue
                if body is None:
                    continue
                took = time.perf_counter() - connection.sent
                result.answers.append((connection.index, connection.status, took, body))
                following = next(waiting, None)
                if following is None:
                    selector.unregister(connection.socket)
                    busy -= 1
                else:
                    connection.send(*following)
        result.seconds = time.perf_counter() - started
    for connection in open_now:
        connection.socket.close()
    result.broken += sum(1 for _ in waiting)
    return result


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a GET request."""
    return _request("GET", path, headers or {}, b"")


def post(path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a POST of a form."""
    body = urlencode(fields).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    return _request("POST", path, {**form, **(headers or {})}, body)


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/html", "Accept-Language: zh-CN"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _HEAD_END + body
