"""Look at a page as people with different eyes, hands and telephones do."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.kill.harness import ROOT, Deployment

WIDE, NARROW, NARROWEST = 1280, 360, 320
#: Bytes over the wire for a resident's page, the map left out.
LIGHT = 60_000
_AXE = Axe()
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: The drawn map inside the page: an <svg class="map"> or the picture to press.
_MAP = """() => [...document.querySelectorAll('svg.map, figure.map svg, .map-picture svg')]
    .reduce((sum, map) => sum + new TextEncoder().encode(map.outerHTML).length, 0)
    + [...document.querySelectorAll('input.map-pin')].reduce((sum, map) => sum + map.src.length, 0)"""


@dataclass
class Site:
    """A served deployment with a matter in every state."""

    place: Deployment
    numbers: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.place.port}"

    def begin(self) -> None:
        """Set up, fill, serve."""
        self.place.run("setup")
        self.place.run("load", str(ROOT / "packs" / "yunting"))
        done = subprocess.run(
            [sys.executable, "-m", "tests.a11y.fill"], env=self.place.env, cwd=ROOT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        filled: dict[str, Any] = json.loads(done.stdout)
        self.numbers, self.codes, self.sessions = filled["numbers"], filled["codes"], filled["sessions"]
        self.place.server().start()


class Eyes:
    """One browser that notes every fault of every page it is shown."""

    def __init__(self, browser: Browser, site: Site, language: str = "zh", session: str = "") -> None:
        self.site, self.language = site, language
        self.context: BrowserContext = browser.new_context(
            viewport={"width": WIDE, "height": 800}, reduced_motion="reduce"
        )
        self.context.set_default_timeout(15_000)
        if session:
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self._expected_status = ""
        self._wire = 0
        self._cdp = self.context.new_cdp_session(self.page)
        self._cdp.send("Network.enable")
        self._cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._cdp.on("Network.loadingFinished", self._loaded)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._fault(f"script: {error}"))
        self.page.on("request", self._asked)

    def _fault(self, words: str) -> None:
        self.faults.append(f"[{self.language}] {self.page.url.removeprefix(self.site.url)}: {words}")

    def _loaded(self, event: dict[str, Any]) -> None:
        self._wire += int(event["encodedDataLength"])

    def _said(self, message: Any) -> None:
        # A page that is itself an answer of 4xx is announced by the browser on the console; that is no fault of it.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self._fault(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.site.url, "data:", "blob:")):
            self._fault(f"asks {request.url}")

    def opens(self, path: str) -> int:
        """Go there (a Chinese path; the English page has /en in front); the status."""
        self._wire = 0
        answer = self.page.goto(f"{self.site.url}{'/en' if self.language == 'en' else ''}{path}")
        return answer.status if answer else 0

    def presses(self, selector: str) -> None:
        """Press something that leads to another page."""
        self._wire = 0
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def looks(self, *, resident: bool = False, dark: bool = False) -> None:
        """Everything that is asked of every page, noted as faults when it is not so."""
        self.page.wait_for_load_state("load")
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 800})
            self._examine(f"axe at {width}", None)
            self._sideways(width)
        if dark:
            self.page.emulate_media(color_scheme="dark")
            self._examine("axe in the dark", {"runOnly": ["color-contrast"], "resultTypes": ["violations"]})
            self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        self._sideways(NARROWEST)
        self.page.set_viewport_size({"width": WIDE, "height": 800})
        if self.language == "en":
            chinese = self.page.evaluate(_HAN)
            if chinese:
                self._fault(f"Chinese on an English page: {chinese}")
        if resident:
            weight = self._wire - int(self.page.evaluate(_MAP))
            if weight > LIGHT:
                self._fault(f"{weight} bytes over the wire")

    def _sideways(self, width: int) -> None:
        excess = self.page.evaluate(_SIDEWAYS)
        if excess > 0:
            self._fault(f"{excess} px too wide at {width}")

    def _examine(self, name: str, options: dict[str, Any] | None) -> None:
        found = _AXE.run(self.page, options=options or {"resultTypes": ["violations"]}).response
        for violation in found["violations"]:
            targets = " ".join(str(node["target"]) for node in violation["nodes"][:3])
            self._fault(f"{name}: {violation['id']} ({violation['help']}) at {targets}")

    def done(self, *allowed: str) -> None:
        """Close the browser; fails with every fault that does not contain one of the `allowed` words."""
        self.context.close()
        faults = [fault for fault in self.faults if not any(words in fault for words in allowed)]
        if faults:
            pytest.fail("\n".join(faults), pytrace=False)


#: Chinese letters outside what is marked as Chinese.
_HAN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent;
    const around = walk.currentNode.parentElement;
    if (/[\\u4e00-\\u9fff]/.test(text) && !around.closest('[lang^=zh], script, template, option[value=zh]'))
      found.push(text.trim().slice(0, 40));
  }
  return found.slice(0, 5).join(' | ');
}"""
