"""Canonical JSON: the one byte string a value is hashed as (RFC 8785 without numbers that have a fraction)."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder as _json
from typing import Any

#: RFC 8785 (through I-JSON, RFC 7493 §2.2): integers beyond this are not the same number to every reader.
LARGEST_INTEGER = 2**53 - 1

_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_plain_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _quick_encoder() -> Callable[[Any], str]:
    """`_encoder.encode`, without making the same C encoder anew for each value (half of the time of a small one)."""
    make = getattr(_json, "c_make_encoder", None)
    if make is None:
        return _encoder.encode
    encoder = make(None, _encoder.default, _json.encode_basestring, None, ":", ",", True, False, False)
    return lambda value: "".join(encoder(value, 0))


_quick = _quick_encoder()


class CanonicalError(ValueError):
    """The value has no canonical form here. The text names the type and the place, never the value."""


def encode(value: Any) -> bytes:
    """The canonical UTF-8 bytes of `value`, made of str, int, bool, None, list and dict with str keys.

    Raises CanonicalError for anything else: fractions, tuples, dates, integers beyond ±(2^53-1), U+0000 (PostgreSQL's
    jsonb cannot hold it), and halves of surrogate pairs.
    """
    if type(value) is dict and _is_plain(value):
        text = _quick(value)
    elif _check(value, "$"):
        # RFC 8785 §3.2.3 sorts by UTF-16 units; Python sorts by code points. They differ only beyond the basic plane.
        text = _plain_encoder.encode(_sorted(value))
    else:
        text = _encoder.encode(value)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("half of a surrogate pair in a text") from error


def decode(data: bytes | str) -> Any:
    """The value whose canonical form is exactly `data`; CanonicalError for JSON of another form, or no JSON."""
    raw = data.encode() if isinstance(data, str) else data
    try:
        value = json.loads(raw, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as error:
        raise CanonicalError("not JSON") from error
    if encode(value) != raw:
        raise CanonicalError("JSON, but not in canonical form")
    return value


def _no_fraction(_text: str) -> Any:
    raise CanonicalError("a number with a fraction")


def _is_plain(value: dict[Any, Any]) -> bool:
    """Whether a dict certainly has a canonical form and ASCII keys. False only means: look closer, with `_check`."""
    for key, item in value.items():
        if type(key) is not str or not key.isascii() or "\x00" in key:
            return False
        kind = type(item)
        if kind is str:
            if "\x00" in item:
                return False
        elif kind is dict:
            if not _is_plain(item):
                return False
        elif kind is int:
            if not -LARGEST_INTEGER <= item <= LARGEST_INTEGER:
                return False
        elif kind is list:
            if not all(type(part) is str and "\x00" not in part for part in item):
                return False
        elif not (item is None or item is True or item is False):
            return False
    return True


def _check(value: Any, place: str) -> bool:
    """Refuse what has no canonical form; True when a key beyond the basic plane needs the slower ordering."""
    if value is None or value is True or value is False:
        return False
    if isinstance(value, str):
        if "\x00" in value:
            raise CanonicalError(f"U+0000 in the text at {place}")
        return False
    if type(value) is int:
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise CanonicalError(f"integer beyond 2^53 at {place}")
        return False
    if type(value) is dict:
        slow = False
        for key, item in value.items():
            if not isinstance(key, str):
                raise CanonicalError(f"key of type {type(key).__name__} at {place}")
            if not key.isascii():
                if "\x00" in key:
                    raise CanonicalError(f"U+0000 in a key at {place}")
                slow = slow or max(key) > "\uffff"
            elif "\x00" in key:
                raise CanonicalError(f"U+0000 in a key at {place}")
            slow = _check(item, f"{place}.{key}") or slow
        return slow
    if type(value) is list:
        slow = False
        for index, item in enumerate(value):
            slow = _check(item, f"{place}[{index}]") or slow
        return slow
    raise CanonicalError(f"{type(value).__name__} at {place}")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _sorted(value[key]) for key in keys}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
