"""While somebody types, the example town suggests what it is about, who will handle it, and a matter that is the same;
without scripts the next steps show the same. In both languages, on both databases.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.story.people import WAIT, Person
from tests.story.suggested import MATTERS
from tests.story.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module", autouse=True)
def _matters(town: Town) -> None:
    town.program("tests.story.suggested")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_category_office_and_the_same_matter_are_there_while_typing(
    browser: Browser, town: Town, language: str
) -> None:
    matter = MATTERS[language]
    person = Person(browser, town, language, width=360)
    person.opens("/say/")
    beside = person.page.locator("#beside")
    person.writes("用自己的话说", f"{matter.again} 13800138000")
    expect(beside).to_contain_text(matter.category, timeout=WAIT)
    expect(beside).to_contain_text(matter.office)
    expect(beside).to_contain_text(matter.title)
    expect(beside).to_contain_text("13800138000")
    # taking the number out keeps every other word, and joining keeps them all
    with person.page.expect_navigation():
        beside.get_by_role("button", name=f"{person.words('去掉')} 13800138000", exact=True).click()
    expect(person.page.get_by_label(person.words("用自己的话说"))).to_have_value(f"{matter.again} ＊＊＊")
    with person.page.expect_navigation():
        beside.get_by_role("button", name=person.words("是同一件，加入它")).first.click()
    person.reads(matter.title)
    assert matter.again in (person.page.locator("input[name=text]").get_attribute("value") or "")
    person.leaves()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_scripts_the_next_steps_show_the_same(browser: Browser, town: Town, language: str) -> None:
    matter = MATTERS[language]
    person = Person(browser, town, language, javascript=False)
    person.opens("/say/")
    person.writes("用自己的话说", matter.again)
    person.presses("下一步：在哪里")
    person.reads(matter.category)
    person.reads(matter.office)
    person.presses("下一步")
    person.reads(matter.title)
    person.leaves()


def test_danger_gets_its_number_before_anything_is_sent(browser: Browser, town: Town) -> None:
    person = Person(browser, town, "zh")
    person.opens("/say/")
    person.writes("用自己的话说", "楼道里有很浓的煤气味")
    expect(person.page.locator("#beside a[href='tel:119']")).to_be_visible(timeout=WAIT)
    person.leaves()
