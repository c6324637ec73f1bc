"""What the check-up looks for. Alone in its module, because pages need the names and not the lake's libraries."""

from __future__ import annotations

from enum import StrEnum


class Ailment(StrEnum):
    """What a finding is about: the four ailments (bureaucratism in three parts), equity, and the relation itself."""

    FORMALISM = "formalism"
    ACCESS = "access"
    MANNER = "manner"
    RESOLUTION = "resolution"
    INDULGENCE = "indulgence"
    SELF_SERVING = "self_serving"
    EQUITY = "equity"
    RELATION = "relation"
