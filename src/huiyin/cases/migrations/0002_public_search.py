"""Full-text search over the public list: FTS5 on SQLite, a generated tsvector on PostgreSQL, kept by the database."""

from __future__ import annotations

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE cases_publicsearch USING fts5("
    "tokens, content='cases_publicmatter', content_rowid='id', tokenize=\"unicode61 remove_diacritics 0\")",
    "CREATE TRIGGER cases_public_ai AFTER INSERT ON cases_publicmatter BEGIN "
    "INSERT INTO cases_publicsearch(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER cases_public_ad AFTER DELETE ON cases_publicmatter BEGIN "
    "INSERT INTO cases_publicsearch(cases_publicsearch, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
    "CREATE TRIGGER cases_public_au AFTER UPDATE OF tokens ON cases_publicmatter BEGIN "
    "INSERT INTO cases_publicsearch(cases_publicsearch, rowid, tokens) VALUES ('delete', old.id, old.tokens); "
    "INSERT INTO cases_publicsearch(rowid, tokens) VALUES (new.id, new.tokens); END",
)
POSTGRES = (
    "ALTER TABLE cases_publicmatter ADD COLUMN search tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED",
    "CREATE INDEX cases_publicmatter_search ON cases_publicmatter USING gin (search)",
)


def make(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRES:
        editor.execute(statement)


def unmake(apps, editor):
    if editor.connection.vendor == "sqlite":
        for name in ("cases_public_ai", "cases_public_ad", "cases_public_au"):
            editor.execute(f"DROP TRIGGER {name}")
        editor.execute("DROP TABLE cases_publicsearch")
    else:
        editor.execute("ALTER TABLE cases_publicmatter DROP COLUMN search")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
