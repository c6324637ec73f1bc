"""With the keys Tab, Enter and Space alone: say something, follow it, give the verdict. Focus is always to be seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.a11y.looking import Eyes, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
both_languages = pytest.mark.parametrize("language", ["zh", "en"])
MOST_PRESSES = 60
_IS_FOCUSED = "element => element === document.activeElement"
#: What tells where the focus is: an outline that has a width and is not see-through.
_OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; every stop on the way can be seen."""
    element = target.element_handle()
    assert element is not None
    for _ in range(MOST_PRESSES):
        if element.evaluate(_IS_FOCUSED):
            return
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert where.startswith("<body") or page.evaluate(_OUTLINE), f"the focus cannot be seen on {where}"
    pytest.fail(f"{target} is not reached by Tab on {page.url}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach something and press it, and wait for the page that follows."""
    reach(page, page.locator(selector).first)
    with page.expect_navigation():
        page.keyboard.press(key)


def write(page: Page, selector: str, text: str) -> None:
    """Reach a field and type."""
    reach(page, page.locator(selector).first)
    page.keyboard.type(text)


@both_languages
def test_a_matter_is_said_and_followed_with_the_keyboard_alone(browser: Browser, site: Site, language: str) -> None:
    eyes = Eyes(browser, site, language)
    page = eyes.page
    eyes.opens("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press(page, "a.button-big")
    write(page, "#text", "The bench in the park is broken.")
    press(page, "main button[value=next]:not([aria-hidden])")
    write(page, "#place", "near the pond")
    press(page, "main button[value=next]:not([aria-hidden])", "Space")
    write(page, "#phone", "13800138000")
    press(page, "main button[value=next]:not([aria-hidden])")
    press(page, "main button[value=send]:not([aria-hidden])")
    assert re.search(r"\d\d-\w{4}-\w{4}", page.locator("section.receipt").inner_text())
    press(page, "main form.actions button")
    assert page.url.endswith("/my/")
    eyes.done()


@both_languages
def test_a_verdict_is_given_with_the_keyboard_alone(browser: Browser, site: Site, language: str) -> None:
    # One matter for each language: a verdict is given once.
    state = "answered once more" if language == "zh" else "answered too"
    eyes = Eyes(browser, site, language)
    page = eyes.page
    eyes.opens("/follow/")
    write(page, "#code", site.codes[state])
    press(page, "#follow button")
    press(page, "button[value='verdict:not_solved']", "Space")
    write(page, "#text", "It is still dark.")
    press(page, "button[value=dispute]")
    assert "done=dispute" in page.url
    eyes.done()
