"""From what a file says to the catalogue's types: the short spellings people write become the ones we compute with.

Every part is taken by itself, so that one run shows all mistakes and not only the first.
"""

import re
from datetime import date
from typing import TypeVar, cast

import msgspec

from server.core.checklist.catalogue import CertificateForm, Common, Item, LifeEvent, Procedure, Question
from server.procedures.reading import Data, Place, Problem, Tree
from server.procedures.texts import LIMITS, SIDES, TYPES

T = TypeVar("T")


def common(tree: Tree, problems: list[Problem]) -> Common | None:
    """Take `common.yaml`."""
    return take(Common, tree.data, tree, (), problems)


def certificates(tree: Tree, problems: list[Problem]) -> CertificateForm | None:
    """Take `certificates.yaml`."""
    return take(CertificateForm, tree.data, tree, (), problems)


def event(tree: Tree, items: dict[str, Item], problems: list[Problem]) -> LifeEvent | None:
    """Take the file of one life event; None if anything in it could not be taken."""
    head = take(LifeEvent, {**tree.data, "questions": [], "procedures": []}, tree, (), problems)
    questions = [
        take(Question, _question(raw, tree, at, problems), tree, at, problems)
        for at, raw in _rows(tree, "questions", problems)
    ]
    procedures = [
        take(Procedure, _procedure(raw, items, tree, at, problems), tree, at, problems)
        for at, raw in _rows(tree, "procedures", problems)
    ]
    if head is None or None in questions or None in procedures:
        return None
    return msgspec.structs.replace(
        head,
        questions=tuple(q for q in questions if q),
        procedures=tuple(p for p in procedures if p),
    )


def _rows(tree: Tree, key: str, problems: list[Problem]) -> list[tuple[Place, Data]]:
    """Return the entries of a list, each with its place; what is no entry is a problem."""
    rows: object = tree.data.get(key)
    if not isinstance(rows, list):
        text = "missing_field" if rows is None else "wrong_type"
        problems.append(tree.problem((key,), text, name=key, got="ほかのもの", expected=TYPES["array"]))
        return []
    found: list[tuple[Place, Data]] = []
    for i, row in enumerate(cast("list[object]", rows)):
        if isinstance(row, dict):
            found.append(((key, i), cast(Data, row)))
        else:
            problems.append(tree.problem((key, i), "wrong_type", got="ほかのもの", expected=TYPES["object"]))
    return found


def _question(raw: Data, tree: Tree, at: Place, problems: list[Problem]) -> Data:
    return with_condition(raw, "ask_if", tree, at, problems)


def _procedure(raw: Data, items: dict[str, Item], tree: Tree, at: Place, problems: list[Problem]) -> Data:
    taken = with_condition(raw, "when", tree, at, problems)
    deadline: object = taken.get("deadline")
    if isinstance(deadline, dict):
        span = with_condition(cast(Data, deadline), "only_if", tree, (*at, "deadline"), problems)
        taken["deadline"] = {"type": "spoken" if "text" in span else "span", **span}
    things: object = taken.get("bring")
    if isinstance(things, list):
        taken["bring"] = [
            _belonging(thing, items, tree, (*at, "bring", i), problems)
            for i, thing in enumerate(cast("list[object]", things))
        ]
    return taken


def _belonging(
    thing: object, items: dict[str, Item], tree: Tree, at: Place, problems: list[Problem]
) -> object:
    if isinstance(thing, str):
        if thing not in items:
            problems.append(tree.problem(at, "no_item", name=thing))
            return {"name": thing}
        item = items[thing]
        return {"id": thing, "name": item.name, "plain": item.plain, "note": item.note}
    if not isinstance(thing, dict):
        return thing
    taken = with_condition(cast(Data, thing), "when", tree, at, problems)
    if "unless" in taken:
        if "when" in taken:
            problems.append(tree.problem((*at, "unless"), "when_and_unless"))
        inner = condition(taken.pop("unless"), tree, (*at, "unless"), problems)
        taken["when"] = {"type": "not", "of": inner}
    return taken


def with_condition(raw: Data, key: str, tree: Tree, at: Place, problems: list[Problem]) -> Data:
    """Return a part of a file with the condition under `key` spelled out, where it has one."""
    if key not in raw:
        return dict(raw)
    return {**raw, key: condition(raw[key], tree, (*at, key), problems)}


def condition(raw: object, tree: Tree, at: Place, problems: list[Problem]) -> Data:
    """Read a condition; a wrong one is a problem and, so that reading can go on, one that is never decided."""
    undecided: Data = {"type": "maybe"}
    if raw == "always":
        return {"type": "always"}
    if raw == "always_maybe":
        return undecided
    if isinstance(raw, dict) and len(cast(Data, raw)) == 1:
        ((key, value),) = cast(Data, raw).items()
        if key in ("all", "any"):
            if isinstance(value, list) and value:
                parts = cast("list[object]", value)
                return {
                    "type": key,
                    "of": [condition(part, tree, (*at, key, i), problems) for i, part in enumerate(parts)],
                }
        elif key == "not":
            return {"type": "not", "of": condition(value, tree, (*at, key), problems)}
        else:
            return _atom(key, value, tree, (*at, key), problems)
    problems.append(tree.problem(at, "condition"))
    return undecided


def _atom(fact: str, value: object, tree: Tree, at: Place, problems: list[Problem]) -> Data:
    if isinstance(value, str):
        return {"type": "is", "fact": fact, "value": value}
    if isinstance(value, dict) and len(cast(Data, value)) == 1:
        ((how, day),) = cast(Data, value).items()
        if how in ("since", "before") and isinstance(day, date):
            since: Data = {"type": "since", "fact": fact, "day": day}
            return since if how == "since" else {"type": "not", "of": since}
    problems.append(tree.problem(at, "condition_value"))
    return {"type": "maybe"}


# ---------------------------------------------------------------- msgspec's complaints, for people


def take(kind: type[T], value: object, tree: Tree, at: Place, problems: list[Problem]) -> T | None:
    """Take one part of a file as what it should be; what is wrong with it is a problem."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        problems.append(_explained(str(error), tree, at))
        return None


def _explained(message: str, tree: Tree, at: Place) -> Problem:
    what, _, where = message.partition(" - at ")
    place = (*at, *_steps(where))
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", what):
        return tree.problem((*place, match[1]), "unknown_field", name=match[1])
    if match := re.fullmatch(r"Object missing required field `(.+)`", what):
        return tree.problem(place, "missing_field", name=match[1])
    if match := re.fullmatch(r"Expected `([a-z |]+)`, got `(\w+)`", what):
        expected = " か ".join(TYPES.get(kind, kind) for kind in match[1].split(" | ") if kind != "null")
        return tree.problem(place, "wrong_type", expected=expected, got=TYPES.get(match[2], match[2]))
    if match := re.fullmatch(r"Invalid enum value '?(.+?)'?", what):
        return tree.problem(place, "wrong_choice", got=match[1])
    if match := re.fullmatch(r"Expected `(int|str|array)`(?: of length)? (>=|<=|>|<) (\d+)", what):
        return tree.problem(place, "limit", what=LIMITS[match[1]], limit=match[3], side=SIDES[match[2]])
    if "matching regex '^[a-z]" in what:
        return tree.problem(place, "pattern")
    return tree.problem(place, "wrong_value", why=what)


def _steps(where: str) -> Place:
    """Translate ``$.derives[...].most`` into steps, as far as it goes: msgspec does not name the key of a table."""
    named = where.partition("[...]")[0]
    return tuple(name or int(index) for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", named))
