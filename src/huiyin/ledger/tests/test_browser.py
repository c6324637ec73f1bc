from __future__ import annotations

import json
from pathlib import Path

import pytest

from huiyin.ledger import queries, receipts
from huiyin.ledger.commitments import Opening

pytestmark = [pytest.mark.browser, pytest.mark.urls("huiyin.ledger.tests.log_urls")]


@pytest.fixture
def page(browser):
    """A page of the run's Chromium."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.django_db(transaction=True)
def test_a_receipt_is_checked_in_the_browser_in_both_languages(page, live_server, log, home: Path) -> None:
    entry = log.event(private={"text": "路灯坏了".encode()})
    entry.save()
    salts, _ = log._private
    log.add(20)
    log.seal()
    receipt = receipts.build(
        entry, [Opening("text", "路灯坏了".encode(), salts["text"]), *queries.openings(entry)], number="7"
    )
    file = home / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for prefix, genuine, wrong in (("", "属实", "不一样"), ("/en", "Genuine", "not what was recorded")):
        page.goto(f"{live_server.url}{prefix}/log/verify/")
        page.set_input_files("#receipt-file", str(file))
        page.wait_for_selector("#verify-result[data-code=ok]")
        assert genuine in page.inner_text("#verify-result")
        changed = json.loads(file.read_text())
        changed["openings"][0]["text"] = "路灯没坏"
        page.fill("#receipt-text", json.dumps(changed))
        page.click("#verify button")
        page.wait_for_selector("#verify-result[data-code=opening]")
        assert wrong in page.inner_text("#verify-result")
    assert errors == []
