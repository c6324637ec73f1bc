"""Adding and changing the people who work here. Every change goes through `base.transaction.write`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model

from huiyin.base.errors import Refusal
from huiyin.base.transaction import write
from huiyin.organisation.models import Office, Staff
from huiyin.organisation.permissions import IN_AN_OFFICE, clashes
from huiyin.organisation.records import STAFF_ROLES, Names

#: No letters or digits that are read or heard as another.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Four groups of four characters: about 79 bits, easy to read out."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def add(
    username: str,
    roles: Sequence[str],
    office: str | None,
    now: datetime,
    *,
    title: Names | None = None,
    password: str | None = None,
    password_hash: str | None = None,
) -> tuple[Staff, str]:
    """A new account and the password to hand over, which must be changed at the first sign-in.

    With `password` given (demonstrations, tests) that one is set and need not be changed. Hashing is slow on purpose:
    whoever adds many people with one known password may hand over its `password_hash` as well. Refuses: unknown_role,
    roles_apart, office_needed, unknown_office, username_taken.
    """
    _check(roles, office)
    handed = password or one_time_password()

    def work() -> Staff:
        users = get_user_model()
        if users.objects.filter(username__iexact=username).exists():
            raise Refusal("username_taken", username=username)
        _office(office)
        user = users.objects.create_user(username=username, password=None if password_hash else handed)
        if password_hash:
            user.password = password_hash
            user.save(update_fields=["password"])
        return Staff.objects.create(
            user=user,
            roles=list(roles),
            office_id=office or None,
            title=dict(title or {}),
            must_change_password=password is None,
            created_at=now,
        )

    return write(work), handed


def change(username: str, roles: Sequence[str], office: str | None) -> Staff:
    """Give other roles or another office. Refuses as `add`, and unknown_staff."""
    _check(roles, office)

    def work() -> Staff:
        staff = _find(username)
        _office(office)
        staff.roles, staff.office_id = list(roles), office or None
        staff.save(update_fields=["roles", "office"])
        return staff

    return write(work)


def deactivate(username: str) -> Staff:
    """End somebody's access at once: the account stays, because events point to it, but every session ends."""

    def work() -> Staff:
        staff = _find(username)
        staff.active = False
        staff.save(update_fields=["active"])
        staff.user.is_active = False
        staff.user.save(update_fields=["is_active"])
        _end_sessions(staff)
        return staff

    return write(work)


def reset(username: str) -> tuple[Staff, str]:
    """A new password to hand over; the second factor is taken off and every session ends. Makes the account active."""
    handed = one_time_password()

    def work() -> Staff:
        staff = _find(username)
        staff.active, staff.must_change_password = True, True
        staff.save(update_fields=["active", "must_change_password"])
        staff.user.is_active = True
        staff.user.set_password(handed)
        staff.user.save(update_fields=["is_active", "password"])
        Authenticator.objects.filter(user_id=staff.user_id).delete()
        _end_sessions(staff)
        return staff

    return write(work), handed


def _end_sessions(staff: Staff) -> None:
    for session in UserSession.objects.filter(user_id=staff.user_id):
        session.end()


def _find(username: str) -> Staff:
    staff = Staff.objects.select_related("user", "office").filter(user__username__iexact=username).first()
    if staff is None:
        raise Refusal("unknown_staff", username=username)
    return staff


def _office(office: str | None) -> None:
    if office and not Office.objects.filter(code=office, active=True).exists():
        raise Refusal("unknown_office", office=office)


def _check(roles: Sequence[str], office: str | None) -> None:
    if not roles:
        raise Refusal("unknown_role", role="")
    for role in roles:
        if role not in STAFF_ROLES:
            raise Refusal("unknown_role", role=role)
        if role in IN_AN_OFFICE and not office:
            raise Refusal("office_needed", role=role)
    for first, second in clashes(roles):
        raise Refusal("roles_apart", first=first.value, second=second.value)
