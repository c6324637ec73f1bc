"""Who may open which staff page: one table to read. What may be *done* to a matter is decided in `cases.lifecycle`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from huiyin.organisation.records import Role

#: Page → the roles that may open it. A person may hold several roles; any one of them is enough.
PAGES: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        # Type while listening, answer at once or open a matter, read it back.
        "intake": (Role.OPERATOR, Role.DISPATCHER),
        # Send matters to offices.
        "dispatch": (Role.DISPATCHER,),
        # Decide objections, extensions and recalls over the dispatcher and the offices.
        "rulings": (Role.SUPERVISOR,),
        # What is on an office's table, and one matter with everything needed to act.
        "inbox": (Role.HANDLER, Role.HEAD),
        "case": (
            Role.OPERATOR,
            Role.DISPATCHER,
            Role.SUPERVISOR,
            Role.HANDLER,
            Role.HEAD,
            Role.REVIEWER,
        ),
        # Recurring issues of the whole body, and the matters in them.
        "issues": (Role.DISPATCHER, Role.SUPERVISOR),
        # The office as a whole: its clocks, its recurring issues, its page as the public sees it.
        "office": (Role.HANDLER, Role.HEAD),
        # Disputes and conflicts of interest; independent of every office.
        "docket": (Role.REVIEWER,),
        # The next call, without the office's text.
        "callbacks": (Role.CALLER,),
        # Stuck, recurring, too good to be true, promised.
        "oversight": (Role.SUPERVISOR, Role.REVIEWER),
        # What the check-up asks offices, and in which matters it was seen; heads answer in public.
        "checkup": (Role.HEAD, Role.REVIEWER, Role.SUPERVISOR),
        # Packs, staff, calendars, keys, health, erasure requests. No matters.
        "administration": (Role.ADMINISTRATOR,),
        "imports": (Role.ADMINISTRATOR, Role.DISPATCHER),
    }
)

#: Roles that must not be held together: whoever judges does not handle, and whoever keeps the keys sees no matters.
APART: tuple[frozenset[Role], ...] = (
    frozenset({Role.REVIEWER, Role.HANDLER}),
    frozenset({Role.REVIEWER, Role.HEAD}),
    frozenset({Role.REVIEWER, Role.DISPATCHER}),
    frozenset({Role.DISPATCHER, Role.HANDLER}),
    frozenset({Role.DISPATCHER, Role.HEAD}),
    frozenset({Role.SUPERVISOR, Role.HANDLER}),
    frozenset({Role.SUPERVISOR, Role.HEAD}),
    frozenset({Role.ADMINISTRATOR, Role.OPERATOR}),
    frozenset({Role.ADMINISTRATOR, Role.DISPATCHER}),
    frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}),
    frozenset({Role.ADMINISTRATOR, Role.HANDLER}),
    frozenset({Role.ADMINISTRATOR, Role.HEAD}),
    frozenset({Role.ADMINISTRATOR, Role.CALLER}),
    frozenset({Role.CALLER, Role.HANDLER}),
    frozenset({Role.CALLER, Role.HEAD}),
    frozenset({Role.ADMINISTRATOR, Role.REVIEWER}),
)

#: Roles that act for one office and therefore need one.
IN_AN_OFFICE: tuple[Role, ...] = (Role.HANDLER, Role.HEAD)


def may_open(roles: Iterable[str], page: str) -> bool:
    """Whether somebody with these roles may open `page`. KeyError for a page that is not in the table."""
    allowed = PAGES[page]
    return any(role in allowed for role in roles)


def pages_for(roles: Iterable[str]) -> tuple[str, ...]:
    """The pages open to these roles, in the table's order."""
    held = tuple(roles)
    return tuple(page for page in PAGES if may_open(held, page))


def clashes(roles: Iterable[str]) -> list[tuple[Role, Role]]:
    """Pairs of these roles that one person must not hold together."""
    held = set(roles)
    return [(first, second) for first, second in (sorted(pair) for pair in APART) if {first, second} <= held]
