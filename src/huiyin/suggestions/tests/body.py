"""A small body with enough categories to be told apart, offices of two kinds, and matters made by actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiyin.cases import actions, similar
from huiyin.cases.lifecycle import Actor, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.models import Case
from huiyin.cases.tests import desk_town
from huiyin.organisation import store
from huiyin.organisation.catalogue import AreaInfo, Catalogue, CategoryInfo, Duty, Names, OfficeInfo, PlaceInfo
from huiyin.suggestions import files, training

NOON = desk_town.NOON
RESIDENT, DISPATCHER = desk_town.RESIDENT, Actor(Role.DISPATCHER, "main", "900001")
LAMP = "学校门口的路灯坏了三天，晚上很黑，孩子放学看不见路。"
BINS = "菜市场后面的垃圾桶三天没人清运，味道很大，住户不敢开窗。"


def _names(zh: str, en: str) -> Names:
    return Names(zh=zh, en=en)


def _category(code: str, zh: str, en: str, words: tuple[str, ...] = (), english: tuple[str, ...] = ()) -> CategoryInfo:
    parent = code[: {2: 0, 3: 2}.get(len(code), 3)]
    level = {2: 1, 3: 2}.get(len(code), 3)
    return CategoryInfo(code, parent, level, _names(zh, en), {"zh": words, "en": english} if words else {})


def catalogue(version: str = "1") -> Catalogue:
    """Roads, cleaning and water; an office each, and a street office for potholes."""
    categories = (
        _category("RD", "道路", "Roads"),
        _category("RD1", "路面", "Surface"),
        _category("RD1.01", "路面坑洼", "Pothole", ("大坑", "路面坑洼", "路面塌陷"), ("pothole", "hole in the road")),
        _category("RD2", "照明", "Lighting"),
        _category("RD2.01", "路灯不亮", "Street light out", ("路灯坏", "路灯不亮"), ("street light", "lamp is out")),
        _category("CL", "环境卫生", "Cleaning"),
        _category("CL1", "垃圾", "Rubbish"),
        _category("CL1.01", "垃圾没清运", "Rubbish left", ("垃圾桶", "清运"), ("rubbish", "bins")),
        _category("WA", "供水", "Water"),
        _category("WA1", "水管", "Pipes"),
        _category("WA1.01", "水管爆裂", "Burst pipe", ("水管爆", "漏水"), ("burst pipe",)),
    )
    offices = (
        OfficeInfo("main", "", 1, "government", _names("总办公室", "Main office")),
        OfficeInfo("light", "main", 2, "department", _names("照明所", "Lighting office")),
        OfficeInfo("clean", "main", 2, "department", _names("环卫所", "Cleaning office")),
        OfficeInfo("water", "main", 2, "company", _names("供水公司", "Water company")),
        OfficeInfo("street-e", "main", 2, "street", _names("东街道办", "East street office"), area="east"),
    )
    areas = (
        AreaInfo("town", "", 1, _names("小镇", "Small town")),
        AreaInfo("east", "town", 2, _names("东街道", "East street")),
        AreaInfo("e1", "east", 3, _names("东一社区", "East one")),
        AreaInfo("e2", "east", 3, _names("东二社区", "East two")),
        AreaInfo("e3", "east", 3, _names("东三社区", "East three")),
    )
    duties = (
        Duty("main", "*", "*", "lead", _names("先到总办公室", "First to the main office"), 2),
        Duty("light", "RD2", "*", "lead", _names("照明归照明所", "Lighting"), 3),
        Duty("kind:street", "RD1", "*", "lead", _names("路面归街道", "Surfaces: street"), 4),
        Duty("clean", "CL", "*", "lead", _names("环卫归环卫所", "Cleaning"), 5),
        Duty("water", "WA", "*", "lead", _names("供水归公司", "Water"), 6),
        Duty("street-e", "RD2", "*", "support", _names("街道协办", "Street helps"), 7),
    )
    places = (
        PlaceInfo("p1", "road", _names("中山路", "Zhongshan Road"), (), "e1", 30.01, 120.01),
        PlaceInfo("p2", "road", _names("中山路", "Zhongshan Road"), (), "e2", 30.02, 120.02),
        PlaceInfo("p3", "school", _names("柳荫小学", "Willow School"), (), "e1", 30.03, 120.03),
    )
    return replace(
        desk_town.catalogue(),
        version=version,
        categories={category.code: category for category in categories},
        offices={office.code: office for office in offices},
        areas={area.code: area for area in areas},
        duties=duties,
        places=places,
    )


def load(version: str = "1", *, trained: bool = True) -> Catalogue:
    """Put it in force, with models made from its sheet."""
    found = catalogue(version)
    store.forget()
    store.load(found, NOON - timedelta(days=1))
    if trained:
        training.train(found, NOON)
        files.forget()
    return found


def receive(text: str, key: str, *, area: str = "e1", at: datetime = NOON, found: bool = True, **more: str) -> Case:
    """A matter as it came in, findable by others unless `found` is False."""
    given = actions.receive(c.Receive("web", text, area=area, **more), RESIDENT, at, door="test", key=key)
    if found:
        similar.index(given.case_id, "", text)
    return Case.objects.get(pk=given.case_id)


def settle(
    case: Case, category: str, lead: str, answer: str = "已经去看过，换了灯泡。", at: datetime | None = None
) -> Case:
    """File it, send it, answer it."""
    at = at or case.received_at
    handler = Actor(Role.HANDLER, lead, "900002")
    actions.perform(case.pk, [c.Classify(category), c.Dispatch(lead)], DISPATCHER, at + timedelta(minutes=5))
    actions.perform(case.pk, c.Acknowledge(), handler, at + timedelta(minutes=6))
    reply(case, lead, answer, at + timedelta(minutes=7))
    case.refresh_from_db()
    return case


def reply(case: Case, lead: str, text: str, at: datetime) -> None:
    """The office says it is solved."""
    from huiyin.cases.lifecycle import Claim

    actions.perform(case.pk, c.Answer(Claim.SOLVED, text), Actor(Role.HANDLER, lead, "900002"), at)
