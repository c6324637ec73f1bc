"""My matter: where it is and by when, what the office says, what I say, and everything that happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyin.base import envelope
from huiyin.cases import attachments, timeline, vault
from huiyin.cases.contact import Contact
from huiyin.cases.lifecycle import Actor, Role, allowed
from huiyin.cases.models import Attachment, Case, PublicMatter
from huiyin.cases.projection import state_of
from huiyin.ledger import queries, receipts
from huiyin.ledger.commitments import Opening
from huiyin.ledger.models import Entry
from huiyin.organisation import store
from huiyin.outcomes import calls, words
from huiyin.outcomes.questions import CHOICES
from huiyin.portal import access, door, mine, story
from huiyin.portal.receipt import language

RESIDENT = Actor(Role.RESIDENT)


@door.public_form
def my(request: HttpRequest) -> HttpResponse:
    """GET shows the matter; POST does one thing to it and comes back, or shows what was wrong with every word kept."""
    now = timezone.now()
    visit = access.current(request, now)
    if visit is None:
        return _closed(request)
    if request.method == "POST":
        attempt = mine.attempt(request, visit, now)
        if attempt.done:
            response: HttpResponse = HttpResponseRedirect(f"{reverse('portal:my')}?done={attempt.done}")
            response.status_code = 303
        elif attempt.ask:
            response = ask(request, visit, attempt, now)
        else:
            visit.case.refresh_from_db()
            response = show(request, visit, now, attempt)
    elif request.GET.get("ask") in mine.QUESTIONS:
        response = ask(request, visit, mine.Attempt(do=request.GET["ask"], ask=request.GET["ask"]), now)
    else:
        response = show(request, visit, now, mine.Attempt())
    access.open_for(response, visit.case, now, visit.secret)
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    """The half hour is over. What was being typed comes back, to be copied; nothing else is shown."""
    typed = [text for name in ("text", "reason", "comment") if (text := request.POST.get(name, "").strip())]
    return render(request, "portal/closed.html", {"words": typed}, status=401)


def show(request: HttpRequest, visit: access.Visit, now: datetime, attempt: mine.Attempt) -> HttpResponse:
    """The page itself. Statements: the case, its events, its key, its words, its photos, its listing, the seal, and
    three more when it follows another matter."""
    case = visit.case
    catalogue = store.current()
    state = state_of(case)
    steps = timeline.for_resident(case)
    teller = story.Teller(catalogue, language())
    answer = story.last_answer(steps) if case.claim else None
    photos = {
        str(file.pk): file
        for file in Attachment.objects.filter(case=case)
        if file.by == "resident" or file.visible == "resident"
    }
    may = allowed(RESIDENT, state)
    context: dict[str, Any] = {
        "case": case,
        "mark": visit.mark(),
        "now": now,
        "may": may,
        "standing": teller.standing(state, now),
        "told": list(reversed(teller.tell(steps))),
        "answer": answer,
        "answered_by": teller.office(case.lead_id or ""),
        "to_judge": "GiveVerdict" in may and not case.verdict,
        "may_dispute": "Dispute" in may and case.verdict in ("partly", "not_solved"),
        "goes_to_review": state.disputes > 0 or not state.lead,
        "question": story.question(steps) if state.waiting_for == "resident" else "",
        "looks": teller.tell(story.looks(steps)),
        "contact": _contact(steps),
        "photos": photos,
        "sealed": Entry.objects.filter(stream=case.pk, seq=1, idx__isnull=False).exists(),
        "attempt": attempt,
        "done": mine.DONE.get(request.GET.get("done", ""), ""),
        "level": case.confidentiality,
        "public_title": PublicMatter.objects.filter(case=case).values_list("title", flat=True).first(),
        "escalated": state.escalation > 0,
        "drawn": calls.for_owner(case) is not None,
    }
    context |= _followed(case, teller, now)
    return render(request, "portal/my.html", context, status=attempt.status)


def _contact(steps: list[timeline.Step]) -> Contact | None:
    """What is kept of how to reach this person; None when nothing is (any more)."""
    text = next((step.words["contact"] for step in steps if "contact" in step.words), "")
    return Contact.from_json(text) if text else None


def _followed(case: Case, teller: story.Teller, now: datetime) -> dict[str, Any]:
    """The matter this one follows, as everybody may read it."""
    if case.merged_into_id is None or case.phase != "merged":
        return {}
    other = Case.objects.get(pk=case.merged_into_id)
    public = story.Teller(teller.catalogue, teller.language, "public")
    state = state_of(other)
    return {
        "followed": other,
        "followed_title": PublicMatter.objects.filter(case=other).values_list("title", flat=True).first(),
        "followed_standing": public.standing(state, now),
        "followed_told": list(reversed(public.tell(timeline.public(other)))),
    }


def ask(request: HttpRequest, visit: access.Visit, attempt: mine.Attempt, now: datetime) -> HttpResponse:
    """A question before something that cannot be undone, or that deserves a reason: one page, one question."""
    state = state_of(visit.case)
    context = {
        "case": visit.case,
        "mark": visit.mark(),
        "now": now,
        "attempt": attempt,
        "question": attempt.ask,
        "value": attempt.value,
        "goes_to_review": state.disputes > 0 or not state.lead,
        "may": allowed(RESIDENT, state),
        "reachable": state.reachable,
    }
    if attempt.ask == "eight":
        if calls.for_owner(visit.case) is None:
            return HttpResponseRedirect(reverse("portal:my"))
        typed = {name: request.POST.get(name, "") for name in CHOICES}
        context |= {"eight": words.questions(typed)}
    return render(request, f"portal/ask_{attempt.ask}.html", context, status=attempt.status)


@door.private_page
@require_safe
def photo(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """One photo of one's own matter. Nothing in it can run, and no page but ours can show it."""
    visit = access.current(request, timezone.now())
    file = Attachment.objects.filter(pk=file_id, case=visit.case).first() if visit else None
    if file is None or not (file.by == "resident" or file.visible == "resident"):
        raise Http404
    try:
        content = attachments.content(file)
    except envelope.CannotOpen as error:
        raise Http404 from error
    response = HttpResponse(content.data, content_type=content.media_type)
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@door.private_page
@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """The receipt of one event (`?seq=`, by default the first) as a file that proves offline what was recorded when."""
    now = timezone.now()
    visit = access.current(request, now)
    if visit is None:
        return _closed(request)
    case = visit.case
    wanted = request.GET.get("seq", "1")
    seq = int(wanted) if wanted.isdecimal() and len(wanted) < 8 else 0
    entry = Entry.objects.filter(stream=case.pk, seq=seq).first()
    if entry is None or not timeline.told_to_resident(entry):
        raise Http404
    built = receipts.build(entry, _openings(case, entry), number=case.number)
    if not built["proof"]:
        return render(request, "portal/not_sealed.html", {"case": case}, status=409)
    response = JsonResponse(built, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="huiyin-{case.number}-{entry.seq}.json"'
    return response


def _openings(case: Case, entry: Entry) -> list[Opening]:
    """What this person may open of an event: the facts, the words they may read, and that the event is of their case.

    Who acted is opened for their own acts only: offices act towards residents, not accounts.
    """
    readable = timeline.READERS.get(entry.kind, {})
    openings = [
        opening
        for opening in queries.openings(entry)
        if opening.label != "actor" or entry.actor.get("role") == "resident"
    ]
    for kept in vault.openings(case.pk):
        if kept.seq == entry.seq and "r" in readable.get(kept.label, ""):
            openings.append(Opening(kept.label, kept.value.encode(), kept.salt))
        elif kept.seq == 0 and kept.label == "case":
            openings.append(queries.case_opening(case.pk, kept.salt))
    return openings
