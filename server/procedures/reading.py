"""YAML with the line of every value, so that a mistake can be pointed at.

Stricter than YAML 1.1: ``yes``, ``no``, ``on`` and ``off`` are words, not booleans; a key may stand only once in a
place; references (``&``, ``*``) are refused, since a small file of them can grow without bound.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
import yaml

from server.procedures.texts import TEXTS

Place = tuple[str | int, ...]
Data = dict[str, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: where it is, and what to do about it."""

    file: str
    line: int = 0  # 0: the file as a whole
    key: str = ""
    sentence: str
    severity: Literal["error", "warning"] = "error"

    @property
    def place(self) -> str:
        """Where it is, as editors understand it: ``tennyu.yaml:12``."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says, and on which line it says it."""

    file: str
    data: Data
    lines: Mapping[Place, int]

    def problem(
        self, at: Place, text: str, severity: Literal["error", "warning"] = "error", **values: object
    ) -> Problem:
        """Point at a place, or at the nearest one around it that stands in the file."""
        known = at
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(
            file=self.file,
            line=self.lines.get(known, 0),
            key=written(at),
            sentence=TEXTS[text].format(**values),
            severity=severity,
        )


class _Refused(Exception):
    """A file that cannot be taken; holds the problem."""

    def __init__(self, line: int, text: str, **values: object) -> None:
        super().__init__(text)
        self.line = line
        self.sentence = TEXTS[text].format(**values)


class _Loader(yaml.SafeLoader):
    """A safe loader that keeps yes and no as the words they are."""

    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for letter, resolvers in cast(
            "dict[str, list[tuple[str, Any]]]",
            yaml.SafeLoader.yaml_implicit_resolvers,  # pyright: ignore[reportUnknownMemberType]
        ).items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose one node; a reference is refused before it can be followed."""
        event = cast(Any, self).peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(event.start_mark.line + 1, "alias")
        return cast(Any, super()).compose_node(parent, index)


_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
"""Letters nobody sees: YAML refuses some, and some let a name read otherwise than it is written."""

_Loader.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType]
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def read(path: Path) -> Tree | Problem:
    """Read one file, or say why it cannot be read."""
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Problem(file=name, sentence=TEXTS["missing_file"])
    except (OSError, UnicodeDecodeError) as error:
        return Problem(file=name, sentence=TEXTS["unreadable"].format(why=type(error).__name__))
    text = text.removeprefix("\ufeff")  # Windows writes it before UTF-8, and people do not see it
    if found := _UNSEEN.search(text):
        line, sign = text.count("\n", 0, found.start()) + 1, f"U+{ord(found[0]):04X}"
        return Problem(file=name, line=line, sentence=TEXTS["unseen"].format(sign=sign))
    lines: dict[Place, int] = {}
    loader = _Loader(text)
    try:
        node = cast(Any, loader).get_single_node()
        data = None if node is None else _value(loader, node, (), lines)
    except _Refused as refused:
        return Problem(file=name, line=refused.line, sentence=refused.sentence)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or ""
        line = mark.line + 1 if mark else 0
        return Problem(file=name, line=line, sentence=TEXTS["syntax"].format(why=why))
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # 2026-13-40 is a date to YAML, but no date
        return Problem(file=name, sentence=TEXTS["syntax"].format(why=type(error).__name__))
    finally:
        cast(Any, loader).dispose()
    if not isinstance(data, dict):
        return Problem(file=name, sentence=TEXTS["empty"])
    return Tree(file=name, data=cast(Data, data), lines=lines)


def strays(folder: Path) -> list[Problem]:
    """Point at files that look like ours and would not be read."""
    odd = sorted(path.name for path in folder.glob("*.[yY]*ml") if path.suffix != ".yaml")
    return [Problem(file=name, sentence=TEXTS["other_suffix"]) for name in odd]


def written(place: Place) -> str:
    """Write a place the way people name it: ``procedures[3].deadline.n``, counted from 1."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def _value(loader: _Loader, node: yaml.Node, at: Place, lines: dict[Place, int]) -> object:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, object] = {}
        for key_node, value_node in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Refused(line, "not_a_key")
            key = cast(str, key_node.value)
            if key in found:
                raise _Refused(line, "doubled_key", name=key)
            found[key] = _value(loader, value_node, (*at, key), lines)
            lines[(*at, key)] = line
        return found
    if isinstance(node, yaml.SequenceNode):
        items = cast("list[yaml.Node]", node.value)
        return [_value(loader, item, (*at, i), lines) for i, item in enumerate(items)]
    value: object = cast(Any, loader).construct_object(node)
    return value if isinstance(value, str | int | float | bool | date | None) else str(value)
