"""A folder of YAML becomes a catalogue, or a list of everything that is wrong with it."""

import hashlib
from pathlib import Path

from server.core.checklist.catalogue import Catalogue, CertificateForm, Common, LifeEvent
from server.procedures import calendar, references, shape
from server.procedures.reading import Problem, Tree, read, strays
from server.procedures.texts import TEXTS

COMMON = "common.yaml"
CERTIFICATES = "certificates.yaml"
SHIPPED = Path(__file__).with_name("mihon")
"""The procedures of the fictional 見本市, to begin with."""


class CatalogueError(Exception):
    """The start is refused; the message names every mistake with file, line and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{p.place}: {p.key}: {p.sentence}" for p in problems))
        self.problems = problems


def load(folder: Path) -> Catalogue:
    """Read the procedures of a city, or raise with everything that has to be corrected."""
    catalogue, problems = examine(folder)
    if catalogue is None:
        raise CatalogueError([p for p in problems if p.severity == "error"])
    return catalogue


def examine(folder: Path) -> tuple[Catalogue | None, list[Problem]]:
    """Read a folder and say all that is wrong or doubtful; the catalogue is None if anything is wrong."""
    problems: list[Problem] = []
    trees = _trees(folder, problems)
    common_tree, form_tree = trees.pop(COMMON, None), trees.pop(CERTIFICATES, None)
    common = shape.common(common_tree, problems) if common_tree else None
    form = shape.certificates(form_tree, problems) if form_tree else None
    events: dict[str, LifeEvent] = {}
    if common is not None and common_tree is not None:
        problems += references.in_common(common, common_tree)
        problems += calendar.problems(common.closed_days, common_tree)
        unread = frozenset(p.file.removesuffix(".yaml") for p in problems if p.file not in trees)
        events = _events(trees, unread, common, form, problems)
    if form is not None and form_tree is not None:
        problems += references.in_certificates(form, form_tree)
    problems.sort(key=lambda p: (p.file, p.line))
    if common is None or any(p.severity == "error" for p in problems):
        return None, problems
    return Catalogue(version=version(folder), common=common, events=events, certificates=form), problems


def version(folder: Path) -> str:
    """Return the hash of the files of a folder: another name or byte is another version."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _trees(folder: Path, problems: list[Problem]) -> dict[str, Tree]:
    trees: dict[str, Tree] = {}
    if not folder.is_dir():
        problems.append(Problem(file=str(folder), sentence=TEXTS["no_folder"]))
        return trees
    names = {COMMON, *(path.name for path in folder.glob("*.yaml"))}
    if names <= {COMMON, CERTIFICATES}:
        problems.append(Problem(file=str(folder), sentence=TEXTS["no_event"]))
    problems += strays(folder)
    for name in sorted(names):
        tree = read(folder / name)
        if isinstance(tree, Tree):
            trees[name] = tree
        else:
            problems.append(tree)
    return trees


def _events(
    trees: dict[str, Tree],
    unread: frozenset[str],
    common: Common,
    form: CertificateForm | None,
    problems: list[Problem],
) -> dict[str, LifeEvent]:
    # A file that could not be read has been named already: whoever links to it made no mistake.
    names = unread | frozenset(name.removesuffix(".yaml") for name in trees)
    found: dict[str, LifeEvent] = {}
    for tree in trees.values():
        event = shape.event(tree, common.items, problems)
        if event is not None:
            problems += references.in_event(event, tree, common, names, form.form if form else None)
            found[event.id] = event
    return found
