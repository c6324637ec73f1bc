from __future__ import annotations

import ast
import io
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.template.loader import get_template
from django.utils import translation

from huiyin.ledger import actions, audit, errors, queries, receipts, verifier, views
from huiyin.ledger.cli import log as command
from huiyin.ledger.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("huiyin.ledger.tests.log_urls")]

ROOM = Path(views.__file__).parent


@pytest.fixture
def published(log):
    log.add(300, every=0.1)
    log.seal()
    return log


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_checkpoint_is_served_as_it_is_and_hardly_kept(published, client, home: Path) -> None:
    response = client.get("/log/checkpoint")
    assert body(response) == (home / "log" / "checkpoint").read_bytes()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=2"


def test_tiles_are_served_as_they_are_and_kept_for_ever(published, client, home: Path) -> None:
    for path in ("tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"):
        response = client.get(f"/log/{path}")
        assert body(response) == (home / "log" / path).read_bytes()
        assert response["Content-Type"] == "application/octet-stream"
        assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "0/999",
        "0/000.p/45",
        "64/000",
        "00/000",
        "0/0",
        "0/x000",
        "0/000.p/256",
        "0/000.p",
        "0/../../lock",
        "0/000%0a",
        "entries/../../../keys/log/state.json",
        "entries/..%2f..%2fkeys",
    ],
)
def test_what_is_no_tile_is_not_found(published, client, path: str) -> None:
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_nothing_is_there_before_the_first_seal(client, home: Path) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/keys").content == b""
    assert len(body(client.get("/log/archive.tar"))) == 1024


def test_the_archive_and_the_verifier_are_served_whole(published, client) -> None:
    with tarfile.open(fileobj=io.BytesIO(body(client.get("/log/archive.tar")))) as tar:
        names = tar.getnames()
    assert {"checkpoint", "keys", "verifier.py", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"} < set(names)
    assert body(client.get("/log/verifier.py")) == Path(verifier.__file__).read_bytes()
    assert client.get("/log/keys").content.decode() == queries.status().key + "\n"


def test_only_reading_is_allowed(published, client) -> None:
    assert {
        client.post(f"/log/{name}").status_code for name in ("", "verify/", "checkpoint", "keys", "archive.tar")
    } == {405}


@pytest.mark.parametrize(("prefix", "words"), [("", "公开日志"), ("/en", "The public log")])
def test_the_page_says_how_the_log_stands_in_both_languages(published, client, prefix: str, words: str) -> None:
    page = client.get(f"{prefix}/log/").content.decode()
    assert f"<h1>{words}</h1>" in page
    assert queries.status().key in page.replace("&#x2B;", "+")
    assert "300" in page


def test_the_page_says_when_sealing_is_refused_and_what_to_do(published, client) -> None:
    published.add(1)
    published.later(hours=-1)
    with pytest.raises(actions.SealRefused):
        published.seal()
    with translation.override("zh-hans"):
        words = str(errors.REASONS["clock_went_back"])
    assert words in client.get("/log/").content.decode()


def test_the_receipt_page_has_no_script_of_its_own_inside(published, client) -> None:
    page = client.get("/log/verify/").content.decode()
    scripts = re.findall(r"<script([^>]*)>([^<]*)", page)
    assert any("ledger/page.js" in attributes for attributes, _ in scripts)
    assert all(not inner.strip() for _, inner in scripts)
    assert "<noscript>" in page
    assert not re.search(r"\son[a-z]+=|style=", page)


def test_every_sentence_has_its_english() -> None:
    sentences = {str(text) for text in (*errors.REASONS.values(), *audit.WORDS.values())}
    for name in ("home", "verify"):
        source = get_template(f"ledger/{name}.html").template.source
        sentences |= set(re.findall(r'translate "([^"]+)"', source))
    with translation.override("en"):
        untranslated = [text for text in sentences if re.search("[\u4e00-\u9fff]", translation.gettext(text))]
    assert untranslated == []


def test_the_words_of_the_browser_check_cover_every_answer_it_can_give() -> None:
    code = (ROOM / "static/ledger/verify.js").read_text() + (ROOM / "static/ledger/page.js").read_text()
    used = set(re.findall(r'(?:Wrong|line|show)\("([a-z]+)"', code)) - {"ok"}
    words = set(re.findall(r'data-word="([a-z]+)"', (ROOM / "templates/ledger/verify.html").read_text()))
    assert used <= words


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js not found: apt install nodejs")
def test_the_browser_check_agrees_with_the_offline_one(log, home: Path) -> None:
    log.add(130, every=0.1)
    entry = log.event(private={"text": "路灯坏了".encode(), "photo": b"\xff"})
    entry.save()
    salts, _ = log._private
    log.add(170, every=0.1)
    log.seal()
    from huiyin.ledger.commitments import Opening

    openings = [Opening("text", "路灯坏了".encode(), salts["text"]), Opening("photo", b"\xff", salts["photo"])]
    genuine = receipts.build(entry, [*openings, *queries.openings(entry)], number="1")
    cases = {"ok": genuine}
    cases["pending"] = {**genuine, "proof": ""}
    cases["opening"] = {**genuine, "openings": [{**genuine["openings"][0], "text": "路灯没坏"}]}
    cases["proof"] = {**genuine, "proof": genuine["proof"].replace("index 130", "index 131")}
    cases["signature"] = {**genuine, "proof": genuine["proof"].replace("\n301\n", "\n302\n")}
    cases["form"] = {**genuine, "leaf": "{"}
    cases["key"] = {**genuine, "key": genuine["key"][:-4] + "AAAA"}
    program = (
        f"import {{ check, Wrong }} from {json.dumps(str(home / 'verify.mjs'))};"
        "const cases = JSON.parse(await new Response(process.stdin).text());"
        "const out = {};"
        "for (const [name, { receipt, keys }] of Object.entries(cases)) {"
        "try { await check(receipt, keys); out[name] = 'ok'; }"
        "catch (e) { if (!(e instanceof Wrong)) throw e; out[name] = e.code; } }"
        "console.log(JSON.stringify(out));"
    )
    shutil.copy(ROOM / "static/ledger/verify.js", home / "verify.mjs")
    (home / "run.mjs").write_text(program)
    given = {name: {"receipt": receipt, "keys": [genuine["key"]]} for name, receipt in cases.items()}
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, home / "run.mjs"], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: name for name in cases}


