"""Where a working day begins: the first page of a role, changing the role, finding a matter by its number."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiyin.base.codes import BadCode, parse_number
from huiyin.cases.access import may_see
from huiyin.cases.models import Case
from huiyin.desk.acting import FIRST_PAGE, ROLE_KEY, desk_of, desk_page, show


@require_GET
@desk_page("any")
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the role; roles that work by command are told how."""
    desk = desk_of(request)
    page = FIRST_PAGE.get(desk.role)
    return redirect(f"desk:{page}") if page else show(request, "desk/home.html", {})


@require_POST
@desk_page("any")
def change_role(request: HttpRequest) -> HttpResponse:
    """Act in another role this account holds, from now on and in this session."""
    desk = desk_of(request)
    wanted = request.POST.get("role", "")
    if wanted in desk.held:
        request.session[ROLE_KEY] = wanted
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("desk:home")
    return HttpResponseRedirect(target)


@require_GET
@desk_page("case")
def find(request: HttpRequest) -> HttpResponse:
    """Open a matter by its public number, as far as this person may see it."""
    desk = desk_of(request)
    typed = request.GET.get("number", "")
    try:
        number = parse_number(typed)
    except BadCode:
        messages.warning(request, _("这个编号不像是对的，请核对。编号像这样：26-K7Q4-9XM3。"))
        return redirect("desk:home")
    case = Case.objects.filter(number=number).first()
    if case is None or not may_see(desk.actor, case):
        messages.warning(request, _("没有找到这个编号，或者您的单位没有在办这件事。"))
        return redirect("desk:home")
    return redirect("desk:case", number=case.number)
