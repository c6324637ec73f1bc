"""Who may open what: every address of the staff pages, every role, own and other office. A new address needs a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.cases import attachments
from huiyin.cases.models import Attachment, Case
from huiyin.cases.tests.desk_town import CANARY, HOME, NOON, OTHER, PHONE, TOP, dispatched, receive, working
from huiyin.cases.tests.pictures import small_png
from huiyin.desk import urls
from huiyin.desk.move_forms import FORMS
from huiyin.desk.tests.conftest import SignIn

pytestmark = pytest.mark.django_db

#: who → (roles, office)
PEOPLE: dict[str, tuple[tuple[str, ...], str]] = {
    "operator": (("operator",), TOP),
    "dispatcher": (("dispatcher",), TOP),
    "supervisor": (("supervisor",), TOP),
    "handler": (("handler",), HOME),
    "head": (("head",), HOME),
    "head above": (("head",), TOP),
    "handler elsewhere": (("handler",), OTHER),
    "head elsewhere": (("head",), OTHER),
    "reviewer": (("reviewer",), TOP),
    "caller": (("caller",), TOP),
    "administrator": (("administrator",), ""),
}
OFFICES = dict.fromkeys(("handler", "head", "head above", "handler elsewhere", "head elsewhere"), 200)
ASKED = ("head", "head above", "head elsewhere", "reviewer", "supervisor")
#: 404 and not 403: whoever is not on a case must not learn that it exists
ON_THE_CASE = {
    "operator": 200, "dispatcher": 200, "supervisor": 200, "handler": 200, "head": 200, "head above": 200,
    "reviewer": 200, "handler elsewhere": 404, "head elsewhere": 404,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One address: how it is asked, and the status for everybody not in `allowed` is 403 (anonymous: to sign in)."""

    method: str
    allowed: dict[str, int]
    data: Callable[[Case], dict[str, str]] = field(default=lambda case: {})
    case: str = "working"


MATRIX: dict[str, Row] = {
    "home": Row("get", {
        **dict.fromkeys(PEOPLE, 302), "administrator": 200,
    }),
    "role": Row("post", dict.fromkeys(PEOPLE, 302)),
    "find": Row("get", dict.fromkeys(ON_THE_CASE, 302), lambda case: {"number": case.number}),
    "inbox": Row("get", OFFICES),
    "acknowledge": Row("post", dict.fromkeys(OFFICES, 302), lambda case: {"number": case.number}),
    "intake": Row("get", {"operator": 200}),
    "similar": Row("post", {"operator": 200}, lambda case: {"text": "路上有个大坑"}),
    "intake-check": Row("post", {"operator": 200}, lambda case: {"text": "已转交有关部门。", "asked": "路上有个大坑"}),
    "board": Row("get", {"dispatcher": 200}),
    "send": Row("post", {"dispatcher": 422}, lambda case: {"seq": str(case.seq)}, "received"),
    "rulings": Row("get", {"dispatcher": 200, "supervisor": 200}),
    "docket": Row("get", {"reviewer": 200}),
    "oversight": Row("get", {"supervisor": 200, "reviewer": 200}),
    "issues": Row("get", {"dispatcher": 200, "supervisor": 200}),
    "issue": Row("get", {"dispatcher": 404, "supervisor": 404}),  # there is none with this id
    "calls": Row("get", {"caller": 200}),
    "next-call": Row("post", {"caller": 302}),
    "call": Row("get", {"caller": 302}),  # back to the desk: it is nobody's call until it is taken
    "heard": Row("get", OFFICES),
    "pressure": Row("get", {"supervisor": 200, "reviewer": 200}),
    "checkup": Row("get", dict.fromkeys(ASKED, 200)),
    "question": Row("get", dict.fromkeys(ASKED, 404)),  # there is none with this id
    "case": Row("get", ON_THE_CASE),
    "reply-check": Row("post", ON_THE_CASE, lambda case: {"text": "已经换了灯泡"}),
    "act": Row(
        "post",
        {**{name: 302 for name, status in ON_THE_CASE.items() if status == 200},
         "handler elsewhere": 404, "head elsewhere": 404, "head above": 422},
        lambda case: {"seq": str(case.seq), "text": "已去看过", "visible": "office"},
    ),
    "file": Row("get", ON_THE_CASE),
}  # fmt: skip