def test_the_command_line_seals_shows_verifies_and_archives(log, home: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(command, ["verify"]).exit_code == 0
    log.event().save()
    sealed = runner.invoke(command, ["seal", "--json"])
    assert json.loads(sealed.output) == {"new": 1, "size": 1}
    state = json.loads(runner.invoke(command, ["status", "--json"]).output)
    assert (state["size"], state["waiting"], state["refused"]) == (1, 0, None)
    entry = Entry.objects.get()
    assert runner.invoke(command, ["proof", str(entry.id)]).output.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert runner.invoke(command, ["proof", "999999"]).exit_code == 1
    assert json.loads(runner.invoke(command, ["rotate-key", "--json"]).output)["size"] == 2
    assert runner.invoke(command, ["archive", str(home / "out.tar")]).exit_code == 0
    assert tarfile.is_tarfile(home / "out.tar")


def test_the_command_line_fails_loudly_when_something_is_wrong(published) -> None:
    runner = CliRunner()
    Entry.objects.filter(idx=7).update(kind="closed")
    answer = runner.invoke(command, ["verify", "--json"])
    assert answer.exit_code == 1
    assert {
        finding["idx"] for finding in json.loads(answer.output)["findings"] if finding["code"] == "row_differs"
    } == {7}
    Entry.objects.filter(idx__gte=200).delete()
    assert runner.invoke(command, ["seal", "--json"]).exit_code == 1
    assert runner.invoke(command, ["status"]).exit_code == 1


def test_no_module_of_the_pure_part_knows_the_framework() -> None:
    for name in ("canonical", "commitments", "tree", "notes", "proofs", "verifier"):
        for node in ast.walk(ast.parse((ROOM / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("django")
