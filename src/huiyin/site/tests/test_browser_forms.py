"""A form sent by a real browser arrives: headers that only browsers set must not be refused."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_form_with_a_token_is_accepted_from_a_browser(live_server: LiveServer, browser: Browser) -> None:
    # With the policy "no-referrer" browsers send "Origin: null" with every form, and each one would be refused.
    from django.core.management import call_command

    call_command("createcachetable", verbosity=0)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_server.url}/staff/login/")
    page.fill("input[name=login]", "nobody")
    page.fill("input[name=password]", "wrong")
    with page.expect_navigation() as sent:
        page.press("input[name=password]", "Enter")
    status = sent.value.status
    context.close()
    assert status != 403
