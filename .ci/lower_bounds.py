"""Prints every dependency at the lower bound that pyproject declares, as constraints for pip."""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))
BOUND = re.compile(r"(?P<name>[\w.-]+)(\[[^]]*\])?>=(?P<bound>[\d.]+)")

for requirement in PROJECT["project"]["dependencies"]:
    if bound := BOUND.match(requirement):
        print(f"{bound['name']}=={bound['bound']}")
