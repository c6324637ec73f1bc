"""What every page may use as `shell`: the body's name and human phone number, navigation, language and text size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.organisation import store
from huiyin.organisation.records import Texts
from huiyin.site.preferences import text_size


@dataclass(frozen=True)
class Link:
    """One entry of a navigation list. `here` marks the page being shown or one below it."""

    text: str
    url: str
    here: bool


#: Quiet navigation of the resident and public pages: words and the page's name in the root urls.
RESIDENT_PAGES = (
    (_("说一件事"), "portal:say"),
    (_("查我的事"), "portal:follow"),
    (_("公开的事"), "portal:matters"),
    (_("数字"), "board:home"),
    (_("单位"), "board:offices"),
    (_("记录"), "ledger:home"),
)

FOOTER_PAGES = (
    (_("电话求助"), "site:help"),
    (_("每月报告"), "report:reports"),
    (_("这些数字不能告诉您什么"), "site:limits"),
    (_("四风体检"), "checkup:check-up"),
    (_("反复出现的事"), "suggestions:issues"),
    (_("怎么给出建议"), "suggestions:how"),
    (_("隐私"), "site:privacy"),
    (_("公开记录"), "ledger:home"),
    (_("员工登录"), "account_login"),
)


def local(names: Any) -> str:
    """The text for the current language out of {"zh": …, "en": …} or an object with `.local(lang)`.

    A text stays as it is; one that is still to be translated is translated now.
    """
    if names is None:
        return ""
    if isinstance(names, str | Promise):
        return str(names)
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    if isinstance(names, Mapping):
        return str(names.get(language) or names.get("zh") or next(iter(names.values()), ""))
    return str(names.local(language))


class Shell:
    """Made for each rendering, computed only as far as the page asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _texts(self) -> Texts | None:
        try:
            return store.current().texts
        except store.NoPackLoaded:
            return None

    def _text(self, name: str) -> str:
        return local(getattr(self._texts, name)) if self._texts is not None else ""

    @cached_property
    def name(self) -> str:
        """The public body's own name, from its pack; the software's name until a pack is loaded."""
        return self._text("body_name") or "Huiyin"

    @cached_property
    def phone(self) -> str:
        """The number at which a human answers; empty until a pack is loaded."""
        return self._text("phone")

    @cached_property
    def phone_hours(self) -> str:
        return self._text("phone_hours")

    @cached_property
    def emergency_notice(self) -> str:
        return self._text("emergency_notice")

    @cached_property
    def privacy_note(self) -> str:
        return self._text("privacy_note")

    @cached_property
    def limits_extra(self) -> str:
        """What this body itself adds to the page about the limits of its figures."""
        return self._text("limits_extra")

    @cached_property
    def text_size(self) -> str:
        return text_size(self._request)

    @property
    def other_text_size(self) -> str:
        return "normal" if self.text_size == "large" else "large"

    @property
    def other_language(self) -> str:
        return "zh-hans" if get_language() == "en" else "en"

    @cached_property
    def here(self) -> str:
        """This page as a GET address: typed form contents never travel in it."""
        return self._request.get_full_path() if self._request.method in ("GET", "HEAD") else self._request.path

    @cached_property
    def same_page_in_other_language(self) -> str:
        return _translated(self.here, self.other_language, get_language())

    def _links(self, pages: tuple[tuple[Any, str], ...]) -> list[Link]:
        links = []
        for text, name in pages:
            url = address(name)
            if url:
                path = self._request.path
                links.append(Link(str(text), url, path == url or (len(url) > 4 and path.startswith(url))))
        return links

    @property
    def pages(self) -> list[Link]:
        return self._links(RESIDENT_PAGES)

    @property
    def footer_pages(self) -> list[Link]:
        return self._links(FOOTER_PAGES)

    @property
    def home(self) -> str:
        return address("portal:home") or "/"


def address(name: str) -> str:
    """The URL of a named page, or "" when this deployment does not have that page."""
    return _address(name, get_language(), settings.ROOT_URLCONF)


# A page asks for some twenty addresses, which never change while a process lives.
@lru_cache(maxsize=256)
def _address(name: str, _language: str | None, _urlconf: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=1024)
def _translated(url: str, language: str, _from: str | None) -> str:  # an address is read in the language in force
    return translate_url(url, language)


def body(request: HttpRequest) -> dict[str, object]:
    """Context processor: `shell` for the base templates."""
    return {"shell": Shell(request)}
