"""The past of the demo town: which matters there were, where, on which channel, and the hand that starts them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import isnan
from random import Random

from huiyin.cases import attachments
from huiyin.cases.contact import Contact
from huiyin.cases.lifecycle import Confidentiality, Role
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.rulebook import Rulebook
from huiyin.organisation import store
from huiyin.organisation.catalogue import AreaInfo, Catalogue
from huiyin.town import behaviours, pictures
from huiyin.town.calls import Callers, Owner
from huiyin.town.cast import Cast, Stage, engage, hurries, stage
from huiyin.town.course import DONE, UNDONE
from huiyin.town.demo_world import world_of
from huiyin.town.fates import fates
from huiyin.town.lives import RESIDENT, Script, follow, live
from huiyin.town.looks import Looks
from huiyin.town.plans import Plan, specials
from huiyin.town.played import play
from huiyin.town.simulate import simulate
from huiyin.town.simulation import Hours, Matter, Town
from huiyin.town.stories import NAMES, SPOTS, WORDS, Story, stories
from huiyin.town.world import World

DAYS = 365
CHANNELS = (("web", 46), ("phone", 34), ("counter", 8), ("visit", 7), ("letter", 5))


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it. `follow` names matters by the story they are there to show."""

    matters: int
    entries: int
    refused: dict[str, int]
    follow: dict[str, Matter]
    behaviours: dict[str, str]


def build(
    now: datetime,
    *,
    matters: int = 900,
    days: int = DAYS,
    seed: int = 7,
    specials_too: bool = True,
    progress: Callable[[float], None] = lambda _: None,
) -> Made:
    """Live through the days before `now` with about so many matters; returns when the log is sealed.

    A pack must be loaded and the database must hold no matters yet. The same seed gives the same lives for the same
    `now`; identifiers and secrets differ. `progress` gets the share that is done. `specials_too`: also a
    matter for every state and ending.

    Raises organisation.store.NoPackLoaded, and organisation.clocks.UnknownYear when the pack's calendar does not cover
    the days around `now`.
    """
    catalogue = store.current()
    played = stage(catalogue, stories(catalogue.categories))
    world = world_of(catalogue, played, now, days, seed)
    maker = _Maker(catalogue, engage(catalogue, now), played, world, now, seed)
    maker.ordinary(matters)
    if specials_too:
        maker.specials()
        maker.photograph()
    callers = Callers(maker.hours, maker.cast, maker.owners, now - timedelta(days=days), seed)
    looks = Looks(maker.cast, catalogue.tz, now)

    def sealed(at: datetime) -> None:
        callers.keep_going(at)
        looks.keep_going(at)

    town = Town(now, came_in=callers.meet, sealed=sealed)
    for matter in maker.matters:
        town.add(matter)
    callers.changed = town.look
    town.errand(callers.begin(), callers.call)
    first = now - timedelta(days=days + 1)
    town.run(lambda at: progress((at - first) / (now - first)))
    return Made(
        matters=sum(1 for matter in maker.matters if matter.case_id is not None),
        entries=town.events,
        refused=dict(town.refused),
        follow={name: matter for name, matter in maker.special.items() if matter.case_id is not None},
        behaviours={office.code: office.behaviour for office in world.offices},
    )


