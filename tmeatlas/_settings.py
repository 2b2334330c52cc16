"""How much tmeatlas says, and how much of a matrix it holds."""

from __future__ import annotations

from tmeatlas._errors import InputError
from tmeatlas._log import LEVELS, logger

NAMES = ("error", "warning", "info", "hint", "debug")
"""The verbosities by name, from 0 up."""
BLOCK_BYTES = 2**28
LEAST_BYTES = 2**20
"""Less would be single rows of large matrices."""


class Settings:
    """What holds for all calls: ``tme.settings``.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.settings.verbosity
    2
    >>> tme.settings.verbosity = 0
    >>> tme.pp.prepare(tme.datasets.simulated(300), embed=False)
    >>> tme.settings.verbosity = "info"
    """

    def __init__(self) -> None:
        self._block_bytes = BLOCK_BYTES

    @property
    def verbosity(self) -> int:
        """How much is said, as in scanpy: 0 errors, 1 warnings, 2 info, 3 hints, 4 debug.

        A number or a name: ``"error"``, ``"warning"``, ``"info"``, ``"hint"``, ``"debug"``. At 2,
        the default, each verb says its one line: what was read, found and written. It is the level
        of the logger ``"tmeatlas"``, whose lines go to stderr, and in notebooks to stdout, unless
        logging was configured to show them elsewhere. Python's warnings are not touched.
        """
        level = logger.getEffectiveLevel()
        return max((number for number, least in LEVELS.items() if level <= least), default=0)

    @verbosity.setter
    def verbosity(self, verbosity: int | str) -> None:
        named = {name: number for number, name in enumerate(NAMES)}
        number = named.get(verbosity.lower()) if isinstance(verbosity, str) else verbosity
        if isinstance(number, bool) or number not in [*LEVELS]:
            raise InputError(
                f"Expected `verbosity` from 0 to {len(NAMES) - 1} or one of {', '.join(NAMES)}, "
                f"found {verbosity!r}. 0 is silent, 2 the default."
            )
        logger.setLevel(LEVELS[int(number)])
        logger.disabled = False  # as `logging.config` leaves loggers that it does not name

    @property
    def block_bytes(self) -> int:
        """Bytes of a matrix that are held at a time where it lies in a file or a task graph.

        256 MB by default. All that is read takes up to three times as much beside the results,
        or one chunk where chunks are larger. Results are the same with any.
        """
        return self._block_bytes

    @block_bytes.setter
    def block_bytes(self, block_bytes: int) -> None:
        if (
            isinstance(block_bytes, bool)
            or not isinstance(block_bytes, int)
            or block_bytes < LEAST_BYTES
        ):
            raise InputError(
                f"Expected `block_bytes` as a whole number from {LEAST_BYTES:,} (1 MB) up, found "
                f"{block_bytes!r}. The default is {BLOCK_BYTES:,}."
            )
        self._block_bytes = block_bytes

    def __repr__(self) -> str:
        return f"Settings(verbosity={self.verbosity}, block_bytes={self.block_bytes})"


settings = Settings()
