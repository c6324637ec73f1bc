"""A plan, lived: who does what when, one move after the other, as the state of the matter allows.

Plans are for matters that are there to show a state; ordinary ones are lived in `played`, from the cause model.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from huiyin.cases.lifecycle import Actor, CaseState, Claim, Phase, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.cases.rulebook import Rulebook
from huiyin.town.cast import Cast, hurries
from huiyin.town.plans import Plan, Round
from huiyin.town.simulation import Hours, Life, Matter, Move
from huiyin.town.stories import WORDS, Story

RESIDENT = Actor(Role.RESIDENT)
#: What a round of moves gives back: the state after the last.
Part = Generator[Move, CaseState, CaseState]


@dataclass(slots=True)
class Script:
    """Everything one life needs to be told."""

    plan: Plan
    story: Story
    title: str
    lead: str
    #: offices a dispatcher might take for the right one
    others: Sequence[str]
    support: tuple[str, ...]
    #: whether the office says what is so
    honest: bool
    #: what it answers when it answers somebody else's matter
    elsewhere: str
    cast: Cast
    hours: Hours
    rulebook: Rulebook
    rng: Random

    def say(self, what: str, **facts: str) -> str:
        """A sentence for this occasion, in the language of the story."""
        return self.rng.choice(self.words(what)).format(**facts)

    def words(self, what: str) -> Sequence[str]:
        """All sentences for this occasion in the language of the story."""
        return WORDS[self.story.language][what]

    def office(self, role: Role, code: str = "") -> Actor:
        return self.cast.actor(role, code or self.lead)

    def soon(self, at: datetime, least: float = 0.1, most: float = 2.0) -> datetime:
        """A little later in open hours."""
        return self.hours.working(at, self.rng.uniform(least, most))

    def home(self, at: datetime, days: float) -> datetime:
        """Some days later, when the resident is awake."""
        return self.hours.awake(at + timedelta(days=days), self.rng)


def live(script: Script, matter: Matter) -> Life:
    """The whole life of a matter."""
    plan = script.plan
    at = matter.at
    if plan.answer_at_intake:
        at += timedelta(minutes=4)
        operator = script.cast.actor(Role.OPERATOR)
        yield Move(at, operator, (c.Classify(script.story.category), c.AnswerAtIntake(script.story.done)))
        yield Move(script.home(at, 0.3), RESIDENT, (c.GiveVerdict(Verdict.SOLVED, script.say("yes")),))
        return
    if plan.decline:
        yield from _declined(script, at)
        return
    if plan.dispatch is None:
        return
    state = yield from _dispatched(script, at)
    if state.phase is not Phase.DISPATCHED or plan.acknowledge is None:
        return
    at = script.hours.working(last_moment(state), plan.acknowledge)
    state = yield Move(at, script.office(Role.HANDLER, state.lead), (c.Acknowledge(),))
    if plan.withdraw is not None:
        yield Move(script.home(at, plan.withdraw / 24), RESIDENT, (c.Withdraw(script.say("withdraw")),))
        return
    at = yield from _worked(script, at)
    if plan.work is None:
        return
    for number, round_ in enumerate(plan.rounds):
        state = yield from _round(script, at, round_, again=number > 0)
        at = last_moment(state)
        if state.phase is Phase.REVIEWING:
            state = yield from _reviewed(script, at)
            at = last_moment(state)
        if number == 0 and plan.reopen and state.outcome == "solved":
            at = script.home(at, script.rng.uniform(9, 16))
            state = yield Move(at, RESIDENT, (c.Reopen(script.say("reopen")),))
        if state.phase is not Phase.WORKING:
            return


def last_moment(state: CaseState) -> datetime:
    """The newest moment a state knows of."""
    times = [clock.started_at for clock in state.clocks.values()]
    times += [clock.stopped_at for clock in state.clocks.values() if clock.stopped_at]
    times += [t for t in (state.received_at, state.acknowledged_at, state.answered_at, state.rested_at) if t]
    return max(times)


def _dispatched(script: Script, at: datetime) -> Part:
    """Classified, listed, sent; to the wrong office first when the plan says so."""
    plan, urgent = script.plan, hurries(script.rulebook.catalogue, script.story.category)
    at = at + timedelta(minutes=script.rng.uniform(8, 55)) if urgent else script.hours.working(at, plan.dispatch or 0)
    # What cannot wait is not argued about: its window to object is two hours.
    dispatcher, wrong = script.cast.actor(Role.DISPATCHER), [] if urgent else list(script.others[: plan.wrong])
    lead = wrong[0] if wrong else script.lead
    commands: list[c.Command] = [c.Classify(script.story.category)]
    listed = not script.rulebook.is_sensitive(script.story.category)
    if plan.publish and plan.confidentiality == "open" and listed:
        commands.append(c.Publish(script.title))
    support = tuple(code for code in script.support if code not in (lead, script.lead))
    commands.append(c.Dispatch(lead, support, script.say("instruction")))
    state = yield Move(at, dispatcher, tuple(commands))
    if plan.refused_objection and not wrong and not urgent:
        at = script.soon(at)
        head = script.office(Role.HEAD)
        state = yield Move(at, head, (c.Object("not_our_duty", script.say("object")),))
        at = script.soon(at, 0.5, 5)
        state = yield Move(at, dispatcher, (c.RuleOnObjection(False, script.say("rejected")),))
    path = [*wrong, script.lead]
    for turn, office in enumerate(wrong):
        at = script.soon(at)
        suggested = path[turn + 1]
        objection = c.Object("not_our_duty", script.say("object"), suggested)
        state = yield Move(at, script.office(Role.HEAD, office), (objection,))
        if not plan.ruled:
            return state
        at = script.soon(at, 0.5, 4)
        judge, words = (dispatcher, "sustained") if turn == 0 else (script.cast.actor(Role.SUPERVISOR), "final")
        state = yield Move(at, judge, (c.RuleOnObjection(True, script.say(words), suggested),))
    return state


def _worked(script: Script, at: datetime) -> Generator[Move, CaseState, datetime]:
    """What the office does between receiving the matter and claiming a result; gives back when it claims."""
    plan, handler, head = script.plan, script.office(Role.HANDLER), script.office(Role.HEAD)
    if plan.reveal and plan.contact:
        at = script.soon(at, 0.1, 1)
        yield Move(at, handler, (c.RevealContact("arrange_visit", script.say("reveal")),))
    if plan.first_contact:
        at = script.soon(at, 0.1, 2)
        yield Move(at, handler, (c.FirstContact("phone" if plan.contact else "message"),))
    if plan.question:
        yield Move(script.soon(at, 0.1, 0.5), handler, (c.AskResident(script.say("question")),))
        if not plan.reply:
            return script.hours.working(at, plan.work or 0)
        at = script.home(at, script.rng.uniform(0.2, 1.5))
        yield Move(at, RESIDENT, (c.ReplyOfResident(script.say("reply")),))
    if plan.site:
        at = script.soon(at, 0.5, 4)
        yield Move(at, handler, (c.SiteCheck("as_described", script.say("site")),))
    if plan.note:
        at = script.soon(at, 0.1, 1)
        visible = script.rng.choice(("office", "resident"))
        yield Move(at, handler, (c.Note(script.say("note" if visible == "office" else "note_resident"), visible),))
    if plan.messages:
        at = script.soon(at, 0.1, 1)
        yield Move(at, handler, (c.Message(script.say("from_office")),))
        yield Move(script.home(at, 0.1), RESIDENT, (c.Message(script.say("from_resident")),))
    done = script.hours.working(at, plan.work or 0)
    if plan.extend:
        state = yield Move(script.soon(at, 0.5, 3))
        clock = state.clocks.get("answer")
        limit = script.rulebook.due("extension_limit", clock.due_at, state) if clock else None
        if clock and limit and script.soon(at) < clock.due_at:
            yield Move(script.soon(at, 0.6, 3), head, (c.Extend(script.say("extend"), limit),))
    if plan.park:
        at = script.soon(at, 0.5, 3)
        until = at.astimezone(script.hours.tz).date() + timedelta(days=plan.park)
        yield Move(at, head, (c.Park("season", script.say("park"), until),))
        done = max(done, script.soon(at + timedelta(days=plan.park + 1), 1, 6))
    return done


def _round(script: Script, at: datetime, round_: Round, *, again: bool) -> Part:
    """The office claims a result, and the resident (or an independent caller) says what they think of it."""
    claim, true, verdict, days, disputes = round_
    state = yield Move(at)
    if state.phase is not Phase.WORKING:
        return state
    if again:
        at = script.hours.working(max(at, last_moment(state)), script.rng.uniform(4, 24))
    state = yield Move(at, script.office(Role.HANDLER, state.lead), (_answer(script, at, claim, true, again),))
    asked = at
    if state.promise_due:
        asked = max(at, datetime.fromisoformat(f"{state.promise_due}T04:00:00").replace(tzinfo=UTC))
    if verdict is None:
        return (yield from _called(script, asked, state))
    at = script.home(asked, days)
    state = yield Move(at)
    if state.phase is not Phase.ANSWERED:
        return state
    commands: list[c.Command] = [c.GiveVerdict(verdict, comment(script, verdict))]
    if disputes and verdict in (Verdict.PARTLY, Verdict.NOT_SOLVED):
        commands.append(c.Dispute(script.say("dispute")))
    return (yield Move(at, RESIDENT, tuple(commands)))


def _answer(script: Script, at: datetime, claim: Claim | None, true: bool, again: bool) -> c.Answer:
    if claim is Claim.PROMISED:
        day = at.astimezone(script.hours.tz).date() + timedelta(days=script.rng.randint(5, 20))
        return c.Answer(claim, script.say("promised", day=day.isoformat()), day)
    if claim is Claim.NOT_POSSIBLE:
        return c.Answer(claim, script.say("not_possible"))
    if claim is Claim.NOT_OURS:
        return c.Answer(claim, script.say("not_ours"), route=script.say("route"))
    weak = not script.honest and not true and not again
    text = script.say("weak") if weak else script.story.done
    return c.Answer(Claim(script.story.claim), (script.say("again") if again else "") + text)


def comment(script: Script, verdict: Verdict) -> str:
    if verdict is Verdict.NOT_SOLVED:
        return script.story.fault
    return script.say({"solved": "yes", "partly": "partly", "cannot_say": "unsure"}[verdict])


def _called(script: Script, asked: datetime, state: CaseState) -> Part:
    """Silence: after both reminders an independent caller tries, at different hours."""
    plan, caller = script.plan, script.cast.actor(Role.CALLER)
    if not plan.contact:
        return state
    for attempt in range(plan.callbacks):
        at = script.home(asked, 12.2 + attempt * 0.9 + script.rng.uniform(0, 0.3))
        state = yield Move(at)
        if state.phase is not Phase.ANSWERED or state.reminders < 2:
            return state
        if plan.told is not None and attempt == plan.callbacks - 1:
            return (yield Move(at, caller, (c.Callback("answered", plan.told),)))
        state = yield Move(at, caller, (c.Callback("no_contact"),))
    return state


def _reviewed(script: Script, at: datetime) -> Part:
    """The independent reviewer goes, looks and decides."""
    reviewer = script.cast.actor(Role.REVIEWER)
    ruling = script.plan.ruling
    at = script.hours.working(at, script.rng.uniform(8, 40))
    state = yield Move(at, reviewer, (c.SiteCheck("as_described", script.say("site")),))
    if not ruling:
        return state
    words = {"settled": "settled", "cannot_be_settled": "cannot", "redo": "redo"}[ruling]
    return (yield Move(script.soon(at, 1, 6), reviewer, (c.Review(ruling, script.say(words)),)))


def _declined(script: Script, at: datetime) -> Life:
    """Out of scope: said once, with the reason and the road that is open by law."""
    at = script.soon(at, 0.5, 3)
    decline = c.Decline("litigation", script.say("decline"), script.say("decline_route"))
    yield Move(at, script.cast.actor(Role.DISPATCHER), (c.Classify(script.story.category), decline))
    if script.plan.appeal:
        yield Move(script.home(at, 1.2), RESIDENT, (c.AskReview(script.say("review_ask")),))


def follow(script: Script, leader: Matter, matter: Matter) -> Life:
    """Somebody with the same matter: joined to the first, with a verdict of their own."""
    at = matter.at + timedelta(minutes=script.rng.uniform(3, 40))
    by = RESIDENT if matter.actor.role is Role.RESIDENT else script.cast.actor(Role.OPERATOR)
    yield Move(at, by, (c.Classify(script.story.category),) if by is not RESIDENT else ())
    yield Move(at + timedelta(minutes=1), by, (c.Merge(str(leader.case)),))
    for _ in range(60):
        at = script.home(at, script.rng.uniform(0.6, 1.4))
        state = yield Move(at)
        if state.phase is Phase.RESTED:
            return
        if state.phase is Phase.ANSWERED:
            if script.rng.random() < 0.7:
                verdict = script.rng.choice((Verdict.SOLVED, Verdict.SOLVED, Verdict.PARTLY))
                yield Move(at, RESIDENT, (c.GiveVerdict(verdict, comment(script, verdict)),))
            return
