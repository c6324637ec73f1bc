"""Where a batch is written: here and now, or in a thread of its own while the next batch is made.

While PostgreSQL writes 200 matters for 40 ms, the process that decided and sealed them had nothing to do, and while it
decided the next 200 the database had nothing to do: half of an import's time (docs/benchmarks.md). The thread has a
connection of its own. Batches are written in the order in which they come, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections

from huiyin.cases.bulk_history import Result

Work = Callable[[], Result]
Store = Callable[[Work], "Future[Result]"]


@contextmanager
def storing(*, beside: bool) -> Iterator[Store]:
    """A way to have batches written. At the end everything handed over has been written, however the end came.

    `beside` asks for the thread. Inside somebody's transaction there is none: it would not see what the transaction
    has written.
    """
    if not beside or connection.in_atomic_block:
        yield _here
        return
    with ThreadPoolExecutor(1, thread_name_prefix="huiyin-import") as pool:
        try:
            yield pool.submit
        finally:
            pool.submit(connections.close_all).result()


def _here(work: Work) -> Future[Result]:
    done: Future[Result] = Future()
    try:
        done.set_result(work())
    except Exception as error:  # noqa: BLE001  told to whoever asks for the result, as the thread would
        done.set_exception(error)
    return done
