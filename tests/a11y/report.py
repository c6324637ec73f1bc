"""A complete month of matters for the pages of the monthly report, brought to the public as the worker does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def fill(now: datetime) -> str:
    """Live through 24 matters of the last complete month and publish it; returns the month."""
    from huiyin.cases import actions
    from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
    from huiyin.cases.lifecycle import commands as c
    from huiyin.figures.publishing import last_complete
    from huiyin.lake import rollup, sync

    month = last_complete(now)
    start = datetime(int(month[:4]), int(month[5:]), 10, tzinfo=UTC)
    resident, handler = Actor(Role.RESIDENT), Actor(Role.HANDLER, "urban", "2")
    dispatcher = Actor(Role.DISPATCHER, "hotline", "1")
    for number in range(24):
        at = start + timedelta(minutes=number)
        words = c.Receive("web", f"The bench number {number} in the park is broken.", area="990101001001")
        given = actions.receive(words, resident, at, door="test", key=f"bench{number}")
        life = [
            (c.Classify("RD2.01"), dispatcher), (c.Dispatch("urban", ("s01",)), dispatcher),
            (c.Acknowledge(), handler), (c.Answer(Claim.SOLVED, "The bench was repaired."), handler),
        ]  # fmt: skip
        if number < 20:
            life.append((c.GiveVerdict(Verdict.SOLVED if number < 14 else Verdict.NOT_SOLVED), resident))
        for later, (command, actor) in enumerate(life, 1):
            actions.perform(given.case_id, command, actor, at + timedelta(seconds=later))
    rollup.refresh(sync.sync(now), now)
    return month
