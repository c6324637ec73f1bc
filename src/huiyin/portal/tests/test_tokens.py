from __future__ import annotations

import html
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.http import QueryDict
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from huiyin.base.ids import uuid7
from huiyin.portal import tokens
from huiyin.portal.draft import ASKED, STEPS, Draft
from huiyin.portal.places import Point
from huiyin.portal.tests.town import hidden

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(st.integers(0, 48 * 3600))
def test_a_token_holds_for_two_days_and_keeps_its_key(seconds: int) -> None:
    issued = tokens.issue(NOW)
    read = tokens.read(issued.text, NOW + timedelta(seconds=seconds))
    assert (read.key, read.state) == (issued.key, "good")


@given(st.integers(48 * 3600 + 1, 10**8))
def test_a_token_that_is_too_old_is_renewed_with_the_same_key(seconds: int) -> None:
    issued = tokens.issue(NOW)
    later = NOW + timedelta(seconds=seconds)
    read = tokens.read(issued.text, later)
    assert (read.key, read.state) == (issued.key, "expired")
    assert tokens.read(read.text, later).state == "good"


@given(WORDS)
def test_a_text_that_we_did_not_sign_is_never_a_token_a_photo_or_a_mark(text: str) -> None:
    assert tokens.read(text, NOW).state == "forged"
    assert tokens.read_photo(text) is None
    assert tokens.read_page_mark("secret", text) is None


@cache
def issued() -> str:
    """One token for all tries: tokens are random, and what is tried must not depend on chance."""
    return tokens.issue(NOW).text


@given(st.data())
def test_a_token_with_any_letter_changed_is_forged(data: st.DataObject) -> None:
    text = issued()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("aZ0:._-").filter(lambda sign: sign != text[place]))
    assert tokens.read(text[:place] + other + text[place + 1 :], NOW).state == "forged"


def test_signatures_of_one_purpose_are_worth_nothing_for_another() -> None:
    photo = tokens.sign_photo(uuid7())
    assert tokens.read(photo, NOW).state == "forged"
    assert tokens.read_photo(tokens.issue(NOW).text) is None


@given(st.text(st.sampled_from("abcXYZ019-_"), min_size=1, max_size=20), st.integers(0, 10**6))
def test_a_mark_belongs_to_one_visit(secret: str, seq: int) -> None:
    mark = tokens.page_mark(secret, seq)
    assert tokens.read_page_mark(secret, mark) == seq
    assert tokens.read_page_mark(secret + "x", mark) is None


TYPED = [f.name for f in fields(Draft) if f.name not in ("photos", "problems", "level", "prefer", "back", "token")]


@given(st.dictionaries(st.sampled_from(TYPED), WORDS), st.sampled_from(STEPS))
def test_hidden_fields_bring_everything_typed_through_a_page_and_back(typed: dict[str, str], step: str) -> None:
    posted = QueryDict(mutable=True)
    posted.update(typed)
    posted.setlist("photos", [tokens.sign_photo(uuid7()) for _ in range(3)])
    before = Draft.from_post(posted)
    template = Template(
        '<form id="say">{% for n, v in h %}<input type="hidden" name="{{ n }}" value="{{ v }}">{% endfor %}</form>'
    )
    sent = hidden(template.render(Context({"h": list(before.hidden(step))})))
    back = QueryDict(mutable=True)
    for name in ASKED[step]:  # what the page asks for comes back as typed
        back[name] = getattr(before, name)
    for name, value in sent.items():
        back.setlist(name, value if isinstance(value, list) else [value])
    assert Draft.from_post(back) == before


@given(WORDS)
def test_a_point_is_a_spot_on_the_earth_or_nothing(text: str) -> None:
    point = Point.from_text(text)
    assert point is None or (abs(point.lat) <= 90 and abs(point.lon) <= 180)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_comes_through_a_form_to_a_metre(lat: float, lon: float) -> None:
    read = Point.from_text(Point(lat, lon).as_text())
    assert read is not None
    assert abs(read.lat - lat) <= 6e-6
    assert abs(read.lon - lon) <= 6e-6


def test_html_of_a_hidden_field_cannot_be_left() -> None:
    draft = Draft(place='"><script>x</script>')
    shown = Template("{% for n, v in h %}{{ v }}{% endfor %}").render(Context({"h": list(draft.hidden("words"))}))
    assert "<script>" not in shown
    assert '"><script>x</script>' in html.unescape(shown)


@pytest.mark.parametrize("level", ["", "open", "office", "confidential"])
def test_known_levels_are_taken_as_chosen(level: str) -> None:
    assert Draft.from_post(QueryDict(f"level={level}")).level == (level or "open")
