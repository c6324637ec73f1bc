"""The site map: every address of the product, and who looks at it how.

`PAGES` names what is looked at, `OTHER` every address that is no page, with the reason. An address in neither list
fails the tests, so a new page cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Look:
    """One page as one person sees it. In `path`, {state} stands for the number of the matter in that state."""

    name: str
    path: str
    status: int = 200


_CASE = "desk:case"

#: who → pages. "" is anybody; the others are the accounts of `fill.STAFF`.
PAGES: dict[str, tuple[Look, ...]] = {
    "": (
        Look("portal:home", "/"),
        Look("portal:say", "/say/"),
        Look("portal:say", "/say/?join={listed}"),
        Look("portal:follow", "/follow/"),
        Look("portal:my", "/my/", 401),
        Look("portal:matters", "/matters/"),
        Look("portal:matters", "/matters/?q=light"),
        Look("portal:matters", "/matters/?q=zzz"),
        Look("portal:matter", "/matters/{listed}/"),
        Look("portal:matter", "/matters/{solved}/"),
        Look("portal:matter", "/matters/{received}/", 404),
        Look("site:limits", "/limits/"),
        Look("site:help", "/help/"),
        Look("site:privacy", "/privacy/"),
        Look("board:home", "/figures/"),
        Look("board:home", "/figures/?months=12"),
        Look("board:group", "/figures/area/"),
        Look("board:group", "/figures/channel/"),
        Look("board:group", "/figures/category/?months=12"),
        Look("board:download", "/figures/download/"),
        Look("board:offices", "/offices/"),
        Look("board:office", "/offices/urban/"),
        Look("board:office", "/offices/water/"),
        Look("board:definitions", "/definitions/"),
        Look("board:definitions-more", "/definitions/more/"),
        Look("report:reports", "/reports/"),
        Look("report:report", "/reports/{month}/"),
        Look("report:report", "/reports/1999-01/", 404),
        Look("suggestions:how", "/suggestions/"),
        Look("suggestions:issues", "/issues/"),
        Look("checkup:check-up", "/check-up/"),
        Look("board:callbacks", "/callbacks/"),
        Look("ledger:home", "/log/"),
        Look("ledger:verify", "/log/verify/"),
        Look("account_login", "/staff/login/"),
        Look("account_inactive", "/staff/inactive/"),
        Look("account_signup", "/staff/signup/"),
        Look("account_reset_password", "/staff/password/reset/"),
        Look("404", "/nowhere/", 404),
    ),
    "operator": (
        Look("desk:intake", "/desk/intake/"),
        Look(_CASE, "/desk/matters/{received}/"),
        Look("403", "/desk/board/", 403),
    ),
    "dispatcher": (
        Look("desk:board", "/desk/board/"),
        Look("desk:rulings", "/desk/rulings/"),
        Look("desk:issues", "/desk/issues/"),
        Look("desk:issues", "/desk/issues/?list=themes"),
        Look("desk:issue", "/desk/issues/{issue}/"),
        Look(_CASE, "/desk/matters/{received}/"),
        Look(_CASE, "/desk/matters/{objected}/?open=RuleOnObjection"),
    ),
    "supervisor": (
        Look("desk:oversight", "/desk/oversight/"),
        Look("desk:pressure", "/desk/pressure/"),
        Look(_CASE, "/desk/matters/{parked}/"),
    ),
    "handler": (
        Look("desk:inbox", "/desk/inbox/"),
        Look("desk:inbox", "/desk/inbox/?tab=support"),
        Look(_CASE, "/desk/matters/{dispatched}/"),
        Look(_CASE, "/desk/matters/{working}/"),
        Look(_CASE, "/desk/matters/{answered}/"),
        Look(_CASE, "/desk/matters/{confidential}/"),
        Look(_CASE, "/desk/matters/{erased}/"),
    ),
    "head": (
        Look(_CASE, "/desk/matters/{working}/?open=Park"),
        Look("desk:heard", "/desk/heard/"),
        Look("desk:checkup", "/desk/check-up/"),
        Look("desk:question", "/desk/check-up/{question}/"),
    ),
    "reviewer": (
        Look("desk:docket", "/desk/docket/"),
        Look("desk:checkup", "/desk/check-up/"),
        Look("desk:question", "/desk/check-up/{question}/"),
        Look(_CASE, "/desk/matters/{reviewing}/"),
    ),
    "caller": (
        Look("desk:calls", "/desk/calls/"),
        Look("desk:call", "/desk/calls/{call}/"),
    ),
    "two": (Look("403", "/desk/board/", 403),),
    "administrator": (
        Look("desk:home", "/desk/"),
        Look("account_logout", "/staff/logout/"),
        Look("account_change_password", "/staff/password/change/"),
        Look("account_reauthenticate", "/staff/confirm/"),
        Look("mfa_index", "/staff/2fa/"),
        Look("mfa_reauthenticate", "/staff/2fa/confirm/"),
        Look("mfa_deactivate_totp", "/staff/2fa/off/"),
        Look("mfa_generate_recovery_codes", "/staff/2fa/codes/new/"),
        Look("usersessions_list", "/staff/sessions/"),
    ),
}

#: Addresses that are looked at in a test of their own, or that are no pages, and why.
OTHER: dict[str, str] = {
    "healthz": "one word for programs",
    "log-files:checkpoint": "a file for programs",
    "log-files:tile": "a file for programs",
    "log-files:keys": "a file for programs",
    "log-files:archive": "a file for programs",
    "log-files:verifier": "a file for programs",
    "portal:photo": "a picture",
    "portal:proof": "a file",
    "portal:matters-file": "a file",
    "portal:leave": "a button",
    "portal:look": "for the page's own script; the same stands on the next step",
    "site:text-size": "a button",
    "desk:role": "a button",
    "desk:next-call": "a button",
    "board:callbacks-file": "a file",
    "report:report-file": "a file",
    "board:download-file": "a file",
    "board:body-file": "a file for programs",
    "board:group-file": "a file for programs",
    "board:definitions-file": "a file for programs",
    "desk:find": "leads on",
    "desk:acknowledge": "a button",
    "desk:similar": "for the page's own script",
    "desk:reply-check": "for the page's own script; a button shows the same",
    "desk:intake-check": "for the page's own script; a button shows the same",
    "desk:send": "a button; its pages are the board",
    "desk:act": "a button; its pages are the case",
    "desk:file": "a picture",
    "mfa_download_recovery_codes": "a file",
    "mfa_authenticate": "looked at while signing in",
    "mfa_activate_totp": "looked at by somebody without a second factor",
    "mfa_view_recovery_codes": "looked at after a set was made",
    "organisation:sign-in-again": "looked at when a session has ended",
    "organisation:resume": "looked at when a session has ended",
}


def addresses(patterns: list[URLPattern | URLResolver] | None = None, space: str = "") -> Iterator[str]:
    """The name of every address there is."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"
