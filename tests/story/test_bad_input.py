"""What cannot be taken in is refused with a page that says how to go on, by the server as it is deployed."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest

from tests.kill.harness import ROOT, Deployment

pytestmark = pytest.mark.slow
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A served deployment with the example town."""
    with Deployment() as place:
        place.run("setup")
        place.run("load", str(ROOT / "packs" / "yunting"))
        place.server().start()
        yield place.port


def send(port: int, body: bytes | Iterator[bytes], kind: str, length: int | None = None, path: str = "/say/") -> str:
    """POST these bytes; "status page"."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": kind, "Content-Length": str(len(body) if isinstance(body, bytes) else length)}
    client.request("POST", path, body=body, headers=headers)
    answer = client.getresponse()
    text = f"{answer.status} {answer.read().decode()}"
    client.close()
    return text


@pytest.mark.parametrize(("path", "words"), [("/say/", "一次传得太多"), ("/en/say/", "Too much")])
def test_a_request_of_more_than_45_mb_is_refused_with_a_way_back(port: int, path: str, words: str) -> None:
    boundary = b"----x"
    head = b"--" + boundary + b'\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    size = 46 * 1024 * 1024

    def parts() -> Iterator[bytes]:
        yield head
        for _ in range(46):
            yield bytes(1024 * 1024)
        yield b"\r\n--" + boundary + b"--\r\n"

    answer = send(port, parts(), "multipart/form-data; boundary=----x", len(head) + size + len(boundary) + 8, path)
    assert answer.startswith("413 ")
    assert words in answer


def test_words_in_an_old_encoding_are_read_and_broken_ones_come_back_to_be_mended(port: int) -> None:
    old = b"step=words&go=next&text=" + quote_from_bytes("路灯坏了三天，没有人来修。".encode("gb18030")).encode()
    answer = send(port, old, FORM)
    assert answer.startswith("200 ")
    assert "路灯坏了三天，没有人来修。" in answer
    broken = send(port, b"step=words&go=next&text=%ff%fe%80abc", FORM)
    assert broken.startswith("422 ")
    assert "abc" in broken


def test_control_characters_and_markup_come_back_as_words(port: int) -> None:
    answer = send(port, b"step=words&go=next&text=a%00b%1b%5b31m%3Cscript%3Ealert(1)%3C/script%3E", FORM)
    assert answer.startswith("200 ")
    assert "<script>alert" not in answer
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer
    assert "\x00" not in answer
    assert "\x1b" not in answer


@pytest.mark.parametrize("path", ["/say/", "/follow/", "/my/", "/staff/login/", "/desk/intake/"])
def test_bytes_that_are_no_form_break_nothing(port: int, path: str) -> None:
    for body, kind in (
        (b"\xff\xfe\x00\x81" * 50, FORM),
        (b"\xff\xfe\x00\x81" * 50, "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"{", "application/json"),
        (b"a=1" + b"&a=1" * 500, FORM),
    ):
        status = int(send(port, body, kind, path=path)[:3])
        assert status < 500, (path, kind)


@pytest.mark.parametrize(
    "path",
    ["/%ff%fe/", "/matters/%00/", "/matters/?q=%ff%00", "/offices/%c3%28/", "/desk/matters/%ff/", "/log/tile/%2e%2e/"],
)
def test_addresses_that_are_no_text_are_simply_not_there(port: int, path: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("GET", path)
    answer = client.getresponse()
    answer.read()
    assert answer.status < 500
    client.close()
