"""What must happen the moment somebody signs in or chooses a password of their own, and what others may listen for."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set
from django.contrib.auth.signals import user_logged_in
from django.dispatch import Signal, receiver
from django.http import HttpRequest
from django.utils import timezone

from huiyin.base.transaction import write
from huiyin.organisation.guards import begin
from huiyin.organisation.models import Staff

#: A pack was put in force by command (`catalogue`, `now`): what is made from packs can be made anew.
pack_loaded = Signal()


@receiver(user_logged_in)
def _start_timers(sender: object, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None and hasattr(request, "session"):
        begin(request, timezone.now())


@receiver(password_changed)
@receiver(password_set)
def _own_password(sender: object, user: Any, **kwargs: Any) -> None:
    write(lambda: Staff.objects.filter(user_id=user.pk).update(must_change_password=False))
