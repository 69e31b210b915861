"""A folder of YAML becomes a book of forms, or a list of everything that is wrong with it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec
from msgspec.structs import replace

from server.core.checklist.catalogue import Catalogue
from server.core.forms.book import Book, Dictionary, Field, Form, Section
from server.forms import references
from server.procedures.load import version
from server.procedures.reading import Data, Place, Problem, Tree, read, strays
from server.procedures.shape import take, with_condition
from server.procedures.texts import TEXTS, TYPES

DICTIONARY = "dictionary.yaml"
SHIPPED = Path(__file__).with_name("mihon")
"""The forms of the fictional 見本市, to begin with."""
_NEVER = {"not": "always"}


class BookError(Exception):
    """The start is refused; the message names every mistake with file, line and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{p.place}: {p.key}: {p.sentence}" for p in problems))
        self.problems = problems


def load(folder: Path, catalogue: Catalogue, templates: frozenset[str]) -> Book:
    """Read the forms of a city, or raise with everything that has to be corrected."""
    book, problems = examine(folder, catalogue, templates)
    if book is None:
        raise BookError([p for p in problems if p.severity == "error"])
    return book


def examine(
    folder: Path, catalogue: Catalogue, templates: frozenset[str]
) -> tuple[Book | None, list[Problem]]:
    """Read a folder and say all that is wrong or doubtful; the book is None if anything is wrong."""
    problems: list[Problem] = []
    trees = _trees(folder, problems)
    tree = trees.pop(DICTIONARY, None)
    dictionary = None if tree is None else _dictionary(tree, problems)
    forms: dict[str, Form] = {}
    for one in trees.values():
        form = _form(one, problems)
        if form is not None:
            forms[form.id] = form
    if dictionary is not None and tree is not None:
        problems += references.in_dictionary(dictionary, tree, catalogue.certificates)
        for one in trees.values():
            name = one.file.removesuffix(".yaml")
            form = next((form for form in forms.values() if form.id == one.data.get("form")), None)
            if form is not None:
                problems += references.in_form(form, one, name, dictionary, catalogue, templates)
        # A form that could not be taken may be the one that uses a field.
        if not any(p.severity == "error" for p in problems):
            problems += references.unused(dictionary, tree, forms)
    problems.sort(key=lambda p: (p.file, p.line))
    if dictionary is None or not forms or any(p.severity == "error" for p in problems):
        return None, problems
    return (
        Book(
            version=_version(folder, catalogue),
            dictionary=dictionary,
            forms=forms,
            certificates=catalogue.certificates,
        ),
        problems,
    )


def _version(folder: Path, catalogue: Catalogue) -> str:
    """Return the hash of all a book is made of: its certificates are kept with the procedures."""
    certificates = msgspec.json.encode(catalogue.certificates)
    return hashlib.sha256(version(folder).encode() + certificates).hexdigest()[:16]


def _trees(folder: Path, problems: list[Problem]) -> dict[str, Tree]:
    if not folder.is_dir():
        problems.append(Problem(file=str(folder), sentence=TEXTS["no_folder"]))
        return {}
    names = {DICTIONARY, *(path.name for path in folder.glob("*.yaml"))}
    if names == {DICTIONARY}:
        problems.append(Problem(file=str(folder), sentence=TEXTS["no_form_file"]))
    problems += strays(folder)
    trees: dict[str, Tree] = {}
    for name in sorted(names):
        tree = read(folder / name)
        if isinstance(tree, Tree):
            trees[name] = tree
        else:
            problems.append(tree)
    return trees


