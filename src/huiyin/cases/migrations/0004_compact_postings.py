"""Compact postings for "the same as this?". Cases that are there already are filed again by the worker."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

BATCH = 200


def file_again(apps, editor):
    """Ask the worker to index every case that still has words: the old postings cannot be turned into new ones."""
    task = apps.get_model("worker", "Task")
    items = apps.get_model("cases", "VaultItem").objects.filter(seq=1, label__in=["text", "subject"])
    cases = sorted(set(items.values_list("case_id", flat=True)))
    now = timezone.now()
    batches = [[str(case) for case in cases[at : at + BATCH]] for at in range(0, len(cases), BATCH)]
    task.objects.bulk_create(
        task(kind="cases.index", payload={"cases": batch}, run_at=now, created_at=now) for batch in batches
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_contacts_kept"), ("worker", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
                ("part", models.SmallIntegerField()),
                ("marks", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PostingBlock",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entries", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PostingCount",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("cases", models.BigIntegerField(default=0)),
                ("units", models.IntegerField(default=0)),
            ],
        ),
        migrations.DeleteModel(name="Gram"),
        migrations.RunPython(file_again, migrations.RunPython.noop),
    ]
