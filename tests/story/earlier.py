"""What happened in the town before the story begins: a month is over, with enough matters in it to publish figures.

python -m tests.story.earlier OFFICE CATEGORY COUNT
"""

from __future__ import annotations

import sys
from datetime import timedelta

from huiyin.cli import prepare_django

#: Matters of the month, each confirmed by its resident: twice as many as a published count needs, and a multiple of
#: five, so that rounding leaves it as it is.
ENOUGH = 20


def live(office: str, category: str, count: int) -> None:
    """`count` short lives of matters of one office in the last whole month, each confirmed; publishes that month."""
    from django.utils import timezone

    from huiyin.cases.actions import perform, receive
    from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
    from huiyin.cases.lifecycle import commands as c
    from huiyin.figures.publishing import last_complete
    from huiyin.lake import rollup, sync

    today = timezone.now()
    month = last_complete(today)
    middle = today.replace(year=int(month[:4]), month=int(month[5:]), day=15)
    resident, handler = Actor(Role.RESIDENT), Actor(Role.HANDLER, office, "1")
    dispatcher = Actor(Role.DISPATCHER, "hotline", "2")
    for number in range(count):
        now = middle + timedelta(minutes=number)
        given = receive(c.Receive("web", f"第{number}块地砖松了"), resident, now, door="earlier", key=str(number))
        for step, (command, actor) in enumerate(
            (
                (c.Classify(category), dispatcher),
                (c.Dispatch(office), dispatcher),
                (c.Acknowledge(), handler),
                (c.Answer(Claim.SOLVED, "铺平了"), handler),
                (c.GiveVerdict(Verdict.SOLVED), resident),
            ),
            1,
        ):
            perform(given.case_id, command, actor, now + timedelta(seconds=step))
    rollup.refresh(sync.sync(today), today)


if __name__ == "__main__":
    prepare_django()
    live(sys.argv[1], sys.argv[2], int(sys.argv[3]))
