"""A listed, open matter in each language, for others to meet while they type.

python -m tests.story.suggested
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from huiyin.cli import prepare_django


@dataclass(frozen=True)
class Known:
    """A matter somebody raised, its public title, and what another person writes about the same."""

    text: str
    title: str
    again: str
    category: str
    office: str


MATTERS = {
    "zh": Known(
        "雁回小广场北面的垃圾桶四天没有清运，垃圾堆到马路上，夏天味道很大，请尽快派人清运。",
        "小广场北面垃圾没有清运",
        "雁回小广场北面的垃圾桶四天没有清运，垃圾堆到马路上，夏天味道很大，请派人来。",
        "垃圾未清运",
        "城市管理局",
    ),
    "en": Known(
        "The bins north of the little square have not been emptied for four days, rubbish is piled up on the road and "
        "it smells badly. Please send somebody to collect it.",
        "Bins north of the little square not emptied",
        "The bins north of the little square have not been emptied for four days, rubbish is piled up on the road. "
        "Please collect it.",
        "Rubbish not collected",
        "Urban Management",
    ),
}


def live() -> None:
    """Receive, file and list them, and make them findable as the worker would."""
    from django.utils import timezone

    from huiyin.cases import similar
    from huiyin.cases.actions import perform, receive
    from huiyin.cases.lifecycle import Actor, Role
    from huiyin.cases.lifecycle import commands as c

    for key, matter in MATTERS.items():
        now = timezone.now() - timedelta(seconds=5)
        given = receive(c.Receive("web", matter.text), Actor(Role.RESIDENT), now, door="suggested", key=key)
        similar.index(given.case_id, "", matter.text)
        filed = [c.Classify("CL1.01"), c.Publish(matter.title, "")]
        perform(given.case_id, filed, Actor(Role.DISPATCHER, "hotline", "2"), now + timedelta(milliseconds=1))


if __name__ == "__main__":
    prepare_django()
    live()
