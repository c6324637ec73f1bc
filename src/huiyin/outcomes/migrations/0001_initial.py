import django.db.models.deletion
from django.db import migrations, models

import huiyin.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0003_contacts_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=7, unique=True)),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("rule", models.JSONField()),
                ("announced_at", models.DateTimeField()),
                ("secret", models.BinaryField(max_length=32)),
                ("drawn_at", models.DateTimeField(null=True)),
                ("opening", models.JSONField(default=dict)),
                ("closing", models.JSONField(default=dict)),
                ("note", models.TextField(default="")),
                ("beacon", models.CharField(default="", max_length=300)),
                ("strata", models.JSONField(default=dict)),
                ("excluded", models.JSONField(default=dict)),
                ("closed_at", models.DateTimeField(null=True)),
                ("file", models.TextField(default="")),
                ("results", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-key"],
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                (
                    "id",
                    models.UUIDField(default=huiyin.base.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("tag", models.CharField(max_length=64)),
                ("answer", models.PositiveIntegerField()),
                ("stratum", models.CharField(max_length=40)),
                ("category", models.CharField(default="", max_length=40)),
                ("urgency", models.CharField(default="", max_length=10)),
                ("area", models.CharField(default="", max_length=40)),
                ("place", models.PositiveIntegerField()),
                ("by_phone", models.BooleanField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("disposition", models.CharField(default="", max_length=12)),
                ("asked_at", models.DateTimeField(null=True)),
                ("taken_by", models.CharField(default="", max_length=40)),
                ("taken_until", models.DateTimeField(null=True)),
                ("mode", models.CharField(default="", max_length=5)),
                ("result", models.CharField(default="", max_length=12)),
                ("contacted", models.CharField(default="", max_length=10)),
                ("contacted_days", models.PositiveSmallIntegerField(null=True)),
                ("voice", models.PositiveSmallIntegerField(null=True)),
                ("respect", models.PositiveSmallIntegerField(null=True)),
                ("explained", models.PositiveSmallIntegerField(null=True)),
                ("equal", models.PositiveSmallIntegerField(null=True)),
                ("pressed", models.CharField(default="", max_length=10)),
                ("again", models.CharField(default="", max_length=10)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drawn", to="outcomes.period"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("hours", models.CharField(max_length=10)),
                ("disposition", models.CharField(max_length=12)),
                (
                    "drawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="outcomes.drawn"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("drawn", "number"), name="one_attempt")],
            },
        ),
        migrations.AddIndex(
            model_name="drawn",
            index=models.Index(condition=models.Q(("disposition", "")), fields=["place", "id"], name="drawn_to_ask"),
        ),
        migrations.AddIndex(
            model_name="drawn",
            index=models.Index(fields=["case"], name="drawn_by_case"),
        ),
        migrations.AddConstraint(
            model_name="drawn",
            constraint=models.UniqueConstraint(fields=("period", "case"), name="drawn_once"),
        ),
    ]
