"""The door of the staff pages, walked through with a real sign-in."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client

from huiyin.organisation import people
from huiyin.organisation.models import Staff
from huiyin.organisation.testing import NOW, load_demo

pytestmark = [pytest.mark.django_db, pytest.mark.urls("huiyin.organisation.tests.guarded_urls")]
SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def _deployment(db: None, settings: Any) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "guards"}}
    settings.CONFIG = replace(django_settings.CONFIG, second_factor="optional")
    load_demo()
    from django.core.cache import cache

    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def member(username: str = "anna", role: str = "dispatcher") -> Staff:
    return people.add(username, [role], "hotline", NOW, password=SECRET)[0]


def sign_in(client: Client, username: str = "anna") -> None:
    response = client.post("/staff/login/", {"login": username, "password": SECRET})
    assert response.status_code == 302, response.content.decode()


def kept_in(page: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_stranger_is_sent_to_sign_in_and_comes_back(client: Client) -> None:
    member()
    response = client.get("/tasks/?q=1")
    assert response["Location"] == "/staff/login/?next=%2Ftasks%2F%3Fq%3D1"
    response = client.post(response["Location"], {"login": "anna", "password": SECRET, "next": "/tasks/?q=1"})
    assert response["Location"] == "/tasks/?q=1"
    assert client.get("/tasks/").content == b"taken: "


def test_the_wrong_role_is_refused(client: Client) -> None:
    member()
    sign_in(client)
    assert client.get("/docket/").status_code == 403


def test_an_account_without_work_cannot_sign_in(client: Client) -> None:
    staff = member()
    Staff.objects.filter(pk=staff.pk).update(active=False)
    response = client.post("/staff/login/", {"login": "anna", "password": SECRET})
    assert response["Location"] == "/staff/inactive/"
    assert client.get("/staff/inactive/").status_code == 200
    assert client.get("/tasks/").status_code == 302


def test_nobody_can_make_an_account_for_themselves(client: Client) -> None:
    response = client.post("/staff/signup/", {"username": "me", "password1": SECRET})
    assert response.status_code == 405


def test_half_an_hour_without_a_request_ends_the_session(client: Client) -> None:
    member()
    sign_in(client)
    with time_machine.travel(later(29), tick=False):
        assert client.get("/tasks/").status_code == 200
    with time_machine.travel(later(58), tick=False):
        assert client.get("/tasks/").status_code == 200
    with time_machine.travel(later(89), tick=False):
        assert client.get("/tasks/").status_code == 302


def test_twelve_hours_end_the_session_however_busy(client: Client) -> None:
    member()
    sign_in(client)
    for step in range(1, 36):
        with time_machine.travel(later(step * 20), tick=False):
            assert client.get("/tasks/").status_code == 200
    with time_machine.travel(later(720), tick=False):
        assert client.get("/tasks/").status_code == 302


def test_text_typed_into_an_ended_session_is_not_lost(client: Client) -> None:
    member()
    sign_in(client)
    typed = {"text": "第一行，很长的答复\n第二行 <b>", "version": "3", "csrfmiddlewaretoken": "x", "password": "no"}
    with time_machine.travel(later(45), tick=False):
        page = client.post("/tasks/?case=7", typed)
        assert page.status_code == 401
        kept = kept_in(page.content.decode())
        assert "第一行" not in page.content.decode()
        wrong = client.post("/staff/again/", {"login": "anna", "password": "wrong", "kept": kept})
        assert kept_in(wrong.content.decode()) == kept
        response = client.post("/staff/again/", {"login": "anna", "password": SECRET, "kept": kept})
        assert response["Location"] == "/staff/resume/"
        form = client.get("/staff/resume/").content.decode()
        assert 'action="/tasks/?case=7"' in form
        assert "第一行，很长的答复\n第二行 &lt;b&gt;</textarea>" in form
        assert '<input type="hidden" name="version" value="3">' in form
        assert 'name="password"' not in form
        assert client.post("/tasks/?case=7", {"text": typed["text"]}).content.decode().startswith("taken: 第一行")


def test_text_of_somebody_without_any_session_is_kept_too(client: Client) -> None:
    member()
    kept = kept_in(client.post("/tasks/", {"text": "written before the cookie was lost"}).content.decode())
    client.post("/staff/again/", {"login": "anna", "password": SECRET, "kept": kept})
    assert "written before the cookie was lost" in client.get("/staff/resume/").content.decode()


def test_kept_text_is_not_shown_to_a_colleague(client: Client) -> None:
    member()
    member("ben")
    sign_in(client)
    with time_machine.travel(later(45), tick=False):
        kept = kept_in(client.post("/tasks/", {"text": "what anna wrote about a matter"}).content.decode())
        client.post("/staff/again/", {"login": "ben", "password": SECRET, "kept": kept})
        response = client.get("/staff/resume/")
    assert response.status_code == 404
    assert "anna wrote" not in response.content.decode()


def test_kept_text_cannot_be_forged_and_expires(client: Client) -> None:
    member()
    kept = kept_in(client.post("/tasks/", {"text": "a long text to be kept"}).content.decode())
    with time_machine.travel(later(13 * 60), tick=False):
        client.post("/staff/again/", {"login": "anna", "password": SECRET, "kept": kept})
        assert client.get("/staff/resume/").status_code == 404
        client.post("/staff/again/", {"kept": "forged"})
        assert client.get("/staff/resume/").status_code == 404


def test_somebody_who_signed_in_in_another_window_goes_straight_on(client: Client) -> None:
    member()
    kept = kept_in(client.post("/tasks/", {"text": "a long text to be kept"}).content.decode())
    sign_in(client)
    assert client.post("/staff/again/", {"kept": kept})["Location"] == "/staff/resume/"
    assert "a long text to be kept" in client.get("/staff/resume/").content.decode()
    assert client.post("/staff/resume/").status_code == 302
    assert client.get("/staff/resume/").status_code == 404


def test_a_handed_out_password_must_be_changed_first(client: Client) -> None:
    _, password = people.add("cleo", ["dispatcher"], "hotline", NOW)
    client.post("/staff/login/", {"login": "cleo", "password": password})
    assert client.get("/tasks/")["Location"] == "/staff/password/change/"
    assert client.get("/staff/password/change/").status_code == 200
    own = {"oldpassword": password, "password1": SECRET, "password2": SECRET}
    assert client.post("/staff/password/change/", own)["Location"] == "/desk/"
    assert client.get("/tasks/").status_code == 200


def test_where_a_second_factor_is_required_it_is_set_before_any_work(client: Client, settings: Any) -> None:
    settings.CONFIG = replace(django_settings.CONFIG, second_factor="required")
    staff = member()
    sign_in(client)
    assert client.get("/tasks/")["Location"] == "/staff/2fa/set/"
    page = client.get("/staff/2fa/set/")
    assert page.status_code == 200, page.get("Location")
    secret = page.context["form"].secret
    response = client.post("/staff/2fa/set/", {"code": code_of(secret)})
    assert response["Location"] == "/staff/2fa/codes/"
    assert client.get("/staff/2fa/codes/").status_code == 200
    assert client.get("/staff/2fa/").status_code == 200
    assert client.get("/tasks/").status_code == 200
    stored = Authenticator.objects.get(user_id=staff.user_id, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)
    assert get_adapter().decrypt(stored.data["secret"]) == secret

    with time_machine.travel(later(2), tick=False):
        other = Client()
        asked = other.post("/staff/login/", {"login": "anna", "password": SECRET})
        assert asked["Location"] == "/staff/2fa/ask/"
        assert other.get("/tasks/").status_code == 302
        assert other.get("/staff/2fa/ask/").status_code == 200
        assert other.post("/staff/2fa/ask/", {"code": code_of(secret)}).status_code == 302
        assert other.get("/tasks/").status_code == 200


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_kept_text_survives_the_second_factor(client: Client) -> None:
    member()
    sign_in(client)
    secret = client.get("/staff/2fa/set/").context["form"].secret
    client.post("/staff/2fa/set/", {"code": code_of(secret)})
    with time_machine.travel(later(45), tick=False):
        kept = kept_in(client.post("/tasks/", {"text": "typed before the session ended"}).content.decode())
        asked = client.post("/staff/again/", {"login": "anna", "password": SECRET, "kept": kept})
        assert asked["Location"] == "/staff/2fa/ask/"
        passed = client.post("/staff/2fa/ask/", {"code": code_of(secret)})
        assert passed["Location"] == "/staff/resume/"
        assert "typed before the session ended" in client.get("/staff/resume/").content.decode()


def test_sign_in_settings_ask_for_the_password_again_later_on(client: Client) -> None:
    member()
    sign_in(client)
    with time_machine.travel(later(10), tick=False):
        assert client.get("/staff/2fa/set/")["Location"].startswith("/staff/confirm/")
        assert client.get("/staff/confirm/").status_code == 200
        client.post("/staff/confirm/", {"password": SECRET})
        assert client.get("/staff/2fa/set/").status_code == 200


def test_ten_wrong_passwords_in_a_minute_shut_the_door_for_their_address(client: Client) -> None:
    member()
    for _ in range(10):
        client.post("/staff/login/", {"login": "anna", "password": "wrong"})
    assert client.post("/staff/login/", {"login": "anna", "password": SECRET}).status_code == 200
    other = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(other)  # a stranger who types wrong passwords keeps nobody out who sits elsewhere
    with time_machine.travel(later(6), tick=False):
        sign_in(client)


def test_sessions_are_listed_and_the_others_can_be_ended(client: Client) -> None:
    member()
    other = Client()
    sign_in(other)
    sign_in(client)
    page = client.get("/staff/sessions/")
    assert page.content.decode().count("<tr>") == 3
    assert client.post("/staff/sessions/").status_code == 302
    assert other.get("/tasks/").status_code == 302
    assert client.get("/tasks/").status_code == 200


@pytest.mark.parametrize("page", ["login", "password/reset", "logout", "password/change", "2fa", "sessions"])
def test_account_pages_open_in_the_design_of_the_site(client: Client, page: str) -> None:
    member()
    if page not in ("login", "password/reset"):
        sign_in(client)
    response = client.get(f"/staff/{page}/")
    assert response.status_code == 200
    assert "site/huiyin.css" in response.content.decode()


def test_a_deactivated_person_is_out_at_once(client: Client) -> None:
    member()
    sign_in(client)
    people.deactivate("anna")
    assert client.get("/tasks/").status_code == 302
    assert Client().post("/staff/login/", {"login": "anna", "password": SECRET}).get("Location") != "/desk/"


def test_nothing_is_missing_from_the_migrations() -> None:
    call_command("makemigrations", "organisation", check=True, dry_run=True, verbosity=0)
