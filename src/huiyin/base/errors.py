"""Errors that are answers: what was wrong, what was kept, what to do."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A command that cannot be carried out now. Nothing was changed.

    `code` is a stable word in snake_case; doors turn it into a sentence in the reader's language
    (`huiyin.cases.texts`). `facts` holds what the sentence needs: dates, codes, numbers; never personal text.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        if not self.facts:
            return self.code
        return f"{self.code} ({', '.join(f'{k}={v}' for k, v in self.facts.items())})"
