"""What other rooms may listen for. Receivers run inside the transaction that caused it and only use the database."""

from __future__ import annotations

from django.dispatch import Signal

#: Words of a case were erased: `case`, `labels` (none: all of them), `at`. What was derived from them goes too.
words_erased = Signal()
