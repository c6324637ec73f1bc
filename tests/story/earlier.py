"""What happened in the town before the story begins: enough confirmed matters that an office's figures are published.

python -m tests.story.earlier OFFICE CATEGORY COUNT
"""

from __future__ import annotations

import sys
from datetime import timedelta

from huiyin.cli import prepare_django

#: An office with fewer matters than this publishes no figures.
ENOUGH = 11


def live(office: str, category: str, count: int) -> None:
    """`count` short lives of matters of one office, each confirmed by its resident."""
    from django.utils import timezone

    from huiyin.cases.actions import perform, receive
    from huiyin.cases.lifecycle import Actor, Claim, Role, Verdict
    from huiyin.cases.lifecycle import commands as c

    resident, handler = Actor(Role.RESIDENT), Actor(Role.HANDLER, office, "1")
    dispatcher = Actor(Role.DISPATCHER, "hotline", "2")
    for number in range(count):
        now = timezone.now() - timedelta(seconds=2)
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
            perform(given.case_id, command, actor, now + timedelta(milliseconds=step))


if __name__ == "__main__":
    prepare_django()
    live(sys.argv[1], sys.argv[2], int(sys.argv[3]))
