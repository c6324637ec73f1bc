"""Every sentence of the interface exists in both languages: `python -m huiyin.site.i18n_check [room…]`.

Source sentences are Chinese; English is in each room's catalogue. A sentence counts as translated when the room's own
catalogue or the site's has it with the same placeholders.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.template.base import DebugLexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

PACKAGE = Path(__file__).resolve().parent.parent

#: Chinese characters and full-width punctuation.
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_WORD = re.compile(r"[A-Za-z]{3,}")
_PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[sdif]|%[sdif](?![A-Za-z])|\{[A-Za-z_]\w*\}")
_UNDERSCORE = re.compile(r"""_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
_FUNCTIONS = {
    "_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "ngettext_lazy": 0,
    "pgettext": 1, "pgettext_lazy": 1, "npgettext": 1, "npgettext_lazy": 1,
}  # fmt: skip
#: Names that are the same in both languages, and names of files.
_NAMES = re.compile(
    r"Huiyin|English|Open311|GeoReport|OpenAPI|GeoJSON|JSON|CSV|XLSX|Excel|HTML|HTTPS?|API|URL|YAML|Python|GitHub"
    r"|Ed25519|SHA-?256|C2SP|tlog|doctype|html|utf-8|Apache|JavaScript"
    r"|[\w-]+\.(?:py|tar|json|csv|txt|xlsx|svg|zip)\b"
)


@dataclass(frozen=True, order=True)
class Problem:
    """Something a reader in one of the languages would stumble over."""

    place: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Sentence:
    """A source sentence with where it stands; `plural` is its second form, if it has one."""

    text: str
    place: str
    line: int
    plural: str = ""


@dataclass
class Room:
    """What was found in one room."""

    name: str
    sentences: list[Sentence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _literal(text: str) -> str:
    value = ast.literal_eval(text)
    return value if isinstance(value, str) else ""


def _block_text(tokens: list[Token], trimmed: bool) -> str:
    """The msgid Django builds from the inside of {% blocktranslate %}."""
    parts = []
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            parts.append(token.contents.replace("%", "%%"))
        elif token.token_type == TokenType.VAR:
            parts.append(f"%({token.contents.strip()})s")
    text = "".join(parts)
    return trim_whitespace(text) if trimmed else text


def template_sentences(source: str, place: str) -> tuple[list[Sentence], str]:
    """The sentences of one template, and its source with everything but bare text blanked out, line by line."""
    sentences: list[Sentence] = []
    bare: list[str] = []
    styling = False
    tokens = iter(DebugLexer(source).tokenize())
    for token in tokens:
        line = token.lineno or 0
        if token.token_type == TokenType.TEXT:
            # Words inside {% block …_class %} are names of styles, not text.
            bare.append("\n" * token.contents.count("\n") if styling else token.contents)
            styling = False
            continue
        bare.append("\n" * _lines(source, token))
        if token.token_type == TokenType.COMMENT:
            continue
        words = list(smart_split(token.contents))
        styling = token.token_type == TokenType.BLOCK and words[0] == "block" and words[-1].endswith("_class")
        if token.token_type == TokenType.BLOCK and words and words[0] == "comment":
            for inner in tokens:
                bare.append("\n" * _lines(source, inner))
                if inner.token_type == TokenType.BLOCK and inner.contents == "endcomment":
                    break
        elif token.token_type == TokenType.BLOCK and words and words[0] in ("blocktranslate", "blocktrans"):
            first: list[Token] = []
            second: list[Token] = []
            current = first
            for inner in tokens:
                bare.append("\n" * _lines(source, inner))
                if inner.token_type == TokenType.BLOCK and inner.contents in ("endblocktranslate", "endblocktrans"):
                    break
                if inner.token_type == TokenType.BLOCK and inner.contents == "plural":
                    current = second
                else:
                    current.append(inner)
            trimmed = "trimmed" in words
            sentences.append(Sentence(_block_text(first, trimmed), place, line, _block_text(second, trimmed)))
        else:
            if words and words[0] in ("translate", "trans") and len(words) > 1 and words[1][0] in "\"'":
                # Django doubles per cent signs so that the catalogue's placeholders stay unambiguous.
                text = _literal(words[1].partition("|")[0])
                sentences.append(Sentence(text.replace("%", "%%"), place, line))
            sentences += [
                Sentence(_literal(found).replace("%", "%%"), place, line)
                for found in _UNDERSCORE.findall(token.contents)
            ]
    return sentences, "".join(bare)


def _lines(source: str, token: Token) -> int:
    start, end = token.position or (0, 0)
    return source.count("\n", start, end)


def bare_text(bare: str, place: str) -> Iterator[Problem]:
    """Text that stands in a template outside every translate tag: Chinese anywhere, English between HTML tags."""

    def hollow(found: re.Match[str]) -> str:
        return "\n" * found.group().count("\n")

    text = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", hollow, bare, flags=re.S)
    for number, line in enumerate(text.split("\n"), 1):
        if found := _CHINESE.search(line):
            near = line[max(found.start() - 5, 0) : found.start() + 15].strip()
            if near != "中文" and ">中文<" not in line:
                yield Problem(place, number, f"bare Chinese text: {near}")
    if place.endswith(".html"):
        # File names, commands and keys are the same in every language.
        text = re.sub(r"<(code|pre|kbd|samp)\b.*?</\1>", hollow, text, flags=re.S)
        outside = re.sub(r"<[^>]*>|&[a-z#0-9]+;", hollow, text, flags=re.S)
        for number, line in enumerate(outside.split("\n"), 1):
            if found := _WORD.search(_NAMES.sub("", line)):
                yield Problem(place, number, f"bare English text: {found.group()}")


def python_sentences(source: str, place: str) -> list[Sentence]:
    """Literal first arguments of the gettext functions."""
    sentences = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        position = _FUNCTIONS.get(name, -1)
        if 0 <= position < len(node.args):
            argument = node.args[position]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                plural = ""
                if "ngettext" in name or name.startswith("npgettext"):
                    other = node.args[position + 1]
                    plural = other.value if isinstance(other, ast.Constant) and isinstance(other.value, str) else ""
                sentences.append(Sentence(argument.value, place, node.lineno, plural))
            elif isinstance(argument, ast.JoinedStr):
                sentences.append(Sentence("", place, node.lineno))
    return sentences


def read_room(folder: Path) -> Room:
    """All sentences and bare texts of one room; tests are not part of the interface."""
    room = Room(folder.name)
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder.parent))
        if "tests" in path.parts or not path.is_file():
            continue
        if path.suffix == ".py":
            room.sentences += python_sentences(path.read_text(), place)
        elif "templates" in path.parts and path.suffix in (".html", ".txt"):
            sentences, bare = template_sentences(path.read_text(), place)
            room.sentences += sentences
            room.problems += bare_text(bare, place)
    return room


