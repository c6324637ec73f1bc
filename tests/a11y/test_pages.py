"""No page of the site map shuts anybody out, and none is forgotten."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import Browser, Route

from tests.a11y.fill import PASSWORD, SEED
from tests.a11y.looking import Eyes, Site
from tests.a11y.sitemap import OTHER, PAGES, addresses
from tests.story.town import Account

pytestmark = [pytest.mark.browser, pytest.mark.slow]
both_languages = pytest.mark.parametrize("language", ["zh", "en"])


def test_every_address_is_looked_at_or_says_why_not() -> None:
    looked_at = {look.name for looks in PAGES.values() for look in looks} - {"404", "403"}
    known = looked_at | set(OTHER)
    found = set(addresses())
    assert found - known == set()
    assert known - found == set()


@both_languages
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anybody")
def test_a_page_is_open_to_everybody(browser: Browser, site: Site, who: str, language: str) -> None:
    eyes = Eyes(browser, site, language, site.sessions.get(who, ""))
    for look in PAGES[who]:
        status = eyes.opens(look.path.format(**site.numbers))
        if status != look.status:
            eyes.faults.append(f"{look.path}: {status} instead of {look.status}")
        eyes.looks(resident=not who and "/staff/" not in look.path, dark=language == "zh")
    eyes.done()


#: State of a matter → questions its page can ask.
MINE: dict[str, tuple[str, ...]] = {
    "received": ("withdraw", "erase"),
    "working": (),
    "asked": (),
    "answered": ("dispute", "eight"),
    "partly": ("dispute",),
    "redone": (),
    "reviewing": (),
    "declined": ("review",),
    "solved": ("reopen",),
    "withdrawn": (),
    "merged": (),
    "erased": (),
}


@both_languages
def test_one_s_own_matter_is_open_to_everybody_in_every_state(browser: Browser, site: Site, language: str) -> None:
    eyes = Eyes(browser, site, language)
    for state, questions in MINE.items():
        eyes.opens("/follow/")
        eyes.page.fill("#code", site.codes[state])
        eyes.presses("#follow button")
        for folded in eyes.page.locator("details:not([open]) > summary").all():
            if folded.is_visible():
                folded.click()
        eyes.looks(resident=True, dark=language == "zh")
        for question in questions:
            assert eyes.opens(f"/my/?ask={question}") == 200
            eyes.looks(resident=True)
    eyes.opens("/follow/")
    eyes.page.fill("#code", site.codes["answered"][:-1] + ("2" if site.codes["answered"][-1] != "2" else "3"))
    eyes.presses("#follow button")
    eyes.looks(resident=True)
    assert eyes.page.locator("#code-error").count() == 1
    eyes.done()


@both_languages
def test_every_step_of_saying_it_is_open_to_everybody(browser: Browser, site: Site, language: str) -> None:
    eyes = Eyes(browser, site, language)
    eyes.opens("/say/")
    eyes.presses("main button[value=next]:not([aria-hidden])")  # nothing written: the page says so
    eyes.looks(resident=True)
    assert eyes.page.locator("#error-summary").count() == 1
    eyes.page.fill("#text", "The street light on pole 1 is out, it is a dark street at night. We also smell gas.")
    eyes.presses("main button[value=next]:not([aria-hidden])")
    eyes.looks(resident=True, dark=language == "zh")  # where
    eyes.page.select_option("#area", "990101001001")
    eyes.presses("main button[value=next]:not([aria-hidden])")
    if eyes.page.locator("main button[value=apart]:not([aria-hidden])").count():
        eyes.looks(resident=True)  # the same as this?
        eyes.presses("button.button-primary[value=apart]")
    eyes.page.fill("#phone", "12")
    eyes.presses("main button[value=next]:not([aria-hidden])")
    eyes.looks(resident=True)  # photos and contact, with a number that cannot be right
    eyes.page.fill("#phone", "13800138000")
    eyes.presses("main button[value=next]:not([aria-hidden])")
    eyes.looks(resident=True)  # the last look
    eyes.presses("main button[value=send]:not([aria-hidden])")
    eyes.looks(resident=True, dark=language == "zh")  # the receipt
    assert eyes.page.locator("section.receipt .code span").count() == 5
    eyes.done()


@both_languages
def test_signing_in_and_signing_in_again_are_open_to_everybody(browser: Browser, site: Site, language: str) -> None:
    eyes = Eyes(browser, site, language)
    account = Account("administrator", PASSWORD, SEED)
    eyes.opens("/desk/")
    eyes.page.fill("input[name=login]", account.username)
    eyes.page.fill("input[name=password]", "not the password")
    eyes.presses("main button")
    eyes.looks()
    eyes.page.fill("input[name=login]", account.username)
    eyes.page.fill("input[name=password]", account.password)
    eyes.presses("main button")
    assert "/2fa/ask/" in eyes.page.url
    eyes.looks()
    eyes.done()

    eyes = Eyes(browser, site, language, site.sessions["caller"])
    eyes.opens("/staff/2fa/set/")
    eyes.looks()
    eyes.done()

    eyes = Eyes(browser, site, language, site.sessions["dispatcher"])
    eyes.opens("/desk/matters/{received}/".format(**site.numbers))
    eyes.context.clear_cookies(name="sessionid")
    eyes.page.locator("details:has(form[action*='/do/Publish/']) > summary").click()
    eyes.page.fill(
        "form[action*='/do/Publish/'] input[name=title]", "Street light out, and a sentence that took a while to write"
    )
    eyes.presses("form[action*='/do/Publish/'] button")
    eyes.looks()  # the sign-in page that keeps what was typed
    assert eyes.page.locator("input[name=kept]").count() == 1
    eyes.context.add_cookies([{"name": "sessionid", "value": site.sessions["dispatcher"], "url": site.url}])
    eyes.page.fill("input[name=login]", "dispatcher")
    eyes.page.fill("input[name=password]", "signed in meanwhile in another window")
    eyes.presses("main button")
    eyes.looks()  # what was kept
    assert eyes.page.locator("textarea[name=title]").count() == 1
    eyes.done()


def _answer(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.mark.django_db
@both_languages
def test_pages_for_when_something_went_wrong_are_open_to_everybody(browser: Browser, site: Site, language: str) -> None:
    eyes = Eyes(browser, site, language)
    templates: dict[str, dict[str, Any]] = {
        "400.html": {}, "403.html": {}, "500.html": {}, "portal/too_large.html": {"megabytes": 45},
        "portal/cut_off.html": {}, "portal/not_yet.html": {}, "portal/not_sealed.html": {},
        "csrf.html": {"fields": [("text", "a\nb"), ("kind", "a")], "action": "/say/"},
    }  # fmt: skip
    for name, context in templates.items():
        with override("en" if language == "en" else "zh-hans"):
            html = render_to_string(name, context, RequestFactory().get(f"{'/en' if language == 'en' else ''}/shown/"))
        eyes.page.route(f"**/shown/{name}", partial(_answer, html))
        eyes.opens(f"/shown/{name}")
        assert eyes.page.locator("h1").count() == 1
        eyes.looks(dark=language == "zh")
        eyes.page.unroute(f"**/shown/{name}")
    eyes.done("500.html: Chinese on")  # that page knows no language and says everything in both
