"""The ways out: where texts to residents go. Which one is used is HUIYIN_GATEWAY.

The caller (the cases room) reads address and words from the vault just before sending; a gateway keeps neither. Every
message has an id of its own, and sending the same id twice must reach the person once wherever the gateway can tell.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import formatdate
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.conf import settings

from huiyin.base.files import flush

#: Seconds to wait for a mail server. Far below the lease of a task.
SMTP_TIMEOUT = 20


class Undeliverable(Exception):
    """This gateway can never deliver on this channel. `code` is a stable word; nothing personal is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gateway(Protocol):
    """What a gateway can do. One of your own: any class with this method and a constructor without arguments."""

    def send(self, message_id: UUID, channel: str, address: str, subject: str, text: str) -> None:
        """Send one message. `channel` is "sms" or "email". Returns when it was handed over; raises when it was not."""


class ConsoleGateway:
    """Prints messages. For trying things out."""

    def send(self, message_id: UUID, channel: str, address: str, subject: str, text: str) -> None:
        sys.stdout.write(f"--- {channel} → {address}  [{message_id}]\n{subject}\n\n{text}\n---\n")
        sys.stdout.flush()


class SpoolGateway:
    """One JSON file per message, named by its id, for another program to pick up. The same id is never written twice.

    Keys: id, channel, address, subject, text. The picker should keep the ids it has sent.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.CONFIG.home / "spool"

    def send(self, message_id: UUID, channel: str, address: str, subject: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        message = {"id": str(message_id), "channel": channel, "address": address, "subject": subject, "text": text}
        temporary = self.folder / f".{message_id}.{os.getpid()}.{os.urandom(4).hex()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(message, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(temporary, self.folder / f"{message_id}.json")  # a second delivery finds the name taken
            except FileExistsError:
                return
        finally:
            temporary.unlink()
        flush(self.folder)


class SmtpGateway:
    """E-mail through HUIYIN_SMTP: smtp://user:password@host:port?from=address (STARTTLS when offered) or smtps://….

    The Message-ID is made from the message's id, so that a mail system which removes duplicates can.
    Other channels than e-mail are undeliverable here.
    """

    def __init__(self, url: str | None = None, domain: str | None = None) -> None:
        parts = urlsplit(url or settings.CONFIG.smtp)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise Undeliverable("smtp_not_configured")
        self._encrypted = parts.scheme == "smtps"
        self._host, self._port = parts.hostname, parts.port or (465 if self._encrypted else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._domain = domain or urlsplit(settings.CONFIG.origin).hostname or "localhost"
        self._sender = parse_qs(parts.query).get("from", [f"no-reply@{self._domain}"])[0]

    def message(self, message_id: UUID, address: str, subject: str, text: str) -> EmailMessage:
        """The e-mail as it is sent."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, address, subject
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = f"<{message_id}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail

    def send(self, message_id: UUID, channel: str, address: str, subject: str, text: str) -> None:
        if channel != "email":
            raise Undeliverable("channel_not_supported")
        mail = self.message(message_id, address, subject, text)
        secure = ssl.create_default_context()
        if self._encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=SMTP_TIMEOUT, context=secure)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=SMTP_TIMEOUT)
        with server:
            if not self._encrypted:
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=secure)
            if self._user:
                server.login(self._user, self._password)
            server.send_message(mail)


BUILT_IN: dict[str, type[ConsoleGateway] | type[SpoolGateway] | type[SmtpGateway]] = {
    "console": ConsoleGateway,
    "spool": SpoolGateway,
    "smtp": SmtpGateway,
}


def gateway() -> Gateway:
    """The gateway that HUIYIN_GATEWAY names. Raises Undeliverable when it cannot be made."""
    return _make(settings.CONFIG.gateway, settings.CONFIG.smtp, settings.CONFIG.home)


@lru_cache(maxsize=8)
def _make(name: str, smtp: str, home: Path) -> Gateway:
    if name in BUILT_IN:
        return BUILT_IN[name]()
    module, _, attribute = name.partition(":")
    try:
        made: Gateway = getattr(import_module(module), attribute)()
    except (ImportError, AttributeError, ValueError) as error:
        raise Undeliverable("gateway_not_found") from error
    return made
