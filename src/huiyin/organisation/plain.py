"""Frozen dataclasses to plain JSON values and back, led by their type hints. Pure: no Django."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from functools import cache
from typing import Any


def encode(value: Any) -> Any:
    """A value of plain JSON types. Sets are sorted, so equal values give equal text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(encode(item) for item in value)
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def decode(kind: Any, value: Any) -> Any:
    """The value of type `kind` that `encode` turned into `value`."""
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else decode(next(a for a in arguments if a is not type(None)), value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(decode(arguments[0], item) for item in value)
        return tuple(decode(a, item) for a, item in zip(arguments, value, strict=True))
    if origin is frozenset:
        return frozenset(decode(arguments[0], item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return {decode(arguments[0], key): decode(arguments[1], item) for key, item in value.items()}
    return _decode_class(kind, value)


def _decode_class(kind: Any, value: Any) -> Any:
    hints = _hints(kind)
    if hints:
        return kind(**{name: decode(hints[name], item) for name, item in value.items() if name in hints})
    if issubclass(kind, dict):
        base = next((b for b in getattr(kind, "__orig_bases__", ()) if typing.get_origin(b) is dict), None)
        item_kind = typing.get_args(base)[1] if base else str
        return kind({key: decode(item_kind, item) for key, item in value.items()})
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, date | time):
        return kind.fromisoformat(value)
    return float(value) if kind is float else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind) if dataclasses.is_dataclass(kind) else {}
