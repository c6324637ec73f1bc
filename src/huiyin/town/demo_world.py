"""The demo town as the cause model sees it: the offices, areas and duties of a loaded pack, and who behaves how."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from huiyin.organisation.catalogue import Catalogue
from huiyin.town.cast import Stage
from huiyin.town.world import Area, Category, Office, World

#: By place among the busiest offices for the whole town, and among those of one area. The others are honest.
WIDE = ("deadline_stuffer", "false_closer", "batch_closer", "honest", "rating_coach", "template_writer")
LOCAL = ("honest", "overloaded", "promiser")
#: Less busy offices that play a part too, in the order of their codes.
OTHERS = ("wrong_case_answerer", "returner", "honest")
#: How much busier the busiest areas are.
BUSY_AREA = 8.0
#: A kind of matter of a less busy office that plays a part comes so often; otherwise a year would show nothing of it.
PLAYED = 1.8


def world_of(catalogue: Catalogue, stage: Stage, now: datetime, days: int, seed: int) -> World:
    """The town of the `days` before `now`, from midnight to midnight in the body's own time."""
    tz = catalogue.tz
    start = (now - timedelta(days=days)).astimezone(tz).replace(hour=0, minute=0, second=0, microsecond=0)
    offices = [
        Office(o.code, o.parent, o.level, o.kind, o.area, o.names.local("zh"), o.names.local("en"))
        for o in catalogue.offices.values()
    ]
    place = {office.code: number for number, office in enumerate(offices)}
    deepest = max((area.level for area in catalogue.areas.values()), default=0)
    local = [code for code in stage.busiest if _areas(stage, code) < _widest(stage)]
    wide = [code for code in stage.busiest if code not in local]
    busy = {area.code for code in local for _, area in stage.leads[code]}
    rng = np.random.default_rng([seed, 5])
    areas = [Area("", "", 1, "", "")]
    for area in catalogue.areas.values():
        if area.level == deepest:
            weight = BUSY_AREA if area.code in busy else 1.0
            name = area.names
            areas.append(
                Area(
                    area.code, area.parent, area.level, name.local("zh"), name.local("en"), float(rng.random()), weight
                )
            )
    rest = sorted(code for code in stage.leads if code not in stage.busiest and _areas(stage, code) == _widest(stage))
    others = dict(zip(rest, OTHERS, strict=False))
    codes = sorted({story.category for pairs in stage.leads.values() for story, _ in pairs})
    kinds, duty = [], []
    for code in codes:
        leads = [catalogue.lead_for(code, area.code) for area in areas[1:]]
        if any(match is None for match in leads):
            continue
        mine = [place[match.office.code] for match in leads if match is not None]
        first = offices[mine[0]].code
        share = 1.0
        if len(set(mine)) == 1 and first in wide:
            share = 6.0 / sum(_leads(stage, first, other) for other in codes)
        elif others.get(first, "honest") != "honest":
            share = PLAYED
        info = catalogue.category(code)
        kinds.append(Category(code, "", code[:2], info.names.local("zh"), info.names.local("en"), share=share))
        duty.append([mine[0], *mine])
    world = World(
        start, days, tuple(offices), tuple(areas), tuple(kinds), np.array(duty), seed, scheme=catalogue.scheme
    )
    parts = dict(zip(wide, WIDE, strict=False)) | dict(zip(local, LOCAL, strict=False))
    return world.behaving(parts | others)


def _areas(stage: Stage, office: str) -> int:
    return len({area.code for _, area in stage.leads[office]})


def _widest(stage: Stage) -> int:
    return max(_areas(stage, code) for code in stage.leads)


def _leads(stage: Stage, office: str, category: str) -> bool:
    return any(story.category == category for story, _ in stage.leads[office])
