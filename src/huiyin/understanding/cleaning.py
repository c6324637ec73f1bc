"""Make a text readable (`clean`, for people and models) and comparable (`fold`). The original is always kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .variants import TO_SIMPLIFIED

LIMIT = 20_000
"""Characters that models look at. Longer texts are kept whole by the caller; what follows the limit is not read."""

# Full-width punctuation is good Chinese typography: NFKC would make it ASCII, so it is parked meanwhile.
_PUNCTUATION = "！（），：；？～｜＂＇"
_PARK = {ord(c): 0xE000 + n for n, c in enumerate(_PUNCTUATION)}
_UNPARK = {0xE000 + n: c for n, c in enumerate(_PUNCTUATION)}

# Removed: control characters (not line ends), zero width, direction marks, soft hyphens, variants, the private range.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ue000-\uf8ff\U000e0000-\U000e007f]"
)
_ESCAPES = re.compile(r"_x000[dDaA9]_|&nbsp;|&#160;|<br\s*/?>", re.IGNORECASE)
# Everyday characters that NFKC leaves alone, punctuation above aside: without any other, normalising is not needed.
_UNUSUAL = re.compile(r"[^\n -~\u2010\u2012-\u2016\u2018-\u201f\u3001-\u3029\u3041-\u9fff（），：；！？～｜＂＇·、]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"[ ]*\n[ ]*(?:\n[ ]*)*")

# Lines that a document site or a printer adds, never the writer: page numbers, "download this document", share buttons.
_FURNITURE = re.compile(
    r"[ \-—–·|_*=]*(?:"
    r"第 ?\d{1,4} ?页(?: ?[,，/]? ?共 ?\d{1,4} ?页)?|page \d{1,4}(?: of \d{1,4})?"
    r"|\d{1,4} ?/ ?\d{1,4}|[-—–] ?\d{1,4} ?[-—–]"
    r"|(?:点击|立即|免费)?下载(?:本|此|该)?(?:文档|文章|资料).{0,20}"
    r"|(?:本|此|该)(?:文档|文章)(?:由|来自|来源|转载).{0,40}"
    r"|.{0,12}(?:文库|文档网|文档分享|资料网|范文网).{0,20}|扫(?:描|一扫).{0,12}二维码.{0,20}"
    r"|(?:版权所有|copyright ?©?|all rights reserved).{0,60}"
    r"|(?:上一篇|下一篇|返回顶部|打印本页|关闭窗口).{0,40}"
    r")[ \-—–·|_*=]*",
    re.IGNORECASE,
)

_OPENING = re.compile(
    r"\A[\s，,。.!！:：]*(?:"
    r"(?:尊敬的|敬爱的|亲爱的|致)[^，,。！!？?：:\n]{1,20}[，,：:！!。\s]+"
    r"|[^，,。！!？?：:\n]{0,12}(?:领导|书记|市长|县长|区长|局长|主任|镇长)(?:们|好|您好|你好)?[，,：:！!。]+"
    r"|(?:各位)?领导(?:们)?(?:您|你)?们?好[，,：:！!。\s]*|(?:您|你)们?好[，,：:！!。\s]*|大家好[，,：:！!。\s]*"
    r"|(?:dear|hello|hi|good (?:morning|afternoon|evening))\b[^\n,.!:]{0,40}[,.!:\n]+\s*|to whom it may concern[,.:\s]*"
    r")",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:[，,。.!！;；\s]|\A)(?:"
    r"此致[\s，,。!！]*(?:敬礼)?|谢谢(?:您|你|大家|领导|各位领导|了)?们?|(?:非常|万分|十分|衷心|深表)?感谢(?:您|你|领导|各位领导)?们?"
    r"|(?:望|盼|敬请|恳请|希望)(?:领导|政府|有关部门|相关部门|上级)?(?:予以|给予|尽快|早日)?(?:回复|答复|重视|解决|处理|为盼)"
    r"|(?:many )?thanks?(?: you)?(?: (?:so|very) much| in advance| for your (?:help|time|attention))?"
    r"|(?:best|kind) regards|yours (?:sincerely|faithfully|truly)|sincerely"
    r")[\s，,。.!！~～…]*\Z",
    re.IGNORECASE,
)

_DOUBLED = re.compile(r"([\u3400-\u9fff])\1+")
_TRADITIONAL = re.compile("[" + "".join(map(chr, TO_SIMPLIFIED)) + "]")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text made readable. `text` keeps the writer's words; `core` also drops greeting and thanks.

    `original` is what came in. `changes` holds codes of what was done: `invisible`, `width`, `furniture`, `line_join`,
    `greeting`, `cut`.
    """

    original: str
    text: str
    core: str
    changes: tuple[str, ...]


