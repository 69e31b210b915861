"""Findings in Japanese, for the clerk and for the resident; the words are data in `words.toml`."""

import functools
import tomllib
from importlib.resources import files
from typing import Literal, cast

from kiosk.sheet.judge import Finding

Reader = Literal["clerk", "resident"]


def say(finding: Finding, reader: Reader = "clerk") -> str:
    """Put a finding into words."""
    table = words()
    place = table["place"][finding.place] if finding.place else ""
    measure = "" if finding.measure is None else f"{finding.measure:.0f}"
    return table[reader][finding.key].format(place=place, measure=measure)


@functools.cache
def words() -> dict[str, dict[str, str]]:
    """Return the tables of words."""
    text = files("kiosk.sheet").joinpath("words.toml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, str]]", tomllib.loads(text))
