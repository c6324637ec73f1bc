"""A fate, lived: the moves of everybody in one matter, one after the other, as the real rules allow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from huiyin.cases.lifecycle import CaseState, Claim, Phase, Role, Verdict
from huiyin.cases.lifecycle import commands as c
from huiyin.town.cast import hurries
from huiyin.town.course import OTHER_MATTER, TEMPLATE
from huiyin.town.fates import Fate, Turn
from huiyin.town.lives import RESIDENT, Part, Script, comment, last_moment
from huiyin.town.simulation import Life, Matter, Move

#: Open hours of a working day, to turn days of work into open hours.
HOURS = 8.5
#: Attempts to reach somebody who keeps silent: days after the question, and between two calls.
FIRST_CALL, NEXT_CALL, CALLS = 12.3, 3.1, 3


def play(script: Script, fate: Fate, begin: datetime, matter: Matter) -> Life:
    """The whole life of an ordinary matter. `begin` is the town's day 0."""
    state = yield from _sent(script, fate, matter.at)
    if state.phase is not Phase.DISPATCHED:
        return
    at = script.hours.working(last_moment(state), fate.acknowledge * HOURS)
    state = yield Move(at, script.office(Role.HANDLER, state.lead), (c.Acknowledge(),))
    state = yield from _worked(script, fate, begin, state)
    for number, turn in enumerate(fate.turns):
        if number == 3 or (number == 2 and fate.review_days is None):
            return
        if state.phase is not Phase.WORKING:
            return
        state = yield from _claimed(script, fate, turn, state, begin, number)
        state = yield from _heard(script, fate, turn, state, begin)
        if state.phase is Phase.REVIEWING:
            state = yield from _reviewed(script, fate, state)
        if state.phase is Phase.RESTED and state.outcome == "solved" and fate.reopens is not None:
            at = script.home(last_moment(state), fate.reopens)
            state = yield Move(at, RESIDENT, (c.Reopen(script.say("reopen")),))
            state = yield from _claimed(script, fate, fate.turns[-1], state, begin, 1)
            yield from _heard(script, fate, fate.turns[-1], state, begin)
            return


def _sent(script: Script, fate: Fate, at: datetime) -> Part:
    """Classified, listed, sent; and back and forth as often as offices object and the rules let them."""
    urgent = hurries(script.rulebook.catalogue, script.story.category)
    at = at + timedelta(minutes=20) if urgent else script.hours.working(at, fate.dispatch_days * HOURS)
    dispatcher = script.cast.actor(Role.DISPATCHER)
    lead = script.lead if urgent else fate.first_lead
    commands: list[c.Command] = [c.Classify(script.story.category)]
    listed = not script.rulebook.is_sensitive(script.story.category)
    if script.plan.publish and script.plan.confidentiality == "open" and listed:
        commands.append(c.Publish(script.title))
    support = tuple(code for code in script.support if code not in (lead, script.lead))
    commands.append(c.Dispatch(lead, support, script.say("instruction")))
    state = yield Move(at, dispatcher, tuple(commands))
    # What cannot wait is not argued about, and the second ruling is final.
    for who, right, goes in () if urgent else fate.hops[:2]:
        if who != state.lead or (right and goes == who):
            continue
        at = script.soon(last_moment(state))
        lower = goes if right else ""
        state = yield Move(at, script.office(Role.HEAD, who), (c.Object("not_our_duty", script.say("object"), lower),))
        judge = script.cast.actor(Role.SUPERVISOR) if state.rulings else dispatcher
        words = script.say("sustained" if right else "rejected")
        ruling = c.RuleOnObjection(right, words, lower)
        state = yield Move(script.soon(at, 0.5, 4), judge, (ruling,))
    return state


def _worked(script: Script, fate: Fate, begin: datetime, state: CaseState) -> Part:
    """What the office does on record before it claims a result."""
    at, handler = last_moment(state), script.office(Role.HANDLER, state.lead)
    if fate.reveals and script.plan.contact and script.plan.confidentiality != "confidential":
        at = script.soon(at, 0.05, 0.3)
        state = yield Move(at, handler, (c.RevealContact("arrange_visit", script.say("reveal")),))
    if fate.contact is not None:
        at = script.hours.working(at, fate.contact * 3)
        if at < _due(script, fate, begin, state):
            state = yield Move(at, handler, (c.FirstContact("phone" if script.plan.contact else "message"),))
    if fate.site:
        at = script.soon(at, 0.2, 2)
        if at < _due(script, fate, begin, state):
            state = yield Move(at, handler, (c.SiteCheck("as_described", script.say("site")),))
    if fate.park_days:
        at = script.soon(at, 0.5, 2)
        until = at.astimezone(script.hours.tz).date() + timedelta(days=fate.park_days)
        head = script.office(Role.HEAD, state.lead)
        state = yield Move(at, head, (c.Park("season", script.say("park"), until),))
        state = yield Move(script.soon(at + timedelta(days=fate.park_days + 1), 1, 6))
    return state


