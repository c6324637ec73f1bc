"""Follow: type the code that stands on the receipt, get to one's own matter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.base import codes
from huiyin.base.codes import BadCode
from huiyin.cases.models import Case
from huiyin.portal import access, door


@door.public_form
def follow(request: HttpRequest) -> HttpResponse:
    """The code's check signs find a typo before anything is looked up, and say in which group it is."""
    now = timezone.now()
    if request.method != "POST":
        return render(request, "portal/follow.html", {"inside": access.current(request, now) is not None})
    typed = request.POST.get("code", "")[:200]
    if door.from_elsewhere(request):
        # A foreign page could otherwise open its own matter in this browser and read what is written there later.
        return _again(request, "", _("请在这一页上写查询码。"), 403)
    try:
        code = codes.parse_claim(typed)
    except BadCode as wrong:
        return _again(request, typed, _what_is_wrong(wrong), 422)
    # One look-up by hash, the same for every code: how long it takes says nothing about how near a guess was.
    case = Case.objects.filter(claim_hash=codes.claim_hash(code)).first()
    if case is None:
        wait = max(door.WRONG_CODES.take(door.client(request), now), door.WRONG_CODES_OF_ALL.take("all", now))
        if wait:
            seconds = {"seconds": door.wait_words(wait)}
            return _again(request, typed, _("刚才错的码太多了。请核对回执，等 %(seconds)d 秒再试。") % seconds, 429)
        return _again(
            request, typed, _("没有找到这个码。请对照回执再看一遍；如果回执不在了，请打电话，说编号也能帮您。"), 404
        )
    response = HttpResponseRedirect(reverse("portal:my"))
    response.status_code = 303
    access.open_for(response, case, now)
    return response


def _again(request: HttpRequest, typed: str, problem: str, status: int) -> HttpResponse:
    return render(request, "portal/follow.html", {"typed": typed, "problem": problem}, status=status)


def _what_is_wrong(wrong: BadCode) -> str:
    group = {"group": wrong.group}
    match wrong.problem:
        case "empty":
            return _("请写上回执上的查询码。")
        case "length":
            return _("查询码有 5 组，每组 6 个字。现在的字数不对，请对照回执看看是不是少了或多了。")
        case "symbol":
            return _("第 %(group)d 组里有一个码里不会出现的字。请对照回执再看。") % group
    return _("第 %(group)d 组不对，可能写错了一个字，或两个字写反了。请对照回执再看这一组。") % group


@door.public_form
def leave(request: HttpRequest) -> HttpResponse:
    """Leave, and clear what this browser kept. Safe for anybody to ask, so it needs no mark."""
    response = HttpResponseRedirect(reverse("portal:home"))
    response.status_code = 303
    if request.method == "POST":
        access.leave(response)
    return response
