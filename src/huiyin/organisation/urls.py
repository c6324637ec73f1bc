"""Sign-in, second factor, sessions, and kept text. Included once, under the staff prefix.

Only those pages of the accounts library are reachable that this product uses (no sign-up, no mail, no reset by mail),
each with a page of our own, and the ones behind the sign-in keep the same timers as every staff page.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path

from huiyin.organisation import views
from huiyin.organisation.guards import still_there


def _page(view: Any, template: str) -> Any:
    return view.as_view(template_name=f"organisation/{template}")


def _own(view: Any, template: str) -> Any:
    """A page for somebody who is signed in."""
    return still_there(_page(view, template))


_kept: list[URLPattern | URLResolver] = [
    path("again/", views.sign_in_again, name="sign-in-again"),
    path("resume/", views.resume, name="resume"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_kept, "organisation"))),
    path("login/", _page(account.LoginView, "login.html"), name="account_login"),
    path("logout/", _page(account.LogoutView, "logout.html"), name="account_logout"),
    path("inactive/", _page(account.AccountInactiveView, "inactive.html"), name="account_inactive"),
    path("signup/", views.ask_administrator, name="account_signup"),
    path("password/reset/", views.ask_administrator, name="account_reset_password"),
    path("password/change/", _own(account.PasswordChangeView, "password_change.html"), name="account_change_password"),
    path("confirm/", _own(account.ReauthenticateView, "reauthenticate.html"), name="account_reauthenticate"),
    path("2fa/", _own(factor.IndexView, "second_factor.html"), name="mfa_index"),
    path("2fa/ask/", _page(factor.AuthenticateView, "second_factor_ask.html"), name="mfa_authenticate"),
    path("2fa/confirm/", _own(factor.ReauthenticateView, "reauthenticate.html"), name="mfa_reauthenticate"),
    path("2fa/set/", _own(totp.ActivateTOTPView, "second_factor_set.html"), name="mfa_activate_totp"),
    path("2fa/off/", _own(totp.DeactivateTOTPView, "second_factor_off.html"), name="mfa_deactivate_totp"),
    path("2fa/codes/", _own(codes.ViewRecoveryCodesView, "recovery_codes.html"), name="mfa_view_recovery_codes"),
    path(
        "2fa/codes/new/",
        _own(codes.GenerateRecoveryCodesView, "recovery_codes_new.html"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/codes/download/",
        _own(codes.DownloadRecoveryCodesView, "recovery_codes.txt"),
        name="mfa_download_recovery_codes",
    ),
    path("sessions/", _own(sessions.ListUserSessionsView, "sessions.html"), name="usersessions_list"),
]
