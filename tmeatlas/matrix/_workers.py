"""Tasks on the workers of a cluster, in windows: no more of them wait there than can soon start."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from tmeatlas._cluster import PER_THREAD, new_name, sent, threads_of, unwarned

JOINED = 4
"""Results that are merged at a time, on a worker."""
CHUNK = "tmeatlas_chunk"
"""On errors of what is done with a chunk, as against those of reading it: which one."""


class Tasks:
    """One function of every chunk of rows of one or more dask arrays, on the workers.

    Reading a chunk and what is done with it are one task, so that no worker holds a chunk
    longer, and none is sent from one to another.
    """

    def __init__(
        self, client: Any, sources: list[Any], along: Sequence[Any], function: Callable[..., Any]
    ) -> None:
        from dask.delayed import Delayed
        from dask.utils import ensure_dict

        self._client = client
        # Held here as long as tasks may ask for it.
        self._shared = shared = sent(client, function)
        mapped = _mapped(sources, along, Delayed(shared.key, {shared.key: shared}))
        keys = mapped.__dask_keys__()
        self._graph = ensure_dict(mapped.__dask_optimize__(mapped.__dask_graph__(), keys))
        self._keys = [row[0] for row in keys]

    def _started(self, first: int, number: int) -> list[Any]:
        """So many of the chunks from `first` on, whose results stay on the workers."""
        from dask.optimization import cull

        keys = self._keys[first : first + number]
        with unwarned():
            return list(self._client.get(cull(self._graph, keys)[0], keys, sync=False))

    def results(self) -> Iterator[Any]:
        """What the function gives for each chunk, in order."""
        waiting: deque[Any] = deque()
        begun = 0
        while begun < len(self._keys) or waiting:
            threads = threads_of(self._client)
            if begun < len(self._keys) and len(waiting) <= (PER_THREAD - 1) * threads:
                started = self._started(begun, PER_THREAD * threads - len(waiting))
                begun += len(started)
                waiting.extend(started)
            # As many as run at a time are taken together: asking takes time as well.
            first = [waiting.popleft() for _ in range(min(threads, len(waiting)))]
            yield from self._client.gather(first)

    def merged(self, merge: Callable[[Any, Any], Any]) -> Any:
        """The results of all chunks, merged on the workers in a tree.

        Which are merged with which hangs on the number of chunks alone.
        """
        levels: list[list[Any]] = [[]]
        waiting: deque[Any] = deque()
        for first in range(0, len(self._keys), JOINED):
            joined = self._joined(merge, self._started(first, JOINED))
            waiting.append(joined)
            for level in levels:
                level.append(joined)
                if len(level) < JOINED:
                    break
                joined = self._joined(merge, level)
                level.clear()
            else:
                levels.append([joined])
            if len(waiting) * JOINED > PER_THREAD * threads_of(self._client):
                error = waiting.popleft().exception()
                if error is not None:
                    raise error
        rest = [each for level in reversed(levels) for each in level]
        return self._joined(merge, rest).result()

    def _joined(self, merge: Callable[[Any, Any], Any], parts: list[Any]) -> Any:
        return self._client.submit(_join, merge, *parts, key=new_name("joined"), pure=False)


def _mapped(sources: list[Any], along: Sequence[Any], shared: Any) -> Any:
    """A dask array of which each chunk is what the function gives for a chunk of rows."""
    import dask.array as da

    rows = sources[0].chunks[0]
    chunks = [source.rechunk({0: rows, 1: -1}) for source in sources]
    beside = [
        da.from_array(np.asarray(each)[:, None], chunks=(rows, 1), name=new_name("along"))
        for each in along
    ]
    return da.map_blocks(
        _run,
        *(*chunks, *beside, shared),
        name=new_name("cells"),
        chunks=((1,) * len(rows), (1,)),
        dtype=object,
        meta=np.empty((0, 0), dtype=object),
    )


def _run(*given: Any, block_id: tuple[int, int]) -> Any:
    """On a worker: chunks, the columns along them and the function that is called with them."""
    *chunks, function = given
    try:
        return function(block_id[0], *chunks)
    except Exception as error:
        setattr(error, CHUNK, block_id[0])
        raise


def _join(merge: Callable[[Any, Any], Any], first: Any, *others: Any) -> Any:
    """On a worker, which may need what was merged once more."""
    whole = deepcopy(first)
    for other in others:
        whole = merge(whole, other)
    return whole
