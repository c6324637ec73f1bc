"""A caller makes a call with the keyboard alone and without scripts, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.a11y.looking import Eyes, Site
from tests.a11y.test_keyboard import both_languages, press, reach

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@both_languages
def test_a_call_is_made_with_the_keyboard_alone(browser: Browser, site: Site, language: str) -> None:
    eyes = Eyes(browser, site, language, site.sessions["caller"])
    page = eyes.page
    page.route("**/*.js", lambda route: route.abort())
    call = site.numbers[f"call {language}"]
    assert eyes.opens(f"/desk/calls/{call}/") == 200
    assert "13800138000" not in page.content()
    press(page, "button[value=number]")
    assert "13800138000" in page.content()
    assert not any(words in page.content() for words in ("The bulb was replaced", "is a dark street"))
    eyes.looks()
    for name, steps in {"result": 3, "contacted": 1, "voice": 2}.items():
        reach(page, page.locator(f"input[name={name}]:checked"))
        for _ in range(steps):  # the arrow keys move through the answers, beginning with the last
            page.keyboard.press("ArrowDown")
    press(page, "button[value=pressed]", "Space")
    for name, value in (("result", "not_solved"), ("contacted", "yes"), ("voice", "4"), ("pressed", "yes")):
        assert page.locator(f"input[name={name}][value='{value}']").is_checked()
    eyes.looks()
    press(page, "button[value=done]:not([aria-hidden])")  # how it ended was forgotten
    assert page.locator("#error-summary").count() == 1
    eyes.looks()
    reach(page, page.locator("input[name=disposition]").first)
    page.keyboard.press("Space")
    press(page, "button[value=done]:not([aria-hidden])")
    assert page.url.endswith("/desk/calls/")
    eyes.looks()
    eyes.done("console: Failed to load resource")
