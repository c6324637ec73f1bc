"""A month is lived, and a draw (or a closing) dies in its last step: `python -m tests.kill.draw live|draw|close`."""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta

from huiyin.cli import prepare_django

if __name__ == "__main__":
    prepare_django()

    from django.utils import timezone

    from huiyin.ledger.actions import seal
    from huiyin.outcomes import periods
    from huiyin.outcomes.tests import month

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if sys.argv[1] == "live":
        month.announced()
        seal(month.START)
        for number in range(12):
            month.answered(f"k{number}", "light" if number % 3 else "water")
        seal(month.END)
    else:
        periods.streams.append = die  # type: ignore[assignment]
        at = timezone.now() + timedelta(days=0 if sys.argv[1] == "draw" else 60)
        getattr(periods, sys.argv[1])("2026-02", at, {"role": "system"})
