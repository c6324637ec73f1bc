"""How the pages are served, the sign of life, and the pages for when something went wrong."""

from __future__ import annotations

import dataclasses
import os
import socket
import time
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError
from django.conf import settings
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from huiyin.site import serving, views
from huiyin.site.config import Config
from huiyin.site.translations import compile_all


def config(database: str) -> Config:
    changed: Config = dataclasses.replace(settings.CONFIG, database=database)
    return changed


def option(argv: list[str], name: str) -> str:
    return argv[argv.index(name) + 1]


def test_sqlite_is_served_by_one_process_that_gathers_commits_and_works() -> None:
    argv = serving.command(config(""), host="127.0.0.1", port=8000)
    environment = serving.environment(config(""), {})
    assert (option(argv, "--workers"), option(argv, "--interface")) == ("1", "wsgi")
    assert 8 <= int(option(argv, "--blocking-threads")) <= 16
    assert (environment["HUIYIN_GROUP_COMMIT"], environment["HUIYIN_WORKER"]) == ("1", "1")


def test_postgresql_is_served_by_two_processes_without_a_worker_inside() -> None:
    argv = serving.command(config("postgresql://x@/x"), host="127.0.0.1", port=8000)
    environment = serving.environment(config("postgresql://x@/x"), {})
    assert (option(argv, "--workers"), option(argv, "--blocking-threads")) == ("2", "8")
    assert "HUIYIN_WORKER" not in environment
    assert "HUIYIN_GROUP_COMMIT" not in environment


def test_several_processes_on_sqlite_are_refused_with_a_reason() -> None:
    with pytest.raises(serving.CannotServe, match="one process"):
        serving.command(config(""), host="127.0.0.1", port=8000, workers=2)


def test_an_operator_may_keep_the_worker_out_of_the_pages() -> None:
    assert serving.environment(config(""), {"HUIYIN_WORKER": "0"})["HUIYIN_WORKER"] == "0"


@pytest.mark.django_db
def test_the_sign_of_life_says_ok_and_is_never_cached() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_the_sign_of_life_says_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr("huiyin.site.views.connection.cursor", away)
    monkeypatch.setattr("huiyin.site.views.connection.close", lambda: None)
    answer = views.healthz(RequestFactory().get("/healthz"))
    assert answer.status_code == 503


@pytest.mark.django_db
def test_a_page_that_does_not_exist_is_a_page_of_ours_in_both_languages() -> None:
    chinese, english = Client().get("/no-such-page/"), Client().get("/en/no-such-page/")
    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "没有这一页" in chinese.content.decode()
    assert 'lang="en"' in english.content.decode()


def test_the_page_for_our_own_errors_needs_no_database() -> None:
    answer = views.broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "<h1>" in answer.content.decode()


def post(**headers: str) -> bytes:
    request = RequestFactory().post(
        "/say/?step=2",
        {"text": "楼道灯坏了", "csrfmiddlewaretoken": "old", "password": "hunter2"},
        headers=headers,
    )
    answer = views.csrf_failure(request)
    assert answer.status_code == 403
    return bytes(answer.content)


@pytest.mark.django_db
def test_a_form_that_lost_its_token_shows_again_what_was_typed_but_no_secrets() -> None:
    page = post(**{"Sec-Fetch-Site": "same-origin"}).decode()
    assert "楼道灯坏了" in page
    assert "hunter2" not in page
    assert 'action="/say/?step=2"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {}]
)
def test_a_form_from_elsewhere_is_not_filled_in_for_the_reader_to_send(headers: dict[str, str]) -> None:
    assert "楼道灯坏了" not in post(**headers).decode()


@pytest.mark.django_db
def test_the_log_for_machines_has_one_address_in_all_languages() -> None:
    assert reverse("log-files:checkpoint") == "/log/checkpoint"
    assert Client().get("/en/log/checkpoint").status_code == 404


def test_a_catalogue_is_compiled_when_it_is_newer_and_only_then(tmp_path: Path) -> None:
    folder = tmp_path / "room" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = folder / "django.po"
    catalogue.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "好"\nmsgstr "good"\n')
    assert compile_all(tmp_path) == [folder / "django.mo"]
    assert b"good" in (folder / "django.mo").read_bytes()
    assert compile_all(tmp_path) == []
    later = time.time() + 10
    os.utime(catalogue, (later, later))
    assert len(compile_all(tmp_path)) == 1


def test_a_broken_catalogue_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    folder = tmp_path / "room" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "好"\nmsgstr "good"\nnonsense here\n')
    with pytest.raises(PoFileError):
        compile_all(tmp_path)
    assert not (folder / "django.mo").exists()


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_no_error_page_shows_internals() -> None:
    client = Client(raise_request_exception=False)
    assert "Traceback" not in client.get("/no-such-page/").content.decode()


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(serving.CannotServe, match="cannot be used"):
            serving.serve(settings.CONFIG, host="127.0.0.1", port=taken.getsockname()[1])
