"""What can be wrong with a pack, said in both languages with the file and the line. Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass

#: code → (is an error, Chinese, English). Braces are filled with the facts of the finding.
MESSAGES: dict[str, tuple[bool, str, str]] = {
    "file_missing": (True, "缺少这个文件。", "This file is missing."),
    "not_utf8": (True, "文件不是 UTF-8 编码，请另存为 UTF-8。", "The file is not UTF-8; save it as UTF-8."),
    "toml_syntax": (True, "TOML 写法有误：{detail}", "TOML syntax error: {detail}"),
    "json_syntax": (True, "JSON 写法有误：{detail}", "JSON syntax error: {detail}"),
    "column_missing": (True, "缺少列 {column}。", "Column {column} is missing."),
    "column_unknown": (
        True,
        "不认识的列 {column}；可用的列见 docs/pack.md。",
        "Unknown column {column}; docs/pack.md lists them all.",
    ),
    "key_unknown": (True, "不认识的项 {key}。", "Unknown key {key}."),
    "cells": (
        True,
        "这一行有 {found} 格，表头有 {expected} 格。",
        "This row has {found} cells, the header has {expected}.",
    ),
    "value_missing": (True, "{column} 不能为空。", "{column} must not be empty."),
    "language_missing": (
        True,
        "{column} 缺少文字（语言 {language}）。",
        "{column} has no text in language {language}.",
    ),
    "not_a_number": (True, "{column} 应当是数字，现在是“{value}”。", "{column} must be a number, not “{value}”."),
    "not_allowed": (
        True,
        "{column} 不能是“{value}”；可以写：{allowed}。",
        "{column} cannot be “{value}”; allowed: {allowed}.",
    ),
    "bad_code": (
        True,
        "编码“{value}”只能用字母、数字、点、短横和下划线，最多 40 个字符。",
        "Code “{value}” may use letters, digits, dot, hyphen and underscore only, at most 40 characters.",
    ),
    "bad_date": (
        True,
        "“{value}”不是日期；写成 2026-01-01，一段日子写成 2026-01-01/2026-01-03。",
        "“{value}” is not a date; write 2026-01-01, or 2026-01-01/2026-01-03 for a span.",
    ),
    "bad_time": (True, "“{value}”不是时间；写成 17:30。", "“{value}” is not a time; write 17:30."),
    "bad_timezone": (True, "不认识的时区“{value}”。", "Unknown time zone “{value}”."),
    "duplicate": (
        True,
        "“{value}”重复了，第一次出现在第 {first} 行。",
        "“{value}” appears twice; the first time on line {first}.",
    ),
    "unknown_parent": (True, "上级“{value}”不存在。", "The parent “{value}” does not exist."),
    "cycle": (True, "上下级绕成了圈：{chain}。", "The parents run in a circle: {chain}."),
    "bad_level": (
        True,
        "级别应当是 {expected}（上级的级别加一），现在是 {value}。",
        "The level should be {expected} (one more than the parent's), not {value}.",
    ),
    "unknown_office": (True, "单位“{value}”不存在。", "The office “{value}” does not exist."),
    "unknown_kind": (
        True,
        "没有任何单位的类型是“{value}”。",
        "No office is of kind “{value}”.",
    ),
    "unknown_rule": (
        True,
        "程序里没有叫“{value}”的紧急规则。",
        "The program has no rule of urgency called “{value}”.",
    ),
    "unknown_area": (True, "区域“{value}”不存在。", "The area “{value}” does not exist."),
    "unknown_category": (True, "类别“{value}”不存在。", "The category “{value}” does not exist."),
    "unknown_calendar": (True, "日历“{value}”不存在。", "The calendar “{value}” does not exist."),
    "years_reversed": (True, "起始年晚于终止年。", "The first year is later than the last."),
    "years_overlap": (
        True,
        "与第 {first} 行的“{name}”同名、同上级，有效年份又重叠。",
        "Same name and parent as “{name}” on line {first}, in force in the same years.",
    ),
    "bad_feature": (
        True,
        "第 {index} 个图形写法有误：{detail}",
        "Feature number {index} is not usable: {detail}",
    ),
    "ring_open": (
        True,
        "第 {index} 个图形（{name}）的边界没有闭合：首尾两点应当相同。",
        "The outline of feature {index} ({name}) is not closed: its first and last points must be equal.",
    ),
    "ring_short": (
        True,
        "第 {index} 个图形（{name}）的点太少，至少要四个点。",
        "The outline of feature {index} ({name}) has too few points; it needs at least four.",
    ),
    "ring_crosses": (
        True,
        "第 {index} 个图形（{name}）的边界自己和自己相交。",
        "The outline of feature {index} ({name}) crosses itself.",
    ),
    "outside_parent": (
        True,
        "第 {index} 个图形（{name}）超出了上级区域的范围。",
        "Feature {index} ({name}) lies outside the frame of its parent area.",
    ),
    "overlaps": (
        False,
        "“{name}”的中心同时落在“{other}”里，两块边界重叠。",
        "The centre of “{name}” also lies inside “{other}”: the outlines overlap.",
    ),
    "no_outline": (
        False,
        "“{name}”没有边界图形，地图上选不到。",
        "“{name}” has no outline, so it cannot be chosen on the map.",
    ),
    "place_outside": (
        False,
        "“{name}”的位置不在它所写的区域里。",
        "“{name}” does not lie in the area it names.",
    ),
    "no_duty": (
        False,
        "类别“{name}”没有任何主办单位。",
        "No office leads for the category “{name}” anywhere.",
    ),
    "duty_gap": (
        False,
        "类别“{name}”在 {count} 个区域没有主办单位，例如“{area}”。",
        "The category “{name}” has no leading office in {count} areas, for example “{area}”.",
    ),
    "clock_missing": (
        True,
        "缺少时限 {purpose} 的通用规则（紧急程度、类别、种类都留空的一行）。",
        "There is no general rule for the clock {purpose} (a row with urgency, category and kind left empty).",
    ),
    "year_missing": (
        False,
        "日历“{calendar}”没有 {year} 年；用到它的工作日时限会算不出来。",
        "The calendar “{calendar}” has no year {year}; working-day deadlines that reach it cannot be computed.",
    ),
    "wrong_year": (True, "“{value}”不在 {year} 年里。", "“{value}” is not in the year {year}."),
    "route_missing": (
        True,
        "不受理的类别必须写明合法的去处（route）。",
        "A category that is not accepted must name the lawful route.",
    ),
    "number_missing": (
        True,
        "紧急情况必须写明立刻拨打的电话（number）。",
        "An emergency must name the number to call at once.",
    ),
    "text_missing": (True, "缺少文字 {key}。", "The text {key} is missing."),
    "roles_apart": (
        True,
        "同一个人不能既是 {first} 又是 {second}。",
        "One person cannot be both {first} and {second}.",
    ),
    "office_needed": (True, "角色 {role} 必须属于一个单位。", "The role {role} needs an office."),
}


@dataclass(frozen=True)
class Problem:
    """One finding. `line` counts from 1 (0 = the file as a whole); `column` names the cell or key when there is one."""

    file: str
    line: int
    column: str
    code: str
    message_zh: str
    message_en: str

    @property
    def is_error(self) -> bool:
        """Errors keep a pack from being loaded; warnings do not."""
        return MESSAGES[self.code][0]

    def message(self, language: str) -> str:
        """The sentence in Chinese for "zh…", otherwise in English."""
        return self.message_zh if language.startswith("zh") else self.message_en

    def where(self) -> str:
        """`file:line` or `file`."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Problems:
    """Collects findings; never stops at the first."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, file: str, line: int, code: str, column: str = "", **facts: object) -> None:
        """Note a finding. `facts` fill the message; `column` is a fact too."""
        _, chinese, english = MESSAGES[code]
        facts.setdefault("column", column)
        self.found.append(Problem(file, line, column, code, chinese.format(**facts), english.format(**facts)))

    def sorted(self) -> list[Problem]:
        """By file, line and code."""
        return sorted(self.found, key=lambda p: (p.file, p.line, p.column, p.code))
