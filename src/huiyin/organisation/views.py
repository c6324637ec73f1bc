"""Pages around signing in that the accounts library does not have: sign in again with kept text, and take it up."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.organisation.guards import KEPT_KEY, staff_of, staff_required, unseal


class SignInAgain(LoginView):  # type: ignore[misc]
    """Signing in with a form in hand: the kept text waits in the session until both factors are through."""

    template_name = "organisation/expired.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Somebody who signed in meanwhile in another window goes straight on."""
        kept = request.POST.get("kept", "")
        if request.method != "POST":
            return HttpResponseRedirect(reverse("account_login"))
        if kept and staff_of(request) is not None:
            request.session[KEPT_KEY] = kept
            return HttpResponseRedirect(reverse("organisation:resume"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """The password was right: only now is the text put aside on the server."""
        self.request.session[KEPT_KEY] = self.request.POST.get("kept", "")
        response: HttpResponse = super().form_valid(form)
        return response

    def get_success_url(self) -> str:
        """After both factors: the kept form."""
        return reverse("organisation:resume")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page needs the kept text again when the password was wrong."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"kept": self.request.POST.get("kept", "")}


sign_in_again = SignInAgain.as_view()


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required()
def resume(request: HttpRequest) -> HttpResponse:
    """Show kept text in a form that goes where it was going. POST here throws the text away."""
    if request.method == "POST":
        request.session.pop(KEPT_KEY, None)
        return HttpResponseRedirect(reverse("desk:home"))
    kept = unseal(request.session.get(KEPT_KEY, ""))
    if kept is not None and kept.user not in (None, request.user.pk):
        # Another person signed in at the same desk: what a colleague typed is not theirs to read.
        kept = None
        request.session.pop(KEPT_KEY, None)
    return render(request, "organisation/resume.html", {"draft": kept}, status=200 if kept else 404)


@require_http_methods(["GET", "HEAD"])
def ask_administrator(request: HttpRequest) -> HttpResponse:
    """A forgotten password is reset by an administrator: accounts have no mail address to send anything to."""
    return render(request, "organisation/ask_administrator.html")
