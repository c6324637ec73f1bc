"""The ways out: the right words to the right place, the same message never twice."""

from __future__ import annotations

import dataclasses
import json
import stat
import threading
import uuid
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings

from huiyin.worker import gateways
from huiyin.worker.gateways import ConsoleGateway, SmtpGateway, SpoolGateway, Undeliverable

ID = uuid.UUID(int=7)


def test_a_spooled_message_is_one_private_file_named_by_its_id(tmp_path: Path) -> None:
    SpoolGateway(tmp_path / "spool").send(ID, "sms", "13800000000", "回音", "您的事有了答复。")
    (file,) = (tmp_path / "spool").iterdir()
    assert file.name == f"{ID}.json"
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "id": str(ID),
        "channel": "sms",
        "address": "13800000000",
        "subject": "回音",
        "text": "您的事有了答复。",
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_same_id_is_never_spooled_twice(tmp_path: Path) -> None:
    gateway = SpoolGateway(tmp_path)
    gateway.send(ID, "sms", "1", "", "first")
    gateway.send(ID, "sms", "1", "", "second")
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text())["text"] == "first"


def test_eight_threads_sending_the_same_message_leave_one_file(tmp_path: Path) -> None:
    gateway = SpoolGateway(tmp_path)
    threads = [threading.Thread(target=gateway.send, args=(ID, "sms", "1", "", "x")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [file.name for file in tmp_path.iterdir()] == [f"{ID}.json"]


def test_the_console_prints_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleGateway().send(ID, "email", "a@example.org", "回音", "有答复了")
    assert "a@example.org" in capsys.readouterr().out


class FakeServer:
    """Stands in for smtplib.SMTP."""

    sent: ClassVar[list[object]] = []
    calls: ClassVar[list[str]] = []

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.calls.append(f"{host}:{port}")

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.append("quit")

    def ehlo(self) -> None:
        pass

    def has_extn(self, name: str) -> bool:
        return True

    def starttls(self, context: object) -> None:
        self.calls.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.calls.append(f"login {user} {password}")

    def send_message(self, mail: object) -> None:
        self.sent.append(mail)


def test_an_email_goes_out_encrypted_with_a_message_id_that_never_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smtplib.SMTP", FakeServer)
    monkeypatch.setattr(FakeServer, "sent", [])
    monkeypatch.setattr(FakeServer, "calls", [])
    gateway = SmtpGateway("smtp://me:p%40ss@mail.example.org:2525?from=voice@example.org", "example.org")
    for _ in range(2):
        gateway.send(ID, "email", "a@example.org", "您的事有了答复", "请看。")
    first, second = FakeServer.sent
    assert first["Message-ID"] == second["Message-ID"] == f"<{ID}@example.org>"
    assert (first["From"], first["To"], first["Subject"]) == ("voice@example.org", "a@example.org", "您的事有了答复")
    assert first.get_content().strip() == "请看。"
    assert FakeServer.calls[:4] == ["mail.example.org:2525", "starttls", "login me p@ss", "quit"]


def test_an_address_cannot_smuggle_in_another_header() -> None:
    gateway = SmtpGateway("smtp://mail.example.org", "example.org")
    with pytest.raises(ValueError):
        gateway.message(ID, "a@example.org\nBcc: b@example.org", "s", "t")


def test_what_cannot_be_delivered_says_so_with_a_code() -> None:
    with pytest.raises(Undeliverable) as channel:
        SmtpGateway("smtp://mail.example.org").send(ID, "sms", "1", "", "x")
    assert channel.value.code == "channel_not_supported"
    with pytest.raises(Undeliverable) as missing:
        SmtpGateway("https://mail.example.org")
    assert missing.value.code == "smtp_not_configured"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("console", ConsoleGateway), ("spool", SpoolGateway), ("huiyin.worker.gateways:ConsoleGateway", ConsoleGateway)],
)
def test_the_configured_gateway_is_used(name: str, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIG", dataclasses.replace(settings.CONFIG, gateway=name))
    assert type(gateways.gateway()) is kind


@pytest.mark.parametrize("name", ["nowhere.at.all:Gateway", "huiyin.worker.gateways:Missing", "pigeon"])
def test_a_gateway_that_does_not_exist_is_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CONFIG", dataclasses.replace(settings.CONFIG, gateway=name))
    with pytest.raises(Undeliverable, match="gateway_not_found"):
        gateways.gateway()