class _Maker:
    """Makes matters from a pack and a seed."""

    def __init__(self, catalogue: Catalogue, cast: Cast, stage: Stage, world: World, now: datetime, seed: int) -> None:
        self.catalogue, self.cast, self.stage, self.world, self.now = catalogue, cast, stage, world, now
        self._honest = {o.code: behaviours.get(o.behaviour).honest for o in world.offices}
        self.hours, self.rulebook = Hours(catalogue, now), Rulebook(catalogue)
        self.seed, self.rng = seed, Random(seed)
        self.matters: list[Matter] = []
        self.special: dict[str, Matter] = {}
        #: What the owner of each matter will tell a caller; asked by the matter's key.
        self.owners: dict[str, Owner] = {}
        self._photos: list[Matter] = []
        self._scripts: dict[str, Script] = {}

    def ordinary(self, count: int) -> None:
        """The matters of the cause model. A matter raised once more is told in the same words from the same place."""
        begin, now = self.world.start, self.now
        until = (now - begin) / timedelta(days=1)
        course = simulate(self.world, max(1, round(count / 1.03)))
        told: dict[int, tuple[Story, str]] = {}
        for row, fate in enumerate(fates(self.world, course, until)):
            rng = Random(f"{self.seed}/fate/{row}")
            at = self.hours.awake(begin + timedelta(days=fate.received), rng)
            if at > now:
                continue
            story, spot = told.get(fate.again) or (self.stage.story(fate.office, fate.category, rng), "")
            plan = Plan(
                publish=rng.random() < 0.88,
                confidentiality=rng.choices(tuple(Confidentiality), (80, 17, 3))[0],
                contact=fate.reachable,
            )
            matter = self._tell(story, self.catalogue.area(fate.area), fate.office, plan, at, rng, spot)
            matter.life = partial(play, self._scripts[matter.key], fate, begin)
            told[row] = story, matter.command.place
            self.owners[matter.key] = Owner(
                truths=tuple(int(turn.truth[row]) for turn in course.rounds if not isnan(turn.at[row])),
                voice=float(course.voice[row]),
                contacted=fate.contact is not None,
                coached=fate.coach,
            )

    def specials(self) -> None:
        """One matter for every state and ending, at the busiest offices in turn."""
        for place, special in enumerate(specials()):
            office = self.stage.busiest[place % len(self.stage.busiest)]
            at = self.now - timedelta(days=special.days)
            if special.days > 2:  # so that the office has the whole day before it
                at = self.hours.working(at, 0.5)
            leader = self._matter(office, special.plan, at, calm=True)
            self.special.setdefault(special.name, leader)
            for turn in range(special.supporters):
                self._follower(leader, office, at + timedelta(hours=3 + 5 * turn + self.rng.uniform(0, 3)))

    def _matter(self, office: str, plan: Plan, at: datetime, *, calm: bool = False) -> Matter:
        """A matter for this office; its life is set going when it comes in. `calm`: nothing that cannot wait a day."""
        rng = Random(f"{self.seed}/{len(self.matters)}")
        story, area = self.stage.draw(office, rng)
        for _ in range(40):
            if not calm or not hurries(self.catalogue, story.category):
                break
            story, area = self.stage.draw(office, rng)
        return self._tell(story, area, office, plan, at, rng)

    def _tell(
        self, story: Story, area: AreaInfo, office: str, plan: Plan, at: datetime, rng: Random, spot: str = ""
    ) -> Matter:
        facts = {"place": area.names.local(story.language), "spot": spot or rng.choice(SPOTS[story.language])}
        words = WORDS[story.language]
        text = rng.choice(words["opening"]) + story.text.format(**facts) + rng.choice(words["closing"])
        category = self.catalogue.category(story.category)
        channel = rng.choices([name for name, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
        receive = c.Receive(
            channel=channel,
            text=text,
            kind=story.kind,
            urgency=str(category.urgency or "normal"),
            confidentiality=plan.confidentiality,
            area=area.code,
            place=facts["spot"],
            point=self._point(area, rng),
            contact=_contact(story, rng) if plan.contact else "",
        )
        matches = self.catalogue.duty_for(story.category, area.code)
        script = Script(
            plan=plan,
            story=story,
            title=story.title.format(**facts),
            lead=office,
            others=[code for code in self.stage.busiest if code != office][rng.randrange(3) :],
            support=tuple(dict.fromkeys(match.office.code for match in matches if not match.lead)),
            honest=self._honest.get(office, True),
            elsewhere=self._elsewhere(story, rng),
            cast=self.cast,
            hours=self.hours,
            rulebook=self.rulebook,
            rng=rng,
        )
        matter = Matter(
            key=f"{self.seed}/{len(self.matters)}",
            at=at,
            actor=RESIDENT if channel == "web" else self.cast.actor(Role.OPERATOR),
            command=receive,
            life=partial(live, script),
        )
        self._scripts[matter.key] = script
        self.owners[matter.key] = Owner(truths=tuple(DONE if done else UNDONE for _, done, *_ in plan.rounds))
        self.matters.append(matter)
        if plan.photo:
            self._photos.append(matter)
        return matter

    def _elsewhere(self, story: Story, rng: Random) -> str:
        """What was answered to quite another matter, in the same language."""
        others = {s for pairs in self.stage.leads.values() for s, _ in pairs if s.language == story.language}
        return rng.choice(sorted(s.done for s in others if s.category[:2] != story.category[:2]) or [story.done])

    def _follower(self, leader: Matter, office: str, at: datetime) -> None:
        """Somebody else with the same matter, in own words."""
        script = self._scripts[leader.key]
        rng = Random(f"{self.seed}/{len(self.matters)}")
        area = self.catalogue.area(leader.command.area)
        plan = Plan(contact=rng.random() < 0.7, publish=False)
        matter = self._tell(script.story, area, office, plan, self.hours.awake(at, rng), rng, leader.command.place)
        matter.command = replace(matter.command, point=leader.command.point)
        matter.life = partial(follow, self._scripts[matter.key], leader)
        self.owners[matter.key] = self.owners[leader.key]

    def _point(self, area: AreaInfo, rng: Random) -> str:
        """A spot inside the area as a resident would tap it; empty when the area has no outline."""
        if area.bbox is None:
            return ""
        west, south, east, north = area.bbox
        for _ in range(12):
            lon, lat = rng.uniform(west, east), rng.uniform(south, north)
            found = self.catalogue.area_at(lat, lon)
            if found is not None and found.code == area.code:
                return f"{lat:.6f},{lon:.6f}"
        return ""

    def photograph(self) -> None:
        """Draw the photos. They are kept as drafts first, as uploads are, and adopted when their matter comes in."""
        for matter in self._photos:
            if matter.at <= self.now:
                night = matter.at.astimezone(self.hours.tz).hour >= 12
                picture = pictures.street(Random(matter.key), night)
                matter.files = (attachments.store(picture, matter.at).pk,)


def _contact(story: Story, rng: Random) -> str:
    """Someone who is nobody, with a number that rings nowhere."""
    return Contact(
        name=rng.choice(NAMES[story.language]),
        phone=f"0005551{rng.randrange(10_000):04d}",
        prefer="sms",
        language=story.language,
    ).as_json()
