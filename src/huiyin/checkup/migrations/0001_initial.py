import django.db.models.deletion
from django.db import migrations, models

import huiyin.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0004_compact_postings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(unique=True)),
                ("since", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
                ("lake_version", models.PositiveIntegerField()),
                ("offices", models.PositiveIntegerField()),
                ("alpha", models.FloatField()),
                ("signatures", models.JSONField()),
                ("not_measurable", models.JSONField()),
                ("salt", models.BinaryField(max_length=32)),
                ("commitment", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["-until"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(default=huiyin.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("office", models.CharField(blank=True, max_length=40)),
                ("ailment", models.CharField(max_length=20)),
                ("signature", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField()),
                ("strong", models.CharField(max_length=40)),
                ("words", models.JSONField()),
                ("k", models.PositiveIntegerField()),
                ("n", models.PositiveIntegerField()),
                ("share", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("usual", models.FloatField()),
                ("p", models.FloatField()),
                ("p_adjusted", models.FloatField()),
                (
                    "look",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="checkup.look"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SeenIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seen_in", to="checkup.question"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("look", "office", "signature", "strong"), name="asked_once_a_look"
            ),
        ),
        migrations.AddConstraint(
            model_name="seenin",
            constraint=models.UniqueConstraint(fields=("question", "case"), name="seen_once_in_a_case"),
        ),
    ]
