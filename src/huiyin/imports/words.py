"""Everything an import says about a file or a row, in both languages. Pure."""

from __future__ import annotations

#: Why a row was not taken in: code → (Chinese, English). Braces are filled with facts; never with a person's words.
REASONS: dict[str, tuple[str, str]] = {
    "cells": (
        "这一行有 {found} 格，表头有 {expected} 格。",
        "This row has {found} cells, the header has {expected}.",
    ),
    "quote_not_closed": ("引号没有成对。", "A quotation mark is not closed."),
    "line_too_long": ("这一行太长，超过 {limit} 个字符。", "This row is longer than {limit} characters."),
    "id_missing": ("没有编号。", "The id is missing."),
    "id_repeated": (
        "编号在这个文件里已经出现过，内容却不同；请改编号，或确认是不是同一件事。",
        "The id appeared earlier in this file with other content; give it an id of its own, or drop the copy.",
    ),
    "row_changed": (
        "这一行以前导入过，内容后来变了。已经导入的事没有改动，请在系统里补充。",
        "This row was taken in before and has changed since. The case was not changed: add what is new to the case.",
    ),
    "nothing_said": ("没有内容。", "There is no text."),
    "time_missing": ("没有收到的时间。", "The time it came in is missing."),
    "time_unreadable": (
        "“{column}”里的时间读不出来；可以在对照表里写明格式。",
        "The time in “{column}” cannot be read; name its format in the map.",
    ),
    "time_in_future": ("“{column}”里的时间在今天以后。", "The time in “{column}” lies in the future."),
    "formula_without_value": (
        "“{column}”是公式，文件里没有保存计算结果；请在表格软件里打开并保存一次。",
        "“{column}” is a formula without a stored result; open and save the file in a spreadsheet program once.",
    ),
    "text_too_long": (
        "答复超过 {limit} 字（现在 {length} 字）。",
        "The reply has {length} characters; {limit} are possible.",
    ),
    "refused": ("没有通过规则检查：{rule}。", "The rules refuse it: {rule}."),
}

#: What was kept and marked: code → (Chinese, English). Maps add codes of their own.
FLAGS: dict[str, tuple[str, str]] = {
    "category_unmapped": ("分类没有对应", "category has no counterpart"),
    "area_unmapped": ("地方没有对应", "place has no counterpart"),
    "channel_unmapped": ("渠道没有对应", "channel has no counterpart"),
    "kind_unmapped": ("类型没有对应", "kind has no counterpart"),
    "office_unmapped": ("答复单位没有对应", "replying office has no counterpart"),
    "office_assumed": ("答复单位不明，记在默认单位", "replying office unknown, recorded under the default office"),
    "claim_unmapped": ("办理结果没有对应，记为“已解释”", "claimed result has no counterpart, recorded as explained"),
    "point_unreadable": ("坐标读不出来", "coordinates cannot be read"),
    "time_doubtful": ("时间正逢夏令时换钟", "time falls on a clock change"),
    "subject_only": ("只有标题，没有正文", "subject only, no text"),
    "reply_without_time": ("答复没有时间，按收到的时间记", "reply has no time, recorded at the time of receipt"),
    "reply_time_unreadable": ("答复时间读不出来，按收到的时间记", "reply time unreadable, recorded at receipt"),
    "reply_in_future": ("答复时间在今天以后，按收到的时间记", "reply time in the future, recorded at receipt"),
    "reply_without_words": ("标为办结，但没有答复内容", "closed without any words"),
    "reply_not_counted": ("有答复内容，但没有标为办结", "has reply words but is not closed"),
    "merged_cells": ("有合并单元格", "has merged cells"),
    "formula_without_value": ("有没有结果的公式", "has a formula without a result"),
    "characters_replaced": ("有不能保存的字符，已替换", "had characters that cannot be stored"),
}

#: Why a file or a map cannot be used at all.
FILE_PROBLEMS: dict[str, tuple[str, str]] = {
    "not_a_spreadsheet": ("这不是能打开的 .xlsx 文件。", "This is not an .xlsx file that can be opened."),
    "unknown_kind": (
        "只能导入 .xlsx 和 .csv；请另存为其中一种。",
        "Only .xlsx and .csv can be imported; save it as one of these.",
    ),
    "file_too_large": ("文件展开后超过 {limit} MB。", "The file unpacks to more than {limit} MB."),
    "sheet_missing": ("没有工作表“{sheet}”；有：{found}。", "There is no sheet “{sheet}”; there are: {found}."),
    "columns_missing": (
        "前 {rows} 行里找不到有这些列的表头：{columns}。",
        "No header with these columns in the first {rows} rows: {columns}.",
    ),
    "reader_ended": (
        "读文件的进程中途停了；已经收进的不变，请重新运行导入。",
        "The process that reads the file ended early; what was taken in stays. Run the import again.",
    ),
    "encoding_wrong": ("文件不是 {encoding} 编码。", "The file is not in {encoding}."),
    "no_office": ("机构包里没有单位“{office}”。", "The loaded pack has no office “{office}”."),
}


class FileProblem(Exception):
    """The whole file cannot be read. `code` is in FILE_PROBLEMS."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(both(FILE_PROBLEMS[code], facts))


def both(pair: tuple[str, str], facts: dict[str, object] | None = None) -> str:
    """The Chinese and the English sentence, one after the other."""
    return " ".join(text.format(**(facts or {})) for text in pair)
