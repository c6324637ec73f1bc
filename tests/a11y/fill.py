"""Fill a fresh deployment with a matter in every state and a sign-in for every role; prints where to find them.

All words are English, so that any Chinese on an English page is the product's own.

python -m tests.a11y.fill     → {"numbers": {state: number}, "codes": {state: code}, "sessions": {role: cookie}, …}
"""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

from huiyin.cli import prepare_django
from tests.a11y import callbacks, checkup, report

PASSWORD = "plum kettle window"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#: user name → roles and office; the first of the roles is the one whose pages are looked at
STAFF: dict[str, tuple[list[str], str]] = {
    "operator": (["operator"], ""),
    "dispatcher": (["dispatcher"], ""),
    "supervisor": (["supervisor"], ""),
    "handler": (["handler"], "urban"),
    "head": (["head"], "urban"),
    "reviewer": (["reviewer"], ""),
    "caller": (["caller"], ""),
    "administrator": (["administrator"], ""),
    "two": (["operator", "dispatcher"], ""),
}


def fill() -> dict[str, Any]:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.utils import timezone
    from PIL import Image

    from huiyin.cases import actions, attachments, similar, vault
    from huiyin.cases.contact import Contact
    from huiyin.cases.lifecycle import Actor, Claim, Confidentiality, Role, Verdict
    from huiyin.cases.lifecycle import commands as c
    from huiyin.organisation import store
    from huiyin.organisation.models import Staff
    from huiyin.suggestions import issues, matters, replies, training
    from huiyin.suggestions.models import Issue

    now = timezone.now()
    resident, system = Actor(Role.RESIDENT), Actor(Role.SYSTEM)
    dispatcher = Actor(Role.DISPATCHER, "hotline", "1")
    handler = Actor(Role.HANDLER, "urban", "2")
    head = Actor(Role.HEAD, "urban", "3")
    taken = [(c.Classify("RD2.01"), dispatcher), (c.Dispatch("urban", ("s01",)), dispatcher)]
    listed = [
        (c.Publish("Street light out at the east gate", "The street light is out; the path is dark."), dispatcher)
    ]
    working = [*taken, (c.Acknowledge(), handler)]
    answered = [*working, (c.Answer(Claim.SOLVED, "The bulb was replaced, it is bright again."), handler)]
    disputed = [
        *answered,
        (c.GiveVerdict(Verdict.NOT_SOLVED, "Still dark"), resident),
        (c.Dispute("It is still dark"), resident),
    ]
    lives: dict[str, list[tuple[Any, Any]]] = {
        "received": [],
        "listed": [*listed, *taken],
        "dispatched": taken,
        "objected": [*taken, (c.Object("not_our_duty", "Not our work", "water"), handler)],
        "working": [
            *working,
            (c.FirstContact("phone", "A time was agreed"), handler),
            (c.Note("We went to look", "resident"), handler),
            (c.SiteCheck("as_described", "No current at the pole"), handler),
            (c.RevealContact("ask_detail", "Which pole is it"), handler),
            (c.Message("We come this afternoon"), handler),
        ],
        "asked": [*working, (c.AskResident("Which pole is it?"), handler)],
        "parked": [*working, (c.Park("third_party", "Waiting for a cable", (now + timedelta(days=20)).date()), head)],
        "answered": [*listed, *answered],
        "answered once more": answered,
        "answered too": answered,
        "partly": [*answered, (c.GiveVerdict(Verdict.PARTLY, "Half of them shine"), resident)],
        "redone": disputed,
        "reviewing": [
            *disputed, (c.Answer(Claim.SOLVED, "Replaced once more."), handler),
            (c.GiveVerdict(Verdict.NOT_SOLVED, "Still dark"), resident), (c.Dispute("It is still dark"), resident),
        ],
        "declined": [(c.Decline("litigation", "About a contract", "Go to court, or call legal aid"), dispatcher)],
        "solved": [*listed, *answered, (c.GiveVerdict(Verdict.SOLVED, "It shines"), resident)],
        "withdrawn": [*working, (c.Withdraw("Repaired it myself"), resident)],
        "confidential": working,
        "erased": [*answered, (c.Erase("resident_asked"), system)],
    }  # fmt: skip
    picture = io.BytesIO()
    Image.new("RGB", (320, 240), "navy").save(picture, "JPEG")  # the pages are weighed, not the photos
    numbers, codes, ids = {}, {}, {}
    for step, (name, life) in enumerate(lives.items()):
        at = now - timedelta(seconds=400 - step)
        contact = Contact(name="Mrs Lin", phone="13800138000", language="zh").as_json()
        level = Confidentiality.CONFIDENTIAL if name == "confidential" else Confidentiality.OPEN
        photo = attachments.store(picture.getvalue(), at)
        given = actions.receive(
            c.Receive(
                "web", f"The street light on pole {step} is out, it is a dark street at night.",
                confidentiality=level, area="990101001001", place="next to the bus stop", point="30.55,124.10",
                contact=contact,
            ),
            resident, at, door="test", key=name, files=[photo.pk],
        )  # fmt: skip
        for later, (command, actor) in enumerate(life, 1):
            actions.perform(given.case_id, command, actor, at + timedelta(milliseconds=10 * later))
        numbers[name], codes[name], ids[name] = given.number, given.code, given.case_id
    follower = actions.receive(
        c.Receive("web", "The street light at the east gate is out."),
        resident,
        now - timedelta(seconds=9),
        door="test",
        key="follower",
    )
    actions.perform(follower.case_id, c.Merge(str(ids["listed"])), resident, now - timedelta(seconds=8))
    numbers["merged"], codes["merged"] = follower.number, follower.code

    # As the worker would: findable, with suggestions from the pack, and gathered into a recurring issue.
    catalogue = store.current()
    training.train(catalogue, now)
    gathered = [pk for name, pk in ids.items() if name != "erased"]
    for pk, words in vault.first_words(gathered).items():
        similar.index(pk, "", words["text"])
    for pk in gathered:
        matters.keep_suggestion(pk, now)
        issues.gather(pk, now)
        replies.keep(pk)
    numbers["issue"] = str(Issue.objects.filter(members__gte=10).order_by("-members")[0].pk)
    numbers["question"] = checkup.fill(ids, now)

    numbers["month"] = report.fill(now)
    sessions = {}
    for username, (roles, office) in STAFF.items():
        user = get_user_model().objects.create(username=username)
        staff = Staff.objects.create(
            user=user, roles=roles, office_id=office or None, created_at=now, must_change_password=False
        )
        if username == "caller":
            numbers |= callbacks.fill(ids, str(staff.pk), now)
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        sessions[username] = client.cookies["sessionid"].value
        if username == "administrator":  # the account whose sign-in pages are looked at
            user.set_password(PASSWORD)
            user.save()
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
            sessions[username] = client.cookies["sessionid"].value
            TOTP.activate(user, SEED)
    return {"numbers": numbers, "codes": codes, "sessions": sessions}


if __name__ == "__main__":
    prepare_django()
    print(json.dumps(fill()))  # noqa: T201