def address(name: str, case: Case, file: Attachment | None = None) -> str:
    if name in ("send", "case", "reply-check"):
        return reverse(f"desk:{name}", args=[case.number])
    if name == "question":
        return reverse("desk:question", args=[case.pk])
    if name == "issue":
        return reverse("desk:issue", args=[case.pk])
    if name == "call":
        return reverse("desk:call", args=[case.pk])
    if name == "act":
        return reverse("desk:act", args=[case.number, "Note"])
    if name == "file":
        return reverse("desk:file", args=[case.number, (file or photo_of(case)).pk])
    return reverse(f"desk:{name}")


def photo_of(case: Case) -> Attachment:
    file = attachments.store(small_png(), NOON)
    Attachment.objects.filter(pk=file.pk).update(case=case)
    return file


def test_every_address_of_the_desk_stands_in_the_matrix() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == MATRIX.keys()


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_role_gets_what_the_matrix_says(name: str, sign_in: SignIn) -> None:
    row = MATRIX[name]
    found = {}
    for person, (roles, office) in PEOPLE.items():
        case = working(key=person) if row.case == "working" else receive(key=person)
        client = sign_in(*roles, office=office)
        url = address(name, case)
        found[person] = getattr(client, row.method)(url, row.data(case)).status_code
    assert found == {person: row.allowed.get(person, 403) for person in PEOPLE}


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_stranger_is_sent_to_sign_in_and_a_form_of_theirs_is_kept(name: str) -> None:
    row, case = MATRIX[name], working()
    response = getattr(Client(), row.method)(address(name, case), row.data(case))
    if row.method == "get":
        assert (response.status_code, response.url.partition("?")[0]) == (302, reverse("account_login"))
    else:
        assert response.status_code == 401


def test_a_supporting_office_opens_the_case_but_may_not_answer_it(sign_in: SignIn) -> None:
    case = dispatched(support=(OTHER,))
    client = sign_in("handler", office=OTHER)
    assert client.get(reverse("desk:case", args=[case.number])).status_code == 200
    answer = {"seq": case.seq, "claim": "solved", "text": "好了"}
    assert client.post(reverse("desk:act", args=[case.number, "Answer"]), answer).status_code == 422
    case.refresh_from_db()
    assert case.phase == "dispatched"


def test_an_account_never_acts_in_a_role_it_does_not_hold(sign_in: SignIn) -> None:
    case = receive()
    client = sign_in("operator", office=TOP)
    client.post(reverse("desk:role"), {"role": "dispatcher"})
    form = {"seq": case.seq, "as": "dispatcher", "lead": HOME}
    assert client.get(reverse("desk:board")).status_code == 403
    assert client.post(reverse("desk:act", args=[case.number, "Dispatch"]), form).status_code == 403
    case.refresh_from_db()
    assert case.phase == "received"


def test_somebody_with_several_roles_is_offered_the_fitting_one(sign_in: SignIn) -> None:
    client = sign_in("operator", "dispatcher", office=TOP)
    refused = client.get(reverse("desk:board"))
    assert refused.status_code == 403
    assert 'name="role" value="dispatcher"' in refused.content.decode()
    changed = client.post(reverse("desk:role"), {"role": "dispatcher", "next": reverse("desk:board")})
    assert changed.url == reverse("desk:board")
    assert client.get(reverse("desk:board")).status_code == 200


def test_changing_the_role_leads_to_no_foreign_address(sign_in: SignIn) -> None:
    client = sign_in("operator", "dispatcher", office=TOP)
    gone = client.post(reverse("desk:role"), {"role": "dispatcher", "next": "https://elsewhere.example/"})
    assert gone.url == reverse("desk:home")


def test_the_contact_of_a_confidential_case_reaches_no_office_on_any_page(sign_in: SignIn) -> None:
    """Every address, read and written, as the offices on the case and above it: the canary stays in the vault."""
    case = working(level="confidential")
    file = photo_of(case)
    for person in ("handler", "head", "head above"):
        roles, office = PEOPLE[person]
        client = sign_in(*roles, office=office)
        pages = [client.get(address(name, case, file)).content for name in MATRIX]
        for command in FORMS:
            form = {"seq": case.seq, "purpose": "urgent_danger", "words": "x", "number": case.number}
            pages.append(client.post(reverse("desk:act", args=[case.number, command]), form).content)
            case.refresh_from_db()
        for page in pages:
            assert PHONE.encode() not in page
            assert CANARY.encode() not in page
            assert "示例路七号".encode() not in page


def test_no_page_shows_a_contact_that_nobody_asked_to_see(sign_in: SignIn) -> None:
    case = working()
    file = photo_of(case)
    for roles, office in PEOPLE.values():
        client = sign_in(*roles, office=office)
        for name in MATRIX:
            page = client.get(address(name, case, file)).content
            assert PHONE.encode() not in page
            assert CANARY.encode() not in page
