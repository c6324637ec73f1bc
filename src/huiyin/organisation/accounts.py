"""How staff sign in: no public sign-up, no mail, second-factor secrets encrypted at rest."""

from __future__ import annotations

import io
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huiyin.organisation.models import Staff

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest, HttpResponse

#: Session key: when this person signed in (seconds since 1970).
STARTED_KEY = "staff_started"
#: For so long a sign-in counts as fresh.
FRESH = timedelta(minutes=5)


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator (`huiyin staff add`) and belong to people who work here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已停用，请联系管理员。"),
        "enter_current_password": _("请输入现在的密码。"),
        "incorrect_password": _("密码不对。"),
        "username_password_mismatch": _("用户名或密码不对。请再试一次，或请管理员重设密码。"),
        "too_many_login_attempts": _("试的次数太多了。请等五分钟再试，或请管理员重设密码。"),
        "rate_limited": _("请求太多了，请稍等一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Only people who work here may sign in, whatever their password says."""
        if not Staff.objects.filter(user_id=user.pk, active=True).exists():
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Changing sign-in settings asks for the password again, except right after signing in."""
        started = context.request.session.get(STARTED_KEY, 0) if context.request else 0
        return bool(timezone.now().timestamp() - started >= FRESH.total_seconds())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """After choosing a password: on to work (the guard there asks for what is still missing)."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Accounts have no mail address, so nothing is sent."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Accounts have no mail address, so nothing is sent."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages themselves say what happened; a second banner would only repeat it."""


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the seeds of second factors encrypted with a key that is not in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("第二步验证是必须的，不能关掉。可以请管理员重设。"),
        "cannot_generate_recovery_codes": _("请先设好第二步验证，再生成备用码。"),
        "incorrect_code": _("验证码不对。请看一下手机时间是否准确，再输入新的验证码。"),
    }

    def encrypt(self, text: str) -> str:
        """`text` under the key in HUIYIN_HOME/keys/second-factor."""
        return Fernet(key_file("second-factor")).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The counterpart of `encrypt`; raises cryptography.fernet.InvalidToken when the key is another one."""
        return Fernet(key_file("second-factor")).decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR code as SVG without inline style, as the content security policy wants it."""
        buffer = io.BytesIO()
        segno.make(url, error="m").save(buffer, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False)
        return buffer.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where the second factor is required, nobody takes it off by themselves; an administrator resets it."""
        return bool(settings.CONFIG.second_factor != "required")


def key_file(name: str) -> bytes:
    """The Fernet key HUIYIN_HOME/keys/<name>: made once (mode 600), then always the same for every process."""
    path: Path = settings.CONFIG.home / "keys" / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
    temporary.touch(mode=0o600)
    temporary.write_bytes(Fernet.generate_key())
    try:
        os.link(temporary, path)  # atomic: of two processes starting at once one wins, both read the same key
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path.read_bytes()
