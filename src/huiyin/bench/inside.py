"""The parts of a measurement that need Django: `python -m huiyin.bench.inside TASK`, facts and answer as JSON.

They run in a process of their own inside a throw-away deployment, never in the one of the person who measures.
"""

from __future__ import annotations

import importlib
import json
import sys

#: task → "module:function"; each function takes the facts as keywords and returns what JSON can say.
TASKS = {
    "statements": "huiyin.bench.inside_intake:statements",
    "check_intake": "huiyin.bench.inside_intake:check",
    "commits": "huiyin.bench.inside_intake:commits",
    "fill": "huiyin.bench.inside_inbox:fill",
    "inbox": "huiyin.bench.inside_inbox:measure",
    "tiles": "huiyin.bench.inside_ledger:tiles",
    "lag": "huiyin.bench.inside_ledger:lag",
    "prepare": "huiyin.bench.inside_ledger:prepare_cost",
    "audit": "huiyin.bench.inside_ledger:audit",
    "counted": "huiyin.bench.inside_import:counted",
    "similar_fill": "huiyin.bench.inside_similar:fill",
    "similar_ask": "huiyin.bench.inside_similar:ask",
    "rows": "huiyin.bench.inside_import:rows",
    "fill_lake": "huiyin.bench.inside_figures:fill_lake",
    "aggregate": "huiyin.bench.inside_figures:aggregate",
    "board": "huiyin.bench.inside_figures:board",
}


def main(task: str) -> None:
    """Run one task and print its answer as the last line."""
    import django

    django.setup()
    module, function = TASKS[task].split(":")
    answer = getattr(importlib.import_module(module), function)(**json.loads(sys.stdin.read() or "{}"))
    print(json.dumps(answer))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
