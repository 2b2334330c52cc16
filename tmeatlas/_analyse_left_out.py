"""When a step of the whole way is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tmeatlas._errors import InputError, MissingKeyError


class LeftOutError(Exception):
    """A step has nothing to work on; says what is missing."""


@contextmanager
def left_out() -> Iterator[None]:
    """Leave the step out where it can do nothing with its input."""
    try:
        yield
    except (InputError, MissingKeyError) as error:
        raise LeftOutError(str(error)) from error
