"""What the forms of a visit did for the lines of its checklist: nobody looks up whether a form is signed."""

from typing import get_args

from server.core.checklist.case import Result
from server.core.checklist.catalogue import Remote
from server.core.forms.book import Book, Form
from server.core.forms.reading import stage_of
from server.core.forms.state import FormState
from server.protocol.values import FormStage, Key, Value

PROPOSES: dict[Remote, Result | None] = {
    "complete": "done",
    "accept": "done",
    "prefill": "come_in",  # written and signed here, handed in at the window
    "guide": None,
}
FAR: tuple[FormStage, ...] = get_args(FormStage)


class Served(Value, frozen=True, kw_only=True):
    """The form of one line, how far it has come, and the result a clerk is likely to choose for the line."""

    title: str
    stage: FormStage
    proposes: Result | None = None


def served(book: Book, state: FormState, event: Key) -> dict[Key, Served]:
    """Return the lines of this event that have a form on the table; of several the one that is least far counts."""
    lines: dict[Key, list[Served]] = {}
    for form in book.forms.values():
        stage = _stage(state, form)
        if stage is None:
            continue
        proposes = PROPOSES[form.remote] if stage == "signed" else None
        one = Served(title=form.title.plain, stage=stage, proposes=proposes)
        for name in form.serves:
            of, _, line = name.partition(".")
            if of == event:
                lines.setdefault(line, []).append(one)
    return {line: min(found, key=lambda one: FAR.index(one.stage)) for line, found in lines.items()}


def _stage(state: FormState, form: Form) -> FormStage | None:
    if form.id in state.stages:
        return stage_of(state.stages[form.id])
    # The city's forms were changed during the visit: what was signed before that stays signed.
    return "signed" if any(one.content.form == form.id for one in state.filed) else None
