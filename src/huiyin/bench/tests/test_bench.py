"""What the measurements promise: honest sums, a client that counts every answer, and a run that checks itself."""

from __future__ import annotations

import json
import os
import socket
import threading
import time

import pytest
from click.testing import CliRunner

from huiyin.bench import client, inside_ledger, intake, machine, said
from huiyin.bench.cli import bench
from huiyin.bench.result import Figure, Result, number, percentile


def test_a_figure_is_judged_by_its_median_not_by_its_best_round() -> None:
    assert Figure("x", (400, 510, 420), "/s", ("≥", 500)).met is False
    assert Figure("x", (510, 520, 100), "/s", ("≥", 500)).met is True
    assert Figure("x", (5.0,), "ms", ("≤", 5)).met is True
    assert Figure("x", (5.0,)).met is None


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)) == (50, 95, 99)
    assert percentile([7.0], 0.99) == 7
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


@pytest.mark.parametrize(("value", "shown"), [(1234567.0, "1,234,567"), (0.0123, "0.0123"), (45.678, "45.7"), (5, "5")])
def test_numbers_show_only_digits_that_mean_something(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_result_as_json_carries_machine_target_and_every_round() -> None:
    result = Result("a", "SQLite")
    result.add("rate", [1.0, 3.0, 2.0], "/s", ("≥", 5))
    told = json.loads(json.dumps(result.as_dict()))
    assert told["figures"][0]["median"] == 2
    assert told["figures"][0]["rounds"] == [1.0, 3.0, 2.0]
    assert told["figures"][0]["met"] is False
    assert {"cores", "load", "python"} <= told["machine"].keys()


def test_processor_time_of_a_family_counts_what_its_members_spend() -> None:
    before = machine.cpu_seconds([os.getpid()])
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    assert machine.cpu_seconds(machine.family(os.getpid())) - before >= 0.08
    assert os.getpid() in machine.family(os.getppid())


def _server(answers: list[bytes]) -> tuple[tuple[str, int], threading.Thread]:
    """Answers requests on one connection with these bytes, in pieces, then hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, listening:
            for answer in answers:
                connection.recv(65_536)
                for start in range(0, len(answer), 7):
                    connection.sendall(answer[start : start + 7])

    thread = threading.Thread(target=serve)
    thread.start()
    return listening.getsockname(), thread


def test_the_client_puts_answers_together_however_they_are_cut() -> None:
    address, thread = _server(
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
            b"HTTP/1.1 429 Too Many\r\ncontent-length: 2\r\n\r\nno",
        ]
    )
    driven = client.drive(address, [client.get("/"), client.get("/")], connections=1)
    thread.join()
    assert [(index, status, body) for index, status, _, body in driven.answers] == [
        (0, 200, b"hello world"),
        (1, 429, b"no"),
    ]
    assert driven.errors() == 1


def test_requests_that_never_got_an_answer_are_errors() -> None:
    address, thread = _server([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])
    driven = client.drive(address, [client.get("/")] * 5, connections=1)
    thread.join()
    assert len(driven.answers) == 1
    assert driven.errors() == 4


def test_a_form_is_sent_with_its_length() -> None:
    request = client.post("/say/", {"text": "路灯"}, {"X-Forwarded-For": "10.0.0.1"})
    head, _, body = request.partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
    assert b"X-Forwarded-For: 10.0.0.1" in head


def test_made_up_words_are_the_same_each_time_and_different_from_one_another() -> None:
    texts = list(said.texts(500))
    assert texts == list(said.texts(500))
    assert len(set(texts)) == 500


def test_the_bare_loop_and_the_tiles_give_one_root_so_the_ratio_compares_like_with_like() -> None:
    rates = inside_ledger.tiles(leaves=1000, rounds=2)
    assert len(rates["built"]) == len(rates["bare"]) == 2
    assert min(rates["built"] + rates["bare"]) > 0


@pytest.mark.parametrize("name", ["intake", "inbox", "ledger", "import", "startup", "all"])
def test_each_measurement_has_help_worth_reading(name: str) -> None:
    answer = CliRunner().invoke(bench, [name, "--help"])
    assert answer.exit_code == 0
    assert "--json" in answer.output
    assert "--size" in answer.output


@pytest.mark.slow
def test_a_small_intake_on_sqlite_finds_every_receipt_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(intake.SIZES, "small", (30, 1))
    monkeypatch.setattr(intake, "WARM_UP", 5)
    result = intake.measure("sqlite", "small")
    assert result.wrong == []
    assert {figure.name for figure in result.figures} >= {"receipts a second", "p99", "errors"}
