from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from huiyin.site import i18n_check
from huiyin.site.i18n_check import Problem, check


def make_room(tmp_path: Path, *, template: str = "", python: str = "", po: str = "") -> Path:
    for name in ("site", "room"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
    room = tmp_path / "room"
    (room / "templates").mkdir()
    (room / "templates" / "page.html").write_text(template)
    (room / "views.py").write_text(python)
    catalogue = room / "locale" / "en" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (catalogue / "django.po").write_text(header + po)
    return tmp_path


def found(tmp_path: Path, **parts: str) -> list[str]:
    return [problem.what for problem in check(make_room(tmp_path, **parts))]


def test_the_whole_house_speaks_both_languages() -> None:
    problems = check()
    assert problems == [], "\n".join(map(str, problems))


def test_one_sentence_has_one_translation_in_the_whole_house() -> None:
    # Django merges the rooms' catalogues: of two translations of one sentence the reader would see either.
    rooms = Path(i18n_check.__file__).parent.parent
    translations: dict[tuple[str | None, str], dict[str, str]] = {}
    for path in sorted(rooms.glob("*/locale/en/LC_MESSAGES/django.po")):
        for message in read_po(path.open("rb")):
            if message.id:
                key = (message.context, str(message.id))
                translations.setdefault(key, {}).setdefault(str(message.string), path.parts[-5])
    assert {key[1]: found for key, found in translations.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "template",
    [
        '{% translate "你好" %}',
        "{% translate '你好' as greeting %}",
        "{% blocktranslate %}你好{% endblocktranslate %}",
        "{% blocktranslate trimmed %}\n  你好\n{% endblocktranslate %}",
        '{% include "x.html" with title=_("你好") %}',
        '{{ _("你好") }}',
    ],
)
def test_a_sentence_in_a_template_needs_english(tmp_path: Path, template: str) -> None:
    assert found(tmp_path, template=template) == ["no English for: 你好"]


@pytest.mark.parametrize(
    "call", ['_("你好")', 'gettext_lazy("你好")', 'pgettext("words", "你好")', 't.gettext("你好")']
)
def test_a_sentence_in_python_needs_english(tmp_path: Path, call: str) -> None:
    assert found(tmp_path, python=f"x = {call}") == ["no English for: 你好"]


def test_a_translated_sentence_is_fine(tmp_path: Path) -> None:
    template = '<p>{% translate "你好" %}</p>{% blocktranslate %}有 {{ n }} 件{% endblocktranslate %}'
    po = 'msgid "你好"\nmsgstr "Hello"\n\nmsgid "有 %(n)s 件"\nmsgstr "%(n)s matters"\n'
    assert found(tmp_path, template=template, po=po) == []


def test_a_counted_sentence_needs_its_plural(tmp_path: Path) -> None:
    template = "{% blocktranslate count n=n %}{{ n }} 件{% plural %}{{ n }} 件{% endblocktranslate %}"
    assert found(tmp_path, template=template, po='msgid "%(n)s 件"\nmsgstr "%(n)s matters"\n') == [
        "no plural forms for: %(n)s 件"
    ]


def test_a_plural_form_may_leave_its_number_out(tmp_path: Path) -> None:
    template = "{% blocktranslate count n=n %}{{ n }} 件{% plural %}{{ n }} 件{% endblocktranslate %}"
    po = 'msgid "%(n)s 件"\nmsgid_plural "%(n)s 件"\nmsgstr[0] "one matter"\nmsgstr[1] "%(n)s matters"\n'
    assert found(tmp_path, template=template, po=po) == []


@pytest.mark.parametrize(
    ("po", "what"),
    [
        ('msgid "你好"\nmsgstr ""\n', "empty: 你好"),
        ('#, fuzzy\nmsgid "你好"\nmsgstr "Hello"\n', "fuzzy: 你好"),
        ('msgid "你好 %(name)s"\nmsgstr "Hello %(nmae)s"\n', "placeholders differ: 你好 %(name)s"),
        ('msgid "你好 {name}"\nmsgstr "Hello"\n', "placeholders differ: 你好 {name}"),
        ('msgid "Hello"\nmsgstr "Hello"\n', "the source sentence is not Chinese: Hello"),
        ('msgid "你好"\nmsgstr "Hello 你"\n', "Chinese in the English text: Hello 你"),
    ],
)
def test_a_faulty_entry_is_named(tmp_path: Path, po: str, what: str) -> None:
    assert what in found(tmp_path, po=po)


def test_bare_text_is_found_with_its_line(tmp_path: Path) -> None:
    root = make_room(tmp_path, template='{% comment %}\n注释\n{% endcomment %}\n<p title="标题">好的</p>\n<b>Hello</b>')
    assert check(root) == [
        Problem("room/templates/page.html", 4, 'bare Chinese text: tle="标题">好的</p>'),
        Problem("room/templates/page.html", 5, "bare English text: Hello"),
    ]


@pytest.mark.parametrize(
    "template",
    [
        "{# 注释 #}",
        "<!-- note for builders -->",
        '<a class="button button-primary" lang="en">English</a>',
        "{% block body_class %}resident{% endblock %}",
        "<code>CSV</code> &nbsp; {{ value }}",
    ],
)
def test_what_no_reader_sees_as_text_is_left_alone(tmp_path: Path, template: str) -> None:
    assert found(tmp_path, template=template) == []


def test_english_source_text_in_code_is_refused(tmp_path: Path) -> None:
    assert found(tmp_path, python='_("Hello there")') == ["not Chinese: Hello there"]


def test_a_sentence_made_from_pieces_is_refused(tmp_path: Path) -> None:
    assert found(tmp_path, python='_(f"你好 {name}")') == ["a sentence built with an f-string"]


def test_the_command_says_no_with_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_room(tmp_path, python='_("你好")')
    real = check
    monkeypatch.setattr(i18n_check, "check", lambda rooms=None: real(root, rooms))
    assert i18n_check.main(["room"]) == 1
    assert "no English for: 你好" in capsys.readouterr().out
    assert i18n_check.main(["site"]) == 0