def clean(text: str, limit: int = LIMIT) -> Cleaned:
    """Make a text readable: invisible characters, widths, blanks, page furniture, characters doubled at line joins.

    Reads at most `limit` characters and takes time in proportion to them. Never fails; anything is a text.
    """
    changes: list[str] = []
    read = text
    if len(read) > limit:
        read = read[:limit]
        changes.append("cut")
    plain = _INVISIBLE.sub("", read)
    if "_x000" in plain or "&" in plain or "<" in plain:
        plain = _ESCAPES.sub("\n", plain)
    if len(plain) != len(read):
        changes.append("invisible")
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = _LINES.sub("\n", _BLANKS.sub(" ", plain)).strip()
    if _UNUSUAL.search(plain):
        normal = unicodedata.normalize("NFKC", plain.translate(_PARK)).translate(_UNPARK)
        if normal != plain:
            plain = _LINES.sub("\n", _BLANKS.sub(" ", normal)).strip()
            changes.append("width")
    if "\n" in plain:
        plain = _without_breakage(plain, changes)
    core = _core(plain)
    if len(core) != len(plain):
        changes.append("greeting")
    return Cleaned(text, plain, core, tuple(changes))


def _without_breakage(plain: str, changes: list[str]) -> str:
    lines = plain.split("\n")
    kept = [line for line in lines if len(line) > 90 or not _FURNITURE.fullmatch(line)]
    if kept and len(kept) < len(lines):
        changes.append("furniture")
        lines = kept
    text = [lines[0]]
    for line in lines[1:]:
        before = text[-1]
        # A line that ends in mid-sentence with the character (or two) the next starts with: pasted from a scan.
        for size in (2, 1):
            double = line[:size]
            if len(before) > 9 and len(line) > size and before.endswith(double) and _is_han(double + line[size]):
                text.append(line[size:])
                changes.append("line_join")
                break
        else:
            text.append("\n" + line)
    return "".join(text)


def _is_han(text: str) -> bool:
    return all("\u4e00" <= c <= "\u9fff" for c in text)


def _core(plain: str) -> str:
    core = plain
    for _ in range(3):
        found = _OPENING.match(core)
        if not found or found.end() == len(core):
            break
        core = core[found.end() :]
    for _ in range(3):
        # Only the end is searched: greetings are short, and the search stays cheap on a novel.
        tail = core[-60:]
        closing = _CLOSING.search(tail)
        if not closing or len(core) - len(tail) + closing.start() < 4:
            break
        core = core[: len(core) - len(tail) + closing.start()]
    return core.strip() or plain


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, character by character: the length stays the same."""
    return _TRADITIONAL.sub(lambda found: TO_SIMPLIFIED[ord(found[0])], text)


def fold(text: str, keep_blanks: bool = False) -> str:
    """The form two texts are compared in: NFKC, lower case, no accents, simplified, no invisible or doubled characters.

    Doubled Chinese characters become one on both sides of a comparison, which undoes the doubling of bad line joins
    without having to know whether 天天 was meant. For matching only; never show the result to anyone.
    Blanks between Chinese characters go too, unless `keep_blanks`.
    """
    plain = " ".join(_INVISIBLE.sub("", text[:LIMIT]).split())
    if not plain.isascii():
        if _UNUSUAL.search(plain):
            plain = unicodedata.normalize("NFKC", plain)
            if _ACCENTED.search(plain):
                decomposed = unicodedata.normalize("NFD", plain)
                plain = unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))
        else:
            for wide in _PUNCTUATION:
                plain = plain.replace(wide, chr(ord(wide) - 0xFEE0))
        plain = _TRADITIONAL.sub(lambda found: TO_SIMPLIFIED[ord(found[0])], plain)
        plain = _DOUBLED.sub(r"\1", plain)
    plain = " ".join(plain.casefold().split())
    return plain if keep_blanks else _BETWEEN.sub("", plain)
