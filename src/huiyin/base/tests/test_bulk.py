"""`insert_together` writes exactly what the fields would write, all or nothing, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from huiyin.base.bulk import insert_together, new_row
from huiyin.base.ids import uuid7


class Parent(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    title = models.CharField(max_length=200)
    note = models.TextField(null=True)

    class Meta:
        app_label = "base_bulk_tests"


class Child(models.Model):
    parent = models.ForeignKey(Parent, on_delete=models.CASCADE, null=True)
    at = models.DateTimeField()
    day = models.DateField(null=True)
    facts = models.JSONField(default=dict)
    coded = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    salt = models.BinaryField(null=True)
    big = models.BigIntegerField(null=True)
    open = models.BooleanField(default=True)
    share = models.FloatField(null=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    touched = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "base_bulk_tests"


class Keyed(models.Model):
    code = models.CharField(primary_key=True, max_length=20)

    class Meta:
        app_label = "base_bulk_tests"


MODELS = (Parent, Child, Keyed)
AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
NASTY = "“楼道”灯 坏了\n100% %s 🏮 ' \" \\ ; -- 𠮷"


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    yield
    with connection.schema_editor() as editor:
        for model in reversed(MODELS):
            editor.delete_model(model)


def statements(groups: list[tuple[type[models.Model], list[models.Model]]]) -> int:
    with CaptureQueriesContext(connection) as caught:
        insert_together(groups)
    return sum("INSERT" in query["sql"] for query in caught.captured_queries)


def test_every_kind_of_value_comes_back_as_it_went_in(tables: None) -> None:
    parent = Parent(title=NASTY, note=None)
    child = Child(
        parent=parent,
        at=AT.astimezone(timezone(timedelta(hours=8))),
        day=date(2026, 3, 1),
        facts={"文": NASTY, "n": [1, None, True, 2.5], "deep": {"a": {}}},
        coded={"when": AT, "key": uuid.UUID(int=5), "price": Decimal("1.50")},
        salt=bytes(range(256)),
        big=2**62,
        open=False,
        share=0.1,
        price=Decimal("12345.67"),
    )
    empty = Child(parent=None, at=AT)
    insert_together([(Parent, [parent]), (Child, [child, empty])])
    assert Parent.objects.get() == parent
    assert Parent.objects.get().title == NASTY
    first, second = Child.objects.order_by("id")
    assert (first.parent_id, first.at, first.day) == (parent.id, AT, date(2026, 3, 1))
    assert first.facts == {"文": NASTY, "n": [1, None, True, 2.5], "deep": {"a": {}}}
    assert first.coded["key"] == str(uuid.UUID(int=5))
    assert (bytes(first.salt), first.big, first.open) == (bytes(range(256)), 2**62, False)
    assert (first.share, first.price) == (0.1, Decimal("12345.67"))
    assert first.touched is not None
    assert (second.parent_id, second.salt, second.big, second.facts, second.open) == (None, None, None, {}, True)


def test_the_stored_text_is_the_same_as_after_save(tables: None) -> None:
    facts = {"文": "字", "n": 1}
    insert_together([(Child, [Child(at=AT, facts=facts, salt=b"\x00x")])])
    Child.objects.create(at=AT, facts=facts, salt=b"\x00x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT facts, salt, at FROM base_bulk_tests_child")
        assert len(cursor.fetchall()) == 1
    assert Child.objects.filter(facts__文="字", at=AT).count() == 2


def test_it_is_one_statement_on_postgresql_and_one_per_model_on_sqlite(tables: None) -> None:
    parents = [Parent(title=str(n)) for n in range(3)]
    children = [Child(parent=parents[0], at=AT) for _ in range(5)]
    expected = 1 if connection.vendor == "postgresql" else 3
    assert statements([(Parent, parents), (Child, children), (Keyed, [Keyed(code="a")])]) == expected
    assert (Parent.objects.count(), Child.objects.count(), Keyed.objects.count()) == (3, 5, 1)


def test_an_error_in_the_last_group_leaves_nothing_behind(tables: None) -> None:
    insert_together([(Keyed, [Keyed(code="taken")])])
    with pytest.raises(IntegrityError):
        insert_together([(Parent, [Parent(title="a")]), (Keyed, [Keyed(code="new"), Keyed(code="taken")])])
    assert Parent.objects.count() == 0
    assert Keyed.objects.count() == 1


def test_an_error_inside_a_savepoint_leaves_the_outer_transaction_usable(tables: None) -> None:
    with transaction.atomic():
        insert_together([(Keyed, [Keyed(code="taken")])])
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_together([(Parent, [Parent(title="a")]), (Keyed, [Keyed(code="taken")])])
        insert_together([(Keyed, [Keyed(code="later")])])
    assert Parent.objects.count() == 0
    assert set(Keyed.objects.values_list("code", flat=True)) == {"taken", "later"}


def test_a_missing_parent_is_refused(tables: None) -> None:
    with pytest.raises(IntegrityError):
        insert_together([(Child, [Child(parent_id=uuid7(), at=AT)])])
    assert Child.objects.count() == 0


def test_more_parameters_than_one_statement_takes_are_split_and_still_all_or_nothing(tables: None) -> None:
    rows = [Parent(title=str(n), note="x") for n in range(23_000)]
    insert_together([(Keyed, [Keyed(code="k")]), (Parent, rows)])
    assert Parent.objects.count() == 23_000
    again = [Parent(title="again") for _ in range(22_000)]
    again.append(rows[0])
    with pytest.raises(IntegrityError):
        insert_together([(Parent, again)])
    assert Parent.objects.count() == 23_000


def test_the_rows_count_as_saved_afterwards(tables: None) -> None:
    row = Keyed(code="a")
    assert row._state.adding
    insert_together([(Keyed, [row])])
    assert not row._state.adding


def test_groups_without_rows_are_passed_over(tables: None) -> None:
    insert_together([])
    insert_together([(Parent, []), (Keyed, [Keyed(code="a")])])
    assert Keyed.objects.count() == 1


def test_an_expression_is_refused_before_anything_is_written(tables: None) -> None:
    with pytest.raises(TypeError, match="Child"):
        insert_together([(Keyed, [Keyed(code="a")]), (Child, [Child(at=Now())])])
    assert Keyed.objects.count() == 0


def test_automatic_keys_are_all_given_or_all_left_to_the_database(tables: None) -> None:
    with pytest.raises(ValueError, match="1 of 2"):
        insert_together([(Child, [Child(id=7, at=AT), Child(at=AT)])])
    insert_together([(Child, [Child(id=7, at=AT)])])
    assert Child.objects.get().id == 7


def test_the_same_shape_again_reuses_its_sql_text(tables: None) -> None:
    from huiyin.base import bulk

    insert_together([(Keyed, [Keyed(code="a")]), (Parent, [Parent(title="a")])])
    before = bulk._insert.cache_info().misses
    insert_together([(Keyed, [Keyed(code="b")]), (Parent, [Parent(title="b")])])
    assert bulk._insert.cache_info().misses == before


def test_a_quick_row_is_the_row_the_model_makes(tables: None) -> None:
    parent = uuid7()
    quick, usual = new_row(Child, parent_id=parent, at=AT), Child(parent_id=parent, at=AT)
    for made in (quick, usual):
        assert made.__dict__.pop("_state").adding
    assert quick.__dict__ == usual.__dict__
    assert new_row(Child, at=AT).facts is not new_row(Child, at=AT).facts
    assert new_row(Parent, title="a").pk != new_row(Parent, title="a").pk


def test_a_quick_row_knows_its_columns_only() -> None:
    with pytest.raises(TypeError, match="colour"):
        new_row(Keyed, code="a", colour="red")
