"""People in a browser: they read labels and press buttons, in the language they chose. Nothing here knows an address
that a person would not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext, override
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.story.town import Account, Town

WAIT = 10_000


class Person:
    """One person with one browser. `javascript=False` is a browser that runs no scripts at all."""

    def __init__(
        self, browser: Browser, town: Town, language: str, *, javascript: bool = True, width: int = 1280
    ) -> None:
        self.town, self.language = town, language
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 800}, accept_downloads=True
        )
        self.context.set_default_timeout(WAIT)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._only_home)

    def _only_home(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.town.url, "data:", "blob:")):
            self.complaints.append(f"asked for {url}")

    # --- reading --------------------------------------------------------------------------------

    def words(self, chinese: str) -> str:
        """A sentence of the product in this person's language. A missing translation fails."""
        with override("en" if self.language == "en" else "zh-hans"):
            found = gettext(chinese)
        assert self.language == "zh" or found != chinese, f"no English for {chinese}"
        return found

    @property
    def text(self) -> str:
        """What can be read on the page, folded parts included."""
        return self.page.locator("main").text_content() or ""

    def sees(self, *chinese: str) -> None:
        """These sentences of the product stand on the page."""
        for sentence in chinese:
            self.reads(self.words(sentence))

    def reads(self, words: str) -> None:
        """These very words stand on the page."""
        assert words in self.text, f"{words!r} is not on {self.page.url}:\n{re.sub(chr(10) + '+', chr(10), self.text)}"

    # --- doing ----------------------------------------------------------------------------------

    def opens(self, path: str) -> None:
        """Type an address (the Chinese one; the English one has /en in front)."""
        self.page.goto(f"{self.town.url}{'/en' if self.language == 'en' else ''}{path}")

    def button(self, chinese: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=self.words(chinese), exact=True)

    def presses(self, chinese: str) -> None:
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():
            self.button(chinese).first.click()

    def follows(self, chinese: str) -> None:
        """Follow a link of the page."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=self.words(chinese), exact=True).first.click()

    def writes(self, label: str, text: str, within: Locator | None = None) -> None:
        """Write into the field with this label."""
        (within or self.page.locator("main")).get_by_label(self.words(label)).first.fill(text)

    def chooses(self, label: str, option: str, within: Locator | None = None) -> None:
        """Choose from a list."""
        field = (within or self.page.locator("main")).get_by_label(self.words(label)).first
        field.select_option(label=self.words(option))

    def unfolds(self, chinese: str) -> Locator:
        """Open a folded part and give it."""
        part = self.page.locator("details", has=self.page.get_by_text(self.words(chinese), exact=True)).first
        if part.get_attribute("open") is None:
            part.locator("summary").first.click()
        return part

    @contextmanager
    def saves(self, file: Path) -> Iterator[None]:
        """What is downloaded inside this block is kept as `file`."""
        with self.page.expect_download() as download:
            yield
        download.value.save_as(file)

    def leaves(self) -> None:
        """Close the browser. Scripts made no mistake, and no page asked another house for anything."""
        self.context.close()
        assert self.complaints == []


class Member(Person):
    """Somebody who works here, signed in at a desk."""

    def __init__(self, browser: Browser, town: Town, language: str, username: str) -> None:
        super().__init__(browser, town, language)
        self.account: Account = town.accounts[username]

    def signs_in(self) -> None:
        """Go to the desk; sign in with the password and the authenticator; the first time, set both up."""
        self.opens("/desk/")
        self.shows_who_it_is()
        if "/password/change/" in self.page.url:
            own = f"{self.account.username} plum kettle window"
            fields = self.page.locator("main input[type=password]")
            for place, value in enumerate((self.account.password, own, own)):
                fields.nth(place).fill(value)
            self.presses("换密码")
            self.account.password = own
        if "/2fa/set/" in self.page.url:
            self.account.seed = (self.page.locator("main code").text_content() or "").strip()
            self.types_the_number("/2fa/set/", "开启")
            self.opens("/desk/")
        expect(self.page).to_have_url(re.compile(r"/desk/\w+/"))

    def shows_who_it_is(self, button: str = "登录") -> None:
        """Password first, then the number of the authenticator."""
        self.page.locator("main input[name=login]").fill(self.account.username)
        self.page.locator("main input[name=password]").fill(self.account.password)
        self.presses(button)
        self.types_the_number("/2fa/ask/", "登录")

    def types_the_number(self, page: str, button: str) -> None:
        """Type what the authenticator shows; once more when it changed before it arrived."""
        for _ in range(2):
            if page in self.page.url:
                self.page.locator("main input[name=code]").fill(self.account.number())
                self.presses(button)

    def does(self, move: str) -> Locator:
        """The form of one step on the page of a case, unfolded."""
        named = re.compile(rf"^\s*{re.escape(self.words(move))}\s*$")
        form = self.page.locator("form.move", has=self.page.locator("button", has_text=named))
        folded = self.page.locator("details", has=form)
        if folded.count() and folded.first.get_attribute("open") is None:
            folded.first.locator("summary").first.click()
        return form.first

    def decides(self, move: str) -> None:
        """Press the button of that step's form."""
        with self.page.expect_navigation():
            self.does(move).get_by_role("button", name=self.words(move), exact=True).click()

    def finds(self, number: str) -> None:
        """Open a matter by its public number."""
        self.page.locator("#find").fill(number)
        with self.page.expect_navigation():
            self.page.locator("form.find button").click()
