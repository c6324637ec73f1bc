"""The parts of a report, in the order of reading. Each is one function: facts and language in, one section out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from django.utils.translation import gettext as _

from huiyin.base.drawing import interval, stairs, trend
from huiyin.base.drawing.words import date_words, month_words, months_words, percent
from huiyin.figures import publishing
from huiyin.figures.publishing import PublicFigure
from huiyin.lake import published
from huiyin.ledger import keys
from huiyin.report.blocks import (
    Bar,
    Bars,
    Block,
    Dot,
    Dots,
    Picture,
    Points,
    Section,
    Table,
    Terms,
    Text,
    Tile,
    Tiles,
    drawn,
)
from huiyin.report.check_up import check_up
from huiyin.report.facts import LONG, Facts, shown_months
from huiyin.report.wording import (
    bounds_words,
    counted,
    joined,
    name_of,
    number,
    share_of,
    share_words,
    titles,
    whole,
)

#: The share that stands for the whole: what people confirm, of those who answered.
CONFIRMED = "confirmed"
#: Months drawn side by side.
MONTHS = 12


def summary(facts: Facts, language: str) -> Section:
    """The one page that matters."""
    counts = facts.body.counts(facts.month)
    figure = facts.body.figure(CONFIRMED, facts.month)
    full = whole(facts.body, facts.month)
    told = {name: counted(counts, full, name) for name in stairs.ORDER}
    definitions = titles(language)
    bars, end = stairs.bars(full, name="gap")
    if None in (counts.get("received"), counts.get("claimed"), counts.get("confirmed")):
        first = _("有的数太小，不公布。能公布的写在下面。")
    else:
        first = _("收到 %(received)s 件。单位说办了 %(claimed)s 件，本人确认解决的有 %(confirmed)s 件。") % told
    blocks: list[Block] = [
        Text(first, look="lead"),
        Tiles(
            [
                Tile("claim", told["claimed"], _("单位说办了")),
                Tile("said", told["confirmed"], _("本人确认解决")),
                Tile("unknown", told["unknown"], _("问过，但不知道解决没有")),
            ]
        ),
        Bars(
            [Bar(definitions[bar.code], told[bar.code], drawn(bar.svg)) for bar in bars],
            _("整条宽度是 %(end)s 件。件数都取成 5 的倍数，各取各的，加起来可能差几件。") % {"end": f"{end:,}"},
        ),
    ]
    share = share_of(figure)
    if share is None or figure is None:
        if figure is None or figure.n is None:
            words = _("这个月回答的人太少，不写比例：人少的时候，运气的成分太大，也可能认出是谁。")
        else:
            words = _("这个月确认解决的不到 10 件，或者写了就能算出别处不到 10 件的数，所以不写比例。")
        blocks.append(Text(words))
    else:
        blocks += [
            Text(_("回答了的人里，多少人说解决了？"), look="lead"),
            Dots(
                [
                    Dot(
                        _("说解决的比例"),
                        "",
                        drawn(interval.picture(share, figure.bounds)),
                        interval.words(share, language),
                    )
                ],
                drawn(interval.axis()),
            ),
        ]
        if figure.bounds is not None:
            ends = {"least": percent(figure.bounds[0]), "most": percent(figure.bounds[1])}
            words = _("没回答的人怎么想，没有人知道。要是他们都说没解决，是 %(least)s；都说解决了，是 %(most)s。")
            blocks.append(Text(words % ends))
        blocks.append(Text(key_words(), look="quiet"))
    history = counts.get("history")
    if history:
        words = _("另有从旧系统导入、那边记为办结的 %(history)s 件：没有人问过反映的人，这里一件也不算解决。")
        blocks.append(Text(words % {"history": number(history)}))
    if None in full.values():
        blocks.append(Text(_("“不公布”：不到 10 件，或者公布了就能算出别处不到 10 件的数。"), look="quiet"))
    return Section("summary", _("一页看完"), blocks)


def key_words() -> str:
    """How to read a dot on its interval."""
    return _("点是回答了的人里的比例。粗线是运气能把它推多远（95% 区间）。虚线是没回答的人能把它推多远。")


def offices(facts: Facts, language: str) -> Section:
    """Each office's share on its interval, in the pack's order."""
    rows: list[Dot] = []
    few: list[str] = []
    kept: list[str] = []
    for page in facts.offices:
        name = name_of(facts, page.group, language)
        figure = page.figure(CONFIRMED, facts.office_period)
        share = share_of(figure)
        if share is None or figure is None:
            (few if figure is None or figure.n is None else kept).append(name)
            continue
        counts, full = page.counts(facts.office_period), whole(page, facts.office_period)
        told = {key: counted(counts, full, key) for key in ("claimed", "confirmed", "unknown")}
        beside = _("说办了 %(claimed)s，确认 %(confirmed)s，不知道 %(unknown)s") % told
        rows.append(Dot(name, beside, drawn(interval.picture(share, figure.bounds)), interval.words(share, language)))
    blocks: list[Block] = []
    if facts.newest:
        span = facts.body.months(365)
        year = {"months": months_words(span[0], span[-1], language)}
        blocks.append(Text(_("%(months)s收到的事。一个月对一个单位太短，所以这里看十二个月。") % year))
    else:
        blocks.append(Text(_("%(month)s收到的事。") % {"month": month_words(facts.month, language)}))
    if rows:
        blocks += [Text(key_words(), look="quiet"), Dots(rows, drawn(interval.axis()))]
        blocks.append(
            Text(_("次序是单位名册的次序，不是名次。两段粗线碰到一起，就不能说谁比谁好。各单位的事难易也不同。"))
        )
        blocks += _compared(facts, language)
    silent = (
        (few, _("这些单位回答的人太少，不写比例：%(names)s。")),
        (kept, _("这些单位确认解决的不到 10 件，或者不公布，不写比例：%(names)s。")),
    )
    for names, words in silent:
        if names:
            blocks.append(Text(words % {"names": joined(names, language)}, look="quiet" if rows else ""))
    if not rows and not few and not kept:
        blocks.append(Text(_("还没有哪个单位的数字可以公布。")))
    return Section("offices", _("各单位：说办了多少，确认了多少"), blocks, own_page=True)


def _compared(facts: Facts, language: str) -> list[Block]:
    """Offices with a share above or below what chance explains, like compared with like; a question, no verdict."""
    found: dict[str, list[str]] = {"above": [], "below": []}
    for page in facts.offices:
        side = page.beside(facts.office_period)
        if side in found and share_of(page.figure(CONFIRMED, facts.office_period)) is not None:
            found[side].append(name_of(facts, page.group, language))
    sentences = {
        "above": _("同类、同样急的事放在一起比，高于偶然能解释的范围：%(names)s。"),
        "below": _("同类、同样急的事放在一起比，低于偶然能解释的范围：%(names)s。这是要问清楚的问题，不是结论。"),
    }
    return [Text(sentences[side] % {"names": joined(names, language)}) for side, names in found.items() if names]


def months(facts: Facts, language: str) -> Section:
    """The year up to this month."""
    found = [month for month in reversed(shown_months(facts.body)) if month <= facts.month][-MONTHS:]
    points = [_point(month, facts.body.figure(CONFIRMED, month)) for month in found]
    definitions = titles(language)
    blocks: list[Block] = []
    if sum(point.value is not None for point in points) >= 2:
        drawing = trend.render(points, language)
        words = _("回答了的人里说解决的比例，一个月一列；点是比例，竖线是 95% 区间。没有点的月份，回答的人太少。")
        blocks.append(Picture(drawn(drawing), trend.HEIGHT, words))
    columns = ("received", "claimed", "answered", "confirmed")
    rows = []
    for month in found:
        counts = facts.body.counts(month)
        shown = [number(counts.get(code)) for code in columns]
        rows.append([month, *shown, share_words(facts.body.figure(CONFIRMED, month), language)])
    head = [_("收到的月份"), *(definitions[code] for code in columns), _("说解决的比例")]
    blocks.append(Table(_("每个月收到的事"), head, rows, numbers=(1, 2, 3, 4)))
    blocks.append(Text(_("最近的月份，有的事还没到期，有的人还没来得及回答，数字以后还会变。"), look="quiet"))
    return Section("months", _("一个月一个月地看"), blocks)


def _point(month: str, figure: PublicFigure | None) -> trend.Point:
    share = share_of(figure)
    if share is None:
        return trend.Point(month, None, None, None, None)
    return trend.Point(month, share.low, share.value, share.high, share.n)


def callbacks(facts: Facts, language: str) -> Section:
    """The sample that nobody can pick: how it was drawn, who answered, what they said."""
    this, closed = facts.sample, facts.closed
    month = {"month": month_words(facts.month, language)}
    blocks: list[Block] = []
    if this is None:
        blocks.append(Text(_("%(month)s没有事先公布过抽样规则，所以没有独立回访。") % month))
    elif this.drawn_at is None:
        blocks.append(Text(_("%(month)s的规则已经公布，还没有抽。") % month))
    elif this.closed_at is None:
        drawn_so_far = {**month, **_drawn(this)}
        blocks.append(
            Text(_("%(month)s从 %(frame)s 件里抽了 %(drawn)s 件，还在打电话。打完才公布听到了什么。") % drawn_so_far)
        )
    if closed is not None:
        blocks += _heard(facts, closed, language)
    return Section("callbacks", _("独立回访：单位以外的人来问"), blocks)


def _drawn(row: Any) -> dict[str, str]:
    return {
        "frame": f"{sum(counts['size'] for counts in row.strata.values()):,}",
        "drawn": f"{sum(counts['drawn'] for counts in row.strata.values()):,}",
    }


def _heard(facts: Facts, row: Any, language: str) -> list[Block]:
    """What callers heard in a closed month. Shares are kept in millionths."""
    rule, results = row.rule, row.results
    facts_of = {
        "month": month_words(row.key, language), **_drawn(row),
        "answered": f"{results.get('dispositions', {}).get('answered', 0):,}",
        "least": rule["least"], "percent": rule["percent"],
    }  # fmt: skip
    blocks: list[Block] = [
        Text(
            _("%(month)s：单位答复过的 %(frame)s 件里抽了 %(drawn)s 件，%(answered)s 人回答了。") % facts_of,
            look="lead",
        ),
        Text(
            _(
                "规则在月初以前公布：每个单位至少 %(least)s 件，件数多的至少 %(percent)s%%。"
                "抽谁由月底的公开记录定，单位挑不了；打完以前，单位也不知道抽到谁。"
            )
            % facts_of
        ),
    ]
    whole = _fractions(results.get("whole"))
    if whole is None:
        blocks.append(Text(_("回答第一题的人太少，不写比例。")))
        return blocks
    rows = [_heard_dot(_("全部单位"), whole, language)]
    cells = [cell for cell in results.get("cells", ()) if _fractions(cell) is not None]
    # One cell of several offices says once more, under a long list of names, what stands above it.
    together = len(cells) == 1 and len(cells[0]["offices"]) > 1
    for cell in () if together else cells:
        names = joined([name_of(facts, code, language) for code in cell["offices"]], language)
        rows.append(_heard_dot(names, _fractions(cell) or {}, language))
    blocks += [
        Text(_("说“解决了”的比例，按各单位的件数加权："), look="lead"),
        Dots(rows, drawn(interval.axis())),
    ]
    if together:
        blocks.append(Text(_("每个单位单独算，回答的人太少，所以只写合在一起的。"), look="quiet"))
    return blocks


def _fractions(found: dict[str, Any] | None) -> dict[str, Any] | None:
    if not found or "value" not in found:
        return None
    return {**found, **{name: found[name] / 1_000_000 for name in ("value", "low", "high", "least", "most")}}


def _heard_dot(label: str, found: dict[str, Any], language: str) -> Dot:
    share = interval.Interval(found["low"], found["value"], found["high"], found["answered"])
    beside = _("抽到 %(drawn)s，最低 %(least)s，最高 %(most)s") % {
        "drawn": f"{found['drawn']:,}", "least": percent(found["least"]), "most": percent(found["most"]),
    }  # fmt: skip
    svg = drawn(interval.picture(share, (found["least"], found["most"])))
    return Dot(label, beside, svg, interval.words(share, language))


def others(facts: Facts, language: str) -> Section:
    """The other published shares of the month, and in the newest report of the year."""
    spans = [facts.month, LONG] if facts.newest else [facts.month]
    heads = [month_words(facts.month, language), _("近十二个月")][: len(spans)]
    rows = []
    for one in published.definitions(language):
        if one.code in publishing.codes() and one.code != CONFIRMED:
            figures = [facts.body.figure(one.code, span) for span in spans]
            last = next((figure for figure in reversed(figures) if figure is not None), None)
            rows.append(
                [
                    one.title,
                    *(share_words(figure, language) for figure in figures),
                    bounds_words(last.bounds if last is not None and last.value is not None else None) or "–",
                ]
            )
    blocks: list[Block] = [
        Table(_("公开的比例"), [_("名称"), *heads, _("没回答的人能推到")], rows),
        Text(_("每个数什么意思、会怎样看错、单位能怎样做手脚，写在最后一节和网站的“定义”页。"), look="quiet"),
    ]
    return Section("others", _("别的公开数字"), blocks)


def limits(facts: Facts, language: str) -> Section:
    """What these figures cannot tell you."""
    items = [
        _("没有来说的人不在里面。一个地方事少，可能是好，也可能是不敢说。"),
        _("单位说办了，是单位的说法。算不算解决，由提出的人说。"),
        _("没回答的人可能想法不同。所以每个比例都写明最坏和最好能到哪里。"),
        _("线重叠的地方分不出高低。本报告不排名，也请不要拿它排名。"),
        _("回答也可能是被劝出来的。独立回访能少一些，不能保证没有。"),
        _("这里没有一个数是评价居民的，也认不出任何一个人。"),
    ]
    extra = facts.limits_extra.local(language)
    return Section("limits", _("这些数字不能告诉您什么"), [Points([*items, *([extra] if extra else [])])])


def sources(facts: Facts, language: str) -> Section:
    """Definitions with their versions, the checkpoint, and how to check."""
    terms = [
        (_("%(title)s（第 %(version)s 版）") % {"title": one.title, "version": one.version}, one.meaning)
        for one in published.definitions(language)
    ]
    origin = [(_("数据截至"), facts.as_of.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"))]
    origin.append((_("数据湖版本"), str(facts.body.lake_version)))
    origin.append((_("公布方法版本"), str(facts.body.method)))
    if facts.checkpoint is None:
        origin.append((_("公开记录的检查点"), _("还没有")))
    else:
        point = facts.checkpoint
        origin += [
            (_("公开记录"), keys.origin()),
            (_("算这些数以前最后签的检查点"), f"{point.size:,} / {point.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"),
            (_("它的根"), bytes(point.root).hex()),
        ]
    blocks: list[Block] = [
        Terms(terms),
        Text(_("这些数字从哪里来"), look="lead"),
        Terms(origin, exact=True),
        Text(
            _("要自己再算一遍，下载公开数据，运行 huiyin figures recompute；要核对回访，运行 huiyin callbacks verify。")
        ),
    ]
    return Section("sources", _("每个数的意思，怎么核对"), blocks)


#: Everything a report says, in order. A new part is one more function here: page and PDF show what it returns.
SECTIONS: tuple[Callable[[Facts, str], Section], ...] = (
    summary, limits, offices, months, callbacks, check_up, others, sources,
)  # fmt: skip


def foot(facts: Facts, language: str) -> str:
    """On every sheet: later answers change what is known of a month."""
    return _("按 %(date)s 知道的情况写") % {"date": date_words(facts.as_of, language, facts.zone)}
