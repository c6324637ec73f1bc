"""The check-up in the demo town: the looks of its last months, made when they were due, and what an office answers."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from huiyin.cases.lifecycle import Role
from huiyin.checkup import answers, looking, moments
from huiyin.checkup.models import Answer, Question
from huiyin.lake import sync
from huiyin.town.cast import Cast

SYSTEM = {"role": "system"}
#: Looks are made for so long before the end of the history: each costs a moment, and three show how it goes on.
LATELY = timedelta(weeks=13)
#: An office takes so long to answer in public.
THINKS = timedelta(days=5)
#: What an office says when it is asked for the first time and again; other questions nobody has answered yet.
ANSWERS = {
    "deadline_bunching": (
        "我们翻看了这些事。大多数要等夜间施工的班次，一周只有一次，所以都挤在期限前。下个月起加一个班次，定下时间就先告诉本人。"
        "\n\nWe went through these matters. Most wait for the night shift, which there is once a week, so they end up "
        "at the deadline. From next month there are two, and people are told the day as soon as it is set.",
        "多的那个班次已经开了。这次看的时间里，大多数答复还是以前的；下一次再看。"
        "\n\nThe second shift has begun. Most answers of this look are from before; the next one will show.",
    ),
}


class Looks:
    """Hears of each checkpoint, and does what is due by then."""

    def __init__(self, cast: Cast, tz: tzinfo, until: datetime) -> None:
        self.cast, self.tz, self.since = cast, tz, until - LATELY
        self.made: datetime | None = None

    def keep_going(self, at: datetime) -> None:
        """Make the look that is due, and give the answers that have been thought over."""
        due = moments.moment(at, self.tz)
        if due > self.since and due != self.made:
            sync.sync(at)
            looking.look(at, SYSTEM)
            self.made = due
        if self.made is None:
            return
        asked = Question.objects.filter(signature__in=ANSWERS, answers=None, look__looked_at__lte=at - THINKS)
        for question in asked.exclude(office="").order_by("look"):
            texts, before = ANSWERS[question.signature], _answered(question)
            if before < len(texts):
                answers.give(question, texts[before], self.cast.actor(Role.HEAD, question.office), at, after=0)


def _answered(question: Question) -> int:
    """How often this office has answered this before."""
    return Answer.objects.filter(question__office=question.office, question__signature=question.signature).count()
