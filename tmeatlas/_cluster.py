"""Which cluster dask would compute on, and calls of a function on its workers."""

from __future__ import annotations

import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from uuid import uuid4

from tmeatlas._errors import InputError

A = TypeVar("A")
T = TypeVar("T")

PER_THREAD = 3
"""Tasks of a thread of a worker: one that runs, and those that it takes up next."""


def cluster_of(*sources: Any) -> Any | None:
    """The client of `dask.distributed` that would compute these task graphs, if there is one.

    None where one of them is none, where dask computes in this process or by processes of its
    own, and within a task: waiting for other tasks, it would hold the thread that these need.
    """
    distributed = sys.modules.get("distributed")
    if distributed is None or not all(hasattr(source, "dask") for source in sources):
        return None
    from dask.base import get_scheduler

    with suppress(ValueError):
        distributed.get_worker()
        return None
    client = getattr(get_scheduler(), "__self__", None)
    if not isinstance(client, distributed.Client) or client.asynchronous:
        return None
    return client


def is_on_cluster(source: Any) -> bool:
    """Whether it is a task graph, and workers of a cluster would compute it."""
    return cluster_of(source) is not None


def threads_of(client: Any) -> int:
    """How many tasks run at a time on all workers; 1 while there are none yet."""
    return max(1, sum(client.nthreads().values()))


def each_call(function: Callable[[A], T], items: Iterable[A], *, spread: bool) -> Iterator[T]:
    """What `function` gives for each item, in order; on a cluster, if there is one and `spread`."""
    client = cluster_of() if spread else None
    if client is None:
        yield from map(function, items)
        return
    shared = sent(client, function)
    waiting: deque[Any] = deque()
    for item in items:
        with unwarned():
            key = new_name("call")
            waiting.append(client.submit(_call, shared, item, key=key, pure=False))
        if len(waiting) > PER_THREAD * threads_of(client):
            yield _result(waiting.popleft())
    while waiting:
        yield _result(waiting.popleft())


def _result(future: Any) -> Any:
    """What a call gave; what the cluster itself raises is said."""
    try:
        return future.result()
    except Exception as error:
        if not type(error).__module__.startswith("distributed"):
            raise
        raise InputError(
            f"The workers could not finish a sample: {type(error).__name__}: {error}. Give each "
            'more memory, or compute here: with dask.config.set(scheduler="threads").'
        ) from error


def sent(client: Any, function: Callable[..., Any]) -> Any:
    """A future of `function`, sent once: a worker fetches it from another, or has it sent again."""
    try:
        with unwarned():
            return client.submit(_same, function, key=new_name("sent"), pure=False)
    except Exception as error:
        raise InputError(
            "What is to be done with the cells cannot be sent to the workers: "
            f"{type(error).__name__}: {error}. A method of your own has to be one that can be "
            'pickled; or compute here: with dask.config.set(scheduler="threads").'
        ) from error


def new_name(what: str) -> str:
    """No two calls share a task: their functions are not compared."""
    return f"tmeatlas-{what}-{uuid4().hex}"


@contextmanager
def unwarned() -> Iterator[None]:
    """A block in which what is sent may be large, on which distributed would give advice."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
        yield


def _same(function: Any) -> Any:
    return function


def _call(function: Callable[[A], T], item: A) -> T:
    return function(item)
