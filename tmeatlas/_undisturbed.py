"""Work that no signal breaks into."""

from __future__ import annotations

import threading
from collections.abc import Callable


def undisturbed(work: Callable[[], None], *, give_up: Callable[[], None]) -> None:
    """Do `work` in a thread of its own: Python handles signals in the main thread.

    Where one ends the wait, `give_up` is called, which has the work end soon, and its end waited
    for. What the work raises is raised.
    """
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)
        finally:
            done.set()

    # Not `join`: after a signal, some versions of Python take a thread that runs for ended.
    done = threading.Event()
    threading.Thread(target=run, name="tmeatlas-write").start()
    try:
        done.wait()
    except BaseException:
        give_up()
        done.wait()
        raise
    for error in failures:
        raise error