def _dictionary(tree: Tree, problems: list[Problem]) -> Dictionary | None:
    raw = dict(tree.data)
    raw["header"] = _uses(raw.get("header"), tree, ("header",), problems)
    raw["groups"] = {
        key: with_condition(
            _with_first(group, tree, ("groups", key), problems), "first_when", tree, ("groups", key), problems
        )
        for key, group in _table(raw.get("groups"), tree, ("groups",), problems).items()
    }
    fields: dict[str, Field | None] = {}
    for key, field in _table(raw.get("fields"), tree, ("fields",), problems).items():
        if "same" in field:
            field = {**field, "same": _same(field["same"], tree, ("fields", key, "same"), problems)}
        fields[key] = take(Field, field, tree, ("fields", key), problems)
    raw["fields"] = {}  # fields were taken one by one, so that one run shows all mistakes
    whole = take(Dictionary, raw, tree, (), problems)
    taken = {key: field for key, field in fields.items() if field is not None}
    if whole is None or len(taken) < len(fields):
        return None
    return replace(whole, fields=taken)


def _same(raw: object, tree: Tree, at: Place, problems: list[Problem]) -> object:
    """Spell out the conditions of one `same`, or of several."""
    if isinstance(raw, list):
        return [_same(one, tree, (*at, i), problems) for i, one in enumerate(cast("list[object]", raw))]
    if not isinstance(raw, dict):
        return raw
    table = dict(cast(Data, raw))
    among: object = table.get("of")
    if isinstance(among, dict):
        table["of"] = with_condition(cast(Data, among), "only", tree, (*at, "of"), problems)
    return with_condition(table, "when", tree, at, problems)


def _with_first(group: Data, tree: Tree, at: Place, problems: list[Problem]) -> Data:
    first: object = group.get("first")
    if not isinstance(first, dict):
        return group
    columns = cast(Data, first).items()
    return {**group, "first": {key: _same(one, tree, (*at, "first", key), problems) for key, one in columns}}


def _form(tree: Tree, problems: list[Problem]) -> Form | None:
    """Take one form, section by section, so that one run shows all mistakes."""
    rows: object = tree.data.get("sections")
    sections: list[Section | None] = []
    for i, row in enumerate(cast("list[object]", rows) if isinstance(rows, list) else []):
        at: Place = ("sections", i)
        if not isinstance(row, dict):
            problems.append(tree.problem(at, "wrong_type", got="ほかのもの", expected=TYPES["object"]))
            sections.append(None)
            continue
        raw = with_condition(cast(Data, row), "only", tree, at, problems)
        raw["fields"] = _uses(raw.get("fields"), tree, (*at, "fields"), problems)
        sections.append(take(Section, raw, tree, at, problems))
    taken = [section for section in sections if section is not None]
    # Sections were taken one by one; the whole is taken with them in place.
    form = take(Form, {**tree.data, "sections": _PLACEHOLDER if taken else []}, tree, (), problems)
    if form is None or len(taken) < len(sections):
        return None
    return replace(form, sections=tuple(taken))


_PLACEHOLDER: list[Data] = [{"id": "x", "label": "x", "fields": [{"key": "x"}]}]


def _uses(raw: object, tree: Tree, at: Place, problems: list[Problem]) -> object:
    """Spell out the uses of fields: a bare name, or a table with `required: no` and conditions."""
    if not isinstance(raw, list):
        return raw
    found: list[object] = []
    for i, use in enumerate(cast("list[object]", raw)):
        here = (*at, i)
        if isinstance(use, str):
            found.append({"key": use})
        elif isinstance(use, dict):
            table = dict(cast(Data, use))
            if table.get("required") in ("yes", "no"):
                table["required"] = "always" if table["required"] == "yes" else _NEVER
            table = with_condition(table, "required", tree, here, problems)
            found.append(with_condition(table, "when", tree, here, problems))
        else:
            found.append(use)
    return found


def _table(raw: object, tree: Tree, at: Place, problems: list[Problem]) -> Mapping[str, Data]:
    """Return the parts of a table that are tables themselves; the others are problems."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        problems.append(tree.problem(at, "wrong_type", got="ほかのもの", expected=TYPES["object"]))
        return {}
    found: dict[str, Data] = {}
    for key, part in cast(Data, raw).items():
        if isinstance(part, dict):
            found[key] = cast(Data, part)
        else:
            problems.append(
                tree.problem((*at, key), "wrong_type", got="ほかのもの", expected=TYPES["object"])
            )
    return found
