"""`komado-server forms check FOLDER`: for the city's staff, before they put changed forms to use."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from server.core.checklist.catalogue import Catalogue
from server.core.forms import looking
from server.core.forms.book import Book, Form
from server.core.forms.content import Content
from server.core.forms.step import begin
from server.forms.load import examine
from server.procedures.reading import Problem
from server.procedures.texts import REPORT, TEXTS

Trial = Callable[[Content], str | None]
"""Renders an empty form and returns what its template says against it: the papers are our neighbours, not our floor."""


def check(
    folder: Path, catalogue: Catalogue, templates: frozenset[str], trial: Trial
) -> tuple[Book | None, list[Problem]]:
    """Return everything that is wrong or doubtful in a folder of forms, templates that cannot print them included."""
    book, problems = examine(folder, catalogue, templates)
    if book is None:
        return None, problems
    failed = [problem for form in book.forms.values() if (problem := _tried(book, form, trial)) is not None]
    return (None if failed else book), [*problems, *failed]


def main(folder: Path, catalogue: Catalogue, templates: frozenset[str], trial: Trial) -> int:
    """Print what is wrong, or what the folder holds; 0 means it may be put to use."""
    book, problems = check(folder, catalogue, templates, trial)
    sys.stdout.write("\n".join(_report(folder, book, problems)) + "\n")
    return 1 if book is None else 0


def _tried(book: Book, form: Form, trial: Trial) -> Problem | None:
    """Print a form with one row in each table, so that every place the template asks for is asked for."""
    rows = {section.group: 1 for section in form.sections if section.group is not None}
    state = looking.refreshed(begin(book), rows=rows)
    why = trial(looking.content(book, form, state))
    if why is None:
        return None
    sentence = TEXTS["template_fails"].format(name=form.template, why=why)
    return Problem(file=f"{form.id}.yaml", key="template", sentence=sentence)


def _report(folder: Path, book: Book | None, problems: list[Problem]) -> list[str]:
    rows = [
        REPORT["problem"].format(
            place=p.place, mark=REPORT[p.severity], key=f"{p.key}: " if p.key else "", sentence=p.sentence
        )
        for p in problems
    ]
    if book is None:
        tally = Counter(p.severity for p in problems)
        return [*rows, REPORT["bad"].format(folder=folder, errors=tally["error"], warnings=tally["warning"])]
    rows.append(REPORT["good"].format(folder=folder, version=book.version))
    for form in book.forms.values():
        fields = sum(len(section.fields) for section in form.sections)
        rows.append(
            REPORT["form"].format(
                label=form.title.formal,
                version=form.version,
                fields=fields + len(book.dictionary.header),
                template=form.template,
                conf=form.conf,
            )
        )
    return rows
