from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from huiyin.organisation import store
from huiyin.organisation.records import Names, Texts
from huiyin.site.context import Shell


class Pack:
    """A catalogue with texts and nothing else."""

    texts = Texts(
        body_name=Names(zh="样板城热线", en="Sample City Line"),
        phone=Names(zh="100-200", en="100-200"),
        limits_extra=Names(zh="本地另外说明", en="A local remark"),
    )


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "current", Pack)


@pytest.fixture
def no_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> None:
        raise store.NoPackLoaded

    monkeypatch.setattr(store, "current", nothing)


def base(request: HttpRequest, language: str = "zh-hans") -> str:
    with override(language):
        response: HttpResponse = render(request, "base_resident.html")
        return response.content.decode()


@pytest.mark.usefixtures("pack")
def test_a_resident_page_has_the_body_s_name_and_a_human_s_number(rf: RequestFactory) -> None:
    html = base(rf.get("/limits/"))
    assert "样板城热线" in html
    assert 'href="tel:100200"' in html
    assert "Sample City Line" in base(rf.get("/en/limits/"), "en")


@pytest.mark.usefixtures("no_pack")
def test_pages_work_before_a_pack_is_loaded(rf: RequestFactory) -> None:
    assert "Huiyin" in base(rf.get("/limits/"))


@pytest.mark.usefixtures("pack")
def test_the_bare_page_is_light_and_asks_nobody_else(rf: RequestFactory) -> None:
    html = base(rf.get("/limits/"))
    assert len(html.encode()) <= 15_000
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', html) == []
    assert "style=" not in html
    assert "<style" not in html
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []


@pytest.mark.usefixtures("pack")
@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/limits/", "/help/", "/privacy/"])
def test_the_house_s_own_pages_exist_in_both_languages(client: Client, path: str) -> None:
    chinese, english = client.get(path), client.get(f"/en{path}")
    assert chinese.status_code == english.status_code == 200
    assert '<html lang="zh-Hans"' in chinese.content.decode()
    text = re.sub(r"<[^>]*>", "", english.content.decode().replace(">中文<", "><"))
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


@pytest.mark.usefixtures("pack")
@pytest.mark.django_db
def test_a_page_without_a_form_sets_no_cookie_and_asks_no_session(client: Client) -> None:
    assert client.get("/limits/").cookies == {}


@pytest.mark.usefixtures("pack")
@pytest.mark.django_db
def test_a_body_may_add_its_own_remark_about_its_figures(client: Client) -> None:
    assert "本地另外说明" in client.get("/limits/").content.decode()


@pytest.mark.parametrize(
    ("path", "language", "other"),
    [
        ("/limits/", "zh-hans", "/en/limits/"),
        ("/en/limits/", "en", "/limits/"),
        ("/limits/?q=a&page=2", "zh-hans", "/en/limits/?q=a&page=2"),
    ],
)
def test_the_language_switch_leads_to_the_same_page(rf: RequestFactory, path: str, language: str, other: str) -> None:
    with override(language):
        assert Shell(rf.get(path)).same_page_in_other_language == other


def test_nothing_typed_travels_with_the_language_switch(rf: RequestFactory) -> None:
    request = rf.post("/limits/?draft=secret", {"text": "secret"})
    with override("zh-hans"):
        assert Shell(request).same_page_in_other_language == "/en/limits/"


@pytest.mark.django_db
def test_large_text_is_remembered_and_forgotten_on_demand(client: Client) -> None:
    response = client.post("/settings/text-size/", {"size": "large", "next": "/en/limits/?a=1"})
    assert (response.status_code, response["Location"]) == (303, "/en/limits/?a=1")
    assert response.cookies["text_size"].value == "large"
    assert 'class="text-large"' in client.get("/limits/").content.decode()
    client.post("/settings/text-size/", {"size": "normal", "next": "/limits/"})
    assert 'class="text-large"' not in client.get("/limits/").content.decode()


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_text_switch_never_leads_to_another_site(client: Client, following: str) -> None:
    assert client.post("/settings/text-size/", {"size": "large", "next": following})["Location"] == "/"


def test_the_text_switch_needs_no_token_and_no_get(settings: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/settings/text-size/", {"size": "large"}).status_code == 303
    assert strict.get("/settings/text-size/").status_code == 405


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("page", ["400.html", "403.html", "404.html"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_error_page_names_a_next_step(rf: RequestFactory, page: str, language: str) -> None:
    with override(language):
        html = render(rf.get("/nowhere/"), page).content.decode()
    assert "<h1>" in html
    assert '<a href="/' in html.split("<h1>")[1].split("</main>")[0]


def test_the_page_for_a_broken_house_needs_nothing_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise AssertionError("the page for a broken house asked for the pack")

    monkeypatch.setattr(store, "current", broken)
    assert "我们这边出错了" in render_to_string("500.html")


@pytest.mark.usefixtures("pack")
def test_the_page_for_a_stale_form_keeps_what_was_typed(rf: RequestFactory) -> None:
    fields = [("text", "路灯坏了\n三天 <b>"), ("kind", "a"), ("empty", "")]
    html = render(rf.post("/say/"), "csrf.html", {"fields": fields, "action": "/say/"}).content.decode()
    assert '<form method="post" action="/say/">' in html
    assert "路灯坏了\n三天 &lt;b&gt;</textarea>" in html
    assert '<input type="hidden" name="kind" value="a">' in html
    assert "csrfmiddlewaretoken" in html
