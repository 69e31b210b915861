"""A table of forms after the city's data changed: what was written stays, and whatever was agreed to is read back anew."""

from datetime import date

from msgspec.structs import replace

from server.core.forms import state as s
from server.core.forms.book import Book, field_of, options_of, parts
from server.core.forms.state import Entry, FormState
from server.core.forms.taking import Letters, Taken, take
from server.protocol.values import Key


def carried(book: Book, state: FormState, today: date, letters: Letters) -> FormState:
    """Return the state as this book knows it: every value that still has its place, each form open or signed as it was."""
    if state.book == book.version:
        return state
    rows = {
        group: min(count, known.most)
        for group, count in state.rows.items()
        if (known := book.dictionary.groups.get(group)) is not None
    }
    entries = {
        slot: kept
        for slot, entry in state.entries.items()
        if _has_place(rows, slot) and (kept := _kept(book, slot, entry, today, letters)) is not None
    }
    return FormState(
        book=book.version,
        revision=state.revision + 1,
        entries=entries,
        rows=rows,
        stages={form: _stage(stage) for form, stage in state.stages.items() if form in book.forms},
        filed=state.filed,
    )


def _has_place(rows: dict[Key, int], slot: str) -> bool:
    split = parts(slot)
    return split is None or split[1] <= rows.get(split[0], 0)


def _kept(book: Book, slot: str, entry: Entry, today: date, letters: Letters) -> Entry | None:
    """Take a value by today's rules; one they refuse is asked for again."""
    field = field_of(book, slot)
    taken = None if field is None else take(field, entry.value, options_of(book, field), today, letters)
    if not isinstance(taken, Taken):
        return None
    same = taken.value == entry.value
    return replace(entry, value=taken.value, warnings=taken.warnings, confirmed=entry.confirmed and same)


def _stage(stage: s.Stage) -> s.Stage:
    """Nobody has read a form as it is now; what was signed is a paper of its own."""
    match stage:
        case s.Filling() | s.Reading() | s.Agreed():
            return s.Filling()
        case s.Signed():
            return stage
