"""What YAML and JSON of users say: of a size and depth that can be read, no name of it lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import yaml

from tmeatlas._errors import InputError, in_one_line

MOST_YAML = 20_000_000
"""Characters: a minute of PyYAML's work."""
MOST_NODES = 10_000_000
DEEPEST = 20
NESTED = "lists in lists in lists, too deep to be gene sets"
PLAIN = "Expected {name: [genes]} or a list of entries."


class Repeated(dict[str, Any]):
    """A mapping of a file that gives names twice; `pairs` has all of them."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.pairs = list(pairs)
        super().__init__(self.pairs)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C parser where PyYAML was built with it, keeping all values of a repeated name."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        named = [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        if len({key.value for key, _ in named}) == len(named):
            return super().construct_mapping(node, deep=deep)
        return Repeated(
            (key.value, self.construct_object(value, deep=True)) for key, value in named
        )

    def construct_whole(self, node: Any) -> Any:
        """A mapping as `construct_mapping` gives it, which PyYAML would copy into a plain dict."""
        return self.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_whole)


def load_yaml(text: str, name: str) -> object:
    """What a YAML text says."""
    if len(text) > MOST_YAML:
        raise InputError(
            f"{name!r} holds more than {MOST_YAML / 1e6:.0f} million characters, too many for "
            "YAML. Save it as .json or .gmt."
        )
    try:
        _refuse_bombs(text, name)
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise InputError(f"{name!r} cannot be read as YAML: {in_one_line(error)}") from error
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        # PyYAML raises these for tags such as !!int, !!bool and !!timestamp of other text.
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name!r} cannot be read as YAML: {error!r:.200}") from error


def load_json(text: str, name: str) -> object:
    """What a JSON text says."""
    try:
        return json.loads(text, object_pairs_hook=_object)
    except RecursionError as error:
        raise InputError(f"{name!r} cannot be read as JSON: it has {NESTED}. {PLAIN}") from error
    except ValueError as error:
        raise InputError(f"{name!r} cannot be read as JSON: {error}") from error


def pairs_of(mapping: dict[Any, Any]) -> list[tuple[Any, Any]]:
    """All pairs of a mapping, also those whose name was given before."""
    return mapping.pairs if isinstance(mapping, Repeated) else list(mapping.items())


def _refuse_bombs(text: str, name: str) -> None:
    """Refuse YAML that is nested deeply, or grows when its aliases are followed."""
    sizes: dict[str | None, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    size = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            # An alias inside of its own anchor has no size, and no end.
            size += sizes.get(event.anchor, MOST_NODES)
        elif isinstance(event, yaml.NodeEvent):
            size += 1
            if isinstance(event, yaml.ScalarEvent):
                if event.anchor is not None:
                    sizes[event.anchor] = 1
            else:
                open_nodes.append((event.anchor, size))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                sizes[anchor] = size - before + 1
        if size > MOST_NODES or len(open_nodes) > DEEPEST:
            problem = "aliases that unfold to too much" if size > MOST_NODES else NESTED
            raise InputError(f"{name!r} cannot be read as YAML: it has {problem}. {PLAIN}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON and YAML would silently keep the last of two entries with one name."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeated(pairs)
