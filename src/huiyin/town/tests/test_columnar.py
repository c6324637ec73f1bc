"""The columnar town: tables that agree with each other and the schema, a sound lake, and no truth in it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from huiyin.figures import lakefiles, schema
from huiyin.figures.signatures import InLake, InMemory, check_up
from huiyin.town.columnar.sample import draw
from huiyin.town.columnar.tables import tables
from huiyin.town.columnar.write import OutInTheWay, write
from huiyin.town.commands import town
from huiyin.town.simulate import simulate
from huiyin.town.world import World, invented

TRICKS = {
    "O01": "false_closer", "O02": "batch_closer", "O03": "returner", "O04": "push_downer", "O05": "rating_coach",
    "O06": "promiser", "O07": "overloaded",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return invented(seed=9, offices=18, areas=10, days=150).behaving(TRICKS)


@pytest.fixture(scope="module")
def made(world: World) -> dict[str, pa.Table]:
    return tables(world, simulate(world, 12_000))


def ask(sql: str, **made: pa.Table) -> list[tuple]:
    with duckdb.connect() as base:
        for name, table in made.items():
            base.register(name, table)
        return base.execute(sql).fetchall()


def nothing(sql: str, made: dict[str, pa.Table]) -> None:
    """No row breaks this rule."""
    assert ask(sql, **made) == []


def test_every_table_has_the_columns_and_types_of_the_schema(made: dict[str, pa.Table]) -> None:
    assert set(made) == {table.name for table in schema.TABLES}
    for table in schema.TABLES:
        rows = lakefiles.conform(table, made[table.name])
        assert rows.schema.equals(lakefiles.arrow_schema(table))
        assert rows.num_rows > 0
        for field in rows.schema:
            if pa.types.is_string(field.type):
                assert rows[field.name].null_count == 0


def test_keys_are_unique(made: dict[str, pa.Table]) -> None:
    for table in schema.TABLES:
        key = ", ".join(table.key)
        nothing(f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1", made)


RULES = {
    "answers of a case": """SELECT case_id FROM cases
        LEFT JOIN (SELECT case_id, count(*) n, max("at") newest, min("at") first
        FROM answers GROUP BY 1) USING (case_id) WHERE answers <> coalesce(n, 0) OR answered_at IS DISTINCT FROM newest
        OR first_answered_at IS DISTINCT FROM first""",
    "the verdict is that of the newest answer, or the reviewer's": """SELECT c.case_id FROM cases c
        JOIN answers a ON a.case_id = c.case_id AND a.number = c.answers WHERE c.verdict_by <> 'reviewer'
        AND (c.verdict, c.verdict_by, c.verdict_at) IS DISTINCT FROM (a.verdict, a.verdict_by, a.verdict_at)""",
    "solved needs a verdict": "SELECT case_id FROM cases WHERE outcome = 'solved' AND verdict <> 'solved'",
    "silence is unknown": "SELECT case_id FROM cases WHERE verdict = '' AND outcome NOT IN ('', 'unknown')",
    "resting has an outcome": "SELECT case_id FROM cases WHERE (phase = 'rested') <> (outcome <> '')",
    "a verdict has a speaker": "SELECT case_id FROM answers WHERE (verdict = '') <> (verdict_by = '')",
    "asked means answered": "SELECT case_id FROM cases WHERE asked <> (answers > 0)",
    "each answer is an event": """SELECT case_id FROM (SELECT case_id, count(*) n FROM answers GROUP BY 1)
        FULL JOIN (SELECT case_id, count(*) m FROM events WHERE kind = 'answered' GROUP BY 1) USING (case_id)
        WHERE n IS DISTINCT FROM m""",
    "each verdict is an event": """SELECT a.case_id FROM answers a LEFT JOIN events e ON e.case_id = a.case_id
        AND e.kind = 'verdict_given' AND e.at = a.verdict_at AND e.code = a.verdict AND e.by = a.verdict_by
        WHERE a.verdict <> '' AND e.case_id IS NULL""",
    "events are numbered in time": """SELECT case_id FROM (SELECT case_id, seq, "at" moment, lag("at") OVER w earlier,
        row_number() OVER w place FROM events WINDOW w AS (PARTITION BY case_id ORDER BY seq))
        WHERE seq <> place OR moment < earlier""",
    "nothing comes before it came in": """SELECT e.case_id FROM events e JOIN cases c USING (case_id)
        WHERE e.at < c.received_at""",
    "objections are counted": """SELECT case_id FROM cases LEFT JOIN (SELECT case_id, count(*) n FROM events
        WHERE kind = 'objected' GROUP BY 1) USING (case_id) WHERE objections <> coalesce(n, 0)""",
    "disputes and reopenings are counted": """SELECT case_id FROM cases LEFT JOIN (SELECT case_id,
        count(*) FILTER (kind = 'disputed') d, count(*) FILTER (kind = 'reopened') r,
        count(*) FILTER (kind = 'reviewed') v
        FROM events GROUP BY 1) USING (case_id) WHERE disputes <> d OR reopened <> r OR reviews <> v""",
    "the work is counted": """SELECT case_id FROM cases LEFT JOIN (SELECT case_id, count(*) n FROM events
        WHERE role IN ('operator', 'dispatcher', 'handler', 'head', 'reviewer') GROUP BY 1) USING (case_id)
        WHERE staff_steps <> coalesce(n, 0)""",
    "a call is about an answer of that office": """SELECT k.case_id FROM callbacks k LEFT JOIN answers a
        ON a.case_id = k.case_id AND a.number = k.answer AND a.lead = k.lead
        WHERE a.case_id IS NULL OR strftime(a.at AT TIME ZONE 'UTC', '%Y-%m') <> k.period""",
    "as many are drawn as the rule says": """SELECT period, lead FROM callbacks
        GROUP BY period, lead, stratum_size, drawn
        HAVING count(*) <> drawn OR drawn <> greatest(least(stratum_size, 30), ceil(stratum_size / 10.0))""",
    "only who answered has answers": "SELECT case_id FROM callbacks WHERE (disposition = 'answered') <> (result <> '')",
    "nobody is called before the month is over": """SELECT case_id FROM callbacks
        WHERE asked_at < period_start + INTERVAL 1 MONTH""",
    "a callback's verdict was heard in a call": """SELECT a.case_id FROM answers a LEFT JOIN callbacks k
        ON k.case_id = a.case_id AND k.answer = a.number AND k.result = a.verdict
        WHERE a.verdict_by = 'callback' AND k.case_id IS NULL""",
    "the lead is known": """SELECT case_id FROM cases LEFT JOIN offices ON lead = office
        WHERE lead <> '' AND office IS NULL
        OR (lead = '') <> (dispatched_at IS NULL)""",
    "an issue has more than one matter": "SELECT issue FROM cases WHERE issue <> '' GROUP BY 1 HAVING count(*) < 2",
}


@pytest.mark.parametrize("rule", RULES, ids=list(RULES))
def test_the_tables_agree(made: dict[str, pa.Table], rule: str) -> None:
    nothing(RULES[rule], made)


def test_all_the_town_has_to_show_is_there(made: dict[str, pa.Table]) -> None:
    seen = {row[0] for row in ask("SELECT DISTINCT phase FROM cases", **made)}
    assert seen >= {"received", "dispatched", "working", "parked", "answered", "rested"}
    kinds = {row[0] for row in ask("SELECT DISTINCT kind FROM events", **made)}
    assert kinds >= {"objected", "objection_ruled", "message", "disputed", "reviewed", "reopened", "called_back"}
    assert ask("SELECT count(*) > 0 FROM cases WHERE loops > 0", **made) == [(True,)]


def test_an_earlier_moment_shows_what_had_happened_by_then(world: World) -> None:
    course = simulate(world, 12_000)
    then = tables(world, course, until=60.0)
    late = ask("SELECT count(*) FROM events WHERE events.at > '2026-01-02 00:00:00+00'", **then)
    assert late == [(0,)]
    for rule in ("answers of a case", "each verdict is an event", "resting has an outcome", "silence is unknown"):
        nothing(RULES[rule], then)


def test_the_draw_depends_on_the_seed_and_on_nothing_an_office_can_see(world: World) -> None:
    course = simulate(world, 12_000)
    first, again = draw(world, course, 150, 0), draw(world, course, 150, 0)
    assert (first.row == again.row).all()
    census = draw(world, course, 150, 0, everybody=True)
    assert set(zip(first.row, first.period, strict=True)) < set(zip(census.row, census.period, strict=True))


def test_a_lake_is_written_and_sound_and_read_like_memory(tmp_path: Path) -> None:
    done = write(tmp_path / "lake", 9_000, 3, jobs=1, days=120, truth_to=tmp_path / "truth")
    lake = lakefiles.Lake.open(tmp_path / "lake")
    assert list(lake.problems()) == []
    assert lake.manifest.origin == "town"
    assert done.cases == lake.read("cases").num_rows > 8_500
    until = invented(days=120).start.replace(year=2026, month=3, day=1)
    again = {table.name: lake.read(table.name) for table in schema.TABLES}
    from_lake, from_memory = check_up(InLake(lake), until), check_up(InMemory(again), until)
    assert [(f.office, f.signature, f.k, f.n) for f in from_lake.findings] == [
        (f.office, f.signature, f.k, f.n) for f in from_memory.findings
    ]
    truth = pa.parquet.read_table(tmp_path / "truth" / "cases.parquet")
    assert truth.num_rows == done.cases
    names = {name for table in schema.TABLES for name in table.columns}
    assert names.isdisjoint({"fixable", "first_answer", "at_the_end", "coached", "well_off", "behaviour"})


def test_the_same_seed_gives_the_same_lake_however_many_processes_make_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiyin.town.columnar.write.DISTRICT", 2_000)
    for jobs in (1, 2):
        assert write(tmp_path / f"{jobs}", 4_000, 3, jobs=jobs, days=60).districts == 2
    one, two = (lakefiles.Lake.open(tmp_path / f"{jobs}").manifest.tables for jobs in (1, 2))
    assert one == two


def test_what_is_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "note.txt").write_text("mine")
    with pytest.raises(OutInTheWay, match="not empty"):
        write(tmp_path / "lake", 100, 1)
    with pytest.raises(OutInTheWay, match="must not"):
        write(tmp_path / "new", 100, 1, truth_to=tmp_path / "new" / "truth")
    assert [path.name for path in (tmp_path / "lake").iterdir()] == ["note.txt"]


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    options = ["lake", "--cases", "2000", "--out", str(tmp_path / "lake"), "--jobs", "1", "--days", "60", "--json"]
    result = CliRunner().invoke(town, options)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["cases"] == lakefiles.Lake.open(tmp_path / "lake").read("cases").num_rows
    again = CliRunner().invoke(town, options)
    assert again.exit_code == 1
    assert "not empty" in again.output
