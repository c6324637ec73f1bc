"""The frame of a page is drawn once, and never shown where it does not belong."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from huiyin.portal.templatetags import kept
from huiyin.portal.tests import town

PART = Template('{% load kept %}{% kept "part" %}{{ shell.here }} {{ count.next }}{% endkept %}')


class Count:
    def __init__(self) -> None:
        self.calls = 0

    def next(self) -> int:
        self.calls += 1
        return self.calls


def _draw(path: str, count: Count) -> str:
    return PART.render(Context({"shell": SimpleNamespace(here=path, text_size="normal"), "count": count}))


@pytest.mark.django_db
def test_a_part_is_drawn_once_for_each_address_and_language() -> None:
    town.load()
    kept._frames.clear()
    count = Count()
    assert _draw("/say/", count) == "/say/ 1"
    assert _draw("/say/", count) == "/say/ 1"
    assert _draw("/follow/", count) == "/follow/ 2"
    with translation.override("en"):
        assert _draw("/say/", count) == "/say/ 3"
    assert _draw("/say/", count) == "/say/ 1"


@pytest.mark.django_db
def test_memory_for_parts_has_an_end() -> None:
    town.load()
    kept._frames.clear()
    count = Count()
    for number in range(3 * kept.MOST):
        _draw(f"/{number}/", count)
    assert len(kept._frames) <= kept.MOST
