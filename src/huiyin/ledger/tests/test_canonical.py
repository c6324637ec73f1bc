from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.ledger import canonical

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_the_sorting_example_of_rfc_8785_comes_out_as_printed_there() -> None:
    # RFC 8785 §3.2.3: keys are sorted by their UTF-16 units.
    source = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical.encode(source)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_strings_and_literals_are_written_as_in_the_example_of_rfc_8785() -> None:
    # RFC 8785 §3.2.2 without its fractional numbers.
    source = {"string": '\u20ac$\x0f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical.encode(source) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), (1, 2), {1: 2}, 2**53, b"x", "\ud800", "a\x00", {"a\x00": 1}, {1, 2}]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.encode({"deep": [value]})


@pytest.mark.parametrize(
    "text", ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '"\\u0041"', "1.0", "{", "NaN", "1e3", "-0"]
)
def test_json_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(canonical.CanonicalError):
        canonical.decode(text)


@given(values)
def test_every_value_has_one_form_and_comes_back_from_it(value: object) -> None:
    encoded = canonical.encode(value)
    assert canonical.decode(encoded) == value
    assert canonical.encode(canonical.decode(encoded)) == encoded