def catalogue(folder: Path) -> dict[str, Message]:
    """The English catalogue of a room by msgid; empty when it has none."""
    path = folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale="en", domain="django")
    return {(m.id if isinstance(m.id, str) else m.id[0]): m for m in messages if m.id}


def _placeholders(text: str) -> list[str]:
    return sorted(set(_PLACEHOLDER.findall(text.replace("%%", ""))))


def entry_problems(message: Message, place: str) -> Iterator[Problem]:
    """What is wrong with one entry of a catalogue."""
    line = message.lineno or 0
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    targets = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if message.fuzzy:
        yield Problem(place, line, f"fuzzy: {sources[0]}")
    if not all(targets):
        yield Problem(place, line, f"empty: {sources[0]}")
        return
    if not _CHINESE.search(sources[0]):
        yield Problem(place, line, f"the source sentence is not Chinese: {sources[0]}")
    wanted = {name for source in sources for name in _placeholders(source)}
    for target in targets:
        if _CHINESE.search(target):
            yield Problem(place, line, f"Chinese in the English text: {target}")
        # A plural form may leave its number out (“one matter”); nothing may name what the source does not have.
        if set(_placeholders(target)) - wanted or (len(targets) == 1 and set(_placeholders(target)) != wanted):
            yield Problem(place, line, f"placeholders differ: {sources[0]}")


def check(package: Path = PACKAGE, rooms: list[str] | None = None) -> list[Problem]:
    """All problems of the named rooms, or of every room."""
    shared = catalogue(package / "site")
    problems: list[Problem] = []
    names = rooms or sorted(path.name for path in package.iterdir() if (path / "__init__.py").exists())
    for name in names:
        folder = package / name
        room, own = read_room(folder), catalogue(folder)
        problems += room.problems
        for sentence in room.sentences:
            message = own.get(sentence.text) or shared.get(sentence.text)
            if not sentence.text:
                problems.append(Problem(sentence.place, sentence.line, "a sentence built with an f-string"))
            elif not _CHINESE.search(sentence.text):
                problems.append(Problem(sentence.place, sentence.line, f"not Chinese: {sentence.text}"))
            elif message is None:
                problems.append(Problem(sentence.place, sentence.line, f"no English for: {sentence.text}"))
            elif sentence.plural and isinstance(message.id, str):
                problems.append(Problem(sentence.place, sentence.line, f"no plural forms for: {sentence.text}"))
        place = f"{name}/locale/en/LC_MESSAGES/django.po"
        for message in own.values():
            problems += entry_problems(message, place)
    return sorted(set(problems))


def main(arguments: list[str]) -> int:
    """Print the problems; 1 when there are any."""
    problems = check(rooms=arguments or None)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(problems)} problems\n" if problems else "every sentence is there in both languages\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