def _due(script: Script, fate: Fate, begin: datetime, state: CaseState) -> datetime:
    """When the office claims its first result, by the real clock of the answer."""
    clock = state.clocks.get("answer")
    if fate.at is not None:
        return begin + timedelta(days=fate.at)
    if clock is None:
        return script.hours.working(last_moment(state), 8)
    if fate.before_due is not None:
        return clock.due_at - timedelta(days=fate.before_due)
    span = clock.due_at - clock.started_at
    return script.hours.working(clock.started_at + fate.position * span, 0.02)


def _claimed(script: Script, fate: Fate, turn: Turn, state: CaseState, begin: datetime, number: int) -> Part:
    """The office says what it has done."""
    soon = script.soon(last_moment(state), 0.1, 0.6)
    if number == 0:
        at = max(soon, _due(script, fate, begin, state))
    else:
        clock = state.clocks.get("redo")
        span = clock.due_at - clock.started_at if clock and clock.open else timedelta(days=3)
        at = max(soon, script.hours.working(last_moment(state) + turn.part * span, 0.02))
    state = yield Move(at)
    if state.phase is not Phase.WORKING:
        return state
    at = max(at, last_moment(state))
    return (yield Move(at, script.office(Role.HANDLER, state.lead), (_answer(script, turn, at, number),)))


def _answer(script: Script, turn: Turn, at: datetime, number: int) -> c.Answer:
    if turn.claim == "promised":
        day = at.astimezone(script.hours.tz).date() + timedelta(days=max(3, turn.promise_days))
        return c.Answer(Claim.PROMISED, script.say("promised", day=day.isoformat()), day)
    if turn.claim == "not_possible":
        return c.Answer(Claim.NOT_POSSIBLE, script.say("not_possible"))
    if turn.reply == TEMPLATE:
        text = script.words("template")[0]
    elif turn.reply == OTHER_MATTER:
        text = script.elsewhere
    elif turn.hollow:
        text = script.say("hollow")
    elif number == 0 and not turn.true and not script.honest:
        text = script.say("weak")
    else:
        text = (script.say("again") if number else "") + script.story.done
    return c.Answer(Claim(script.story.claim), text)


def _heard(script: Script, fate: Fate, turn: Turn, state: CaseState, begin: datetime) -> Part:
    """What the person says to it and who asked them to be kind; or what an independent caller hears."""
    if state.phase is not Phase.ANSWERED:
        return state
    asked = last_moment(state)
    if state.promise_due:
        asked = max(asked, datetime.fromisoformat(f"{state.promise_due}T04:00:00").replace(tzinfo=UTC))
    handler = script.office(Role.HANDLER, state.lead)
    if fate.coach:
        at = script.hours.awake(last_moment(state) + timedelta(hours=3), script.rng)
        state = yield Move(at, handler, (c.Message(script.say("coach")),))
    if not turn.verdict:
        return (yield from _called(script, fate, asked, state, begin))
    if turn.before:
        first = Verdict(turn.before)
        at = script.home(asked, turn.before_delay)
        state = yield Move(at, RESIDENT, (c.GiveVerdict(first, comment(script, first)),))
        between = at + timedelta(days=0.6 * (turn.delay - turn.before_delay))
        state = yield Move(between, handler, (c.Message(script.say("coach")),))
    verdict = Verdict(turn.verdict)
    at = script.home(max(asked, last_moment(state)) if not turn.before else asked, turn.delay)
    state = yield Move(at)
    if state.phase is not Phase.ANSWERED:
        return state
    commands: list[c.Command] = [c.GiveVerdict(verdict, comment(script, verdict))]
    if turn.disputes:
        commands.append(c.Dispute(script.say("dispute")))
    return (yield Move(at, RESIDENT, tuple(commands)))


def _called(script: Script, fate: Fate, asked: datetime, state: CaseState, begin: datetime) -> Part:
    """Silence. Whoever was drawn is called for the sample; the others are tried three times and not reached."""
    if not script.plan.contact:
        return state
    call, caller = fate.call, script.cast.actor(Role.CALLER)
    drawn = begin + timedelta(days=call.at) if call else None
    for attempt in range(CALLS):
        at = script.home(asked, FIRST_CALL + attempt * NEXT_CALL)
        if drawn is not None:
            at = script.home(max(drawn, asked + timedelta(days=1)), attempt * NEXT_CALL)
        state = yield Move(at)
        if state.phase is not Phase.ANSWERED or state.verdict:
            return state
        if call is not None and call.verdict:
            told = c.Callback("answered", Verdict(call.verdict), call.pressed)
            return (yield Move(at, caller, (told,)))
        state = yield Move(at, caller, (c.Callback("no_contact"),))
    return state


def _reviewed(script: Script, fate: Fate, state: CaseState) -> Part:
    """The independent reviewer looks and decides."""
    at = script.hours.working(last_moment(state), (fate.review_days or 3.0) * 0.7 * HOURS)
    ruling = "settled" if fate.settled else "redo"
    return (yield Move(at, script.cast.actor(Role.REVIEWER), (c.Review(ruling, script.say(ruling)),)))
