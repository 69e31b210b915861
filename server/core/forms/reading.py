"""A form as its resident reads it: one line for each thing and one for each person, and which line a place stands on."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from server.core.forms.book import Book, parts
from server.core.forms.content import Block, Cell, Content, Filed, cells
from server.core.forms.signature import usable_again
from server.core.forms.state import Filling, FormState, Stage
from server.protocol.values import FormRow, FormSheet, FormStage, Key, Strokes

OVER = {"name": "kana", "address": "postal"}
"""What a line takes with it, so that nobody reads it apart."""
CODE = 16
"""Letters of a signed form's hash that stand on its 控え."""
Line = tuple[tuple[str, ...], FormRow]
"""The places a line shows, and what it says."""


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """Easier words for the screen than those on paper: by field, and for the rows of a part."""

    fields: Mapping[Key, str] = {}
    rows: Mapping[Key, str] = {}


def spoken(book: Book, form: Key) -> Spoken:
    """Return the city's easier words for one form."""
    fields = {key: field.plain for key, field in book.dictionary.fields.items() if field.plain}
    sections = book.forms[form].sections if form in book.forms else ()
    return Spoken(fields=fields, rows={one.id: one.row for one in sections if one.row})


def sheet_of(
    content: Content, stage: Stage, changed: str | None, filed: Filed | None, words: Spoken | None = None
) -> FormSheet:
    """Lay out a form for the resident's screen; `filed` is its signed paper, once there is one."""
    lines = tuple(_lines(content, words or Spoken()))
    if not isinstance(stage, Filling):
        lines = _written(lines)
    row = next((i for i, (slots, _) in enumerate(lines) if changed in slots), None)
    return FormSheet(
        form=content.form,
        title=content.title,
        plain=content.plain,
        stage=stage_of(stage),
        rows=tuple(row for _, row in lines),
        changed=None if changed is None else row,
        promise=content.remote,
        total=None if content.fees is None else content.fees.total,
        pay="" if content.fees is None else content.fees.pay,
        declaration=content.declaration,
        signature=content.signature,
        code="" if filed is None else code_of(filed),
    )


def name_of(state: FormState) -> Strokes:
    """Return the name as the resident wrote it last in this visit; nothing where nobody did."""
    last = next((filed.signature for filed in reversed(state.filed) if filed.signature is not None), None)
    return last.strokes if last is not None and usable_again(last) else ()


def slot_of(content: Content, row: int) -> str | None:
    """Return the place a line of a form that is read back is called wrong by: the first that says something."""
    lines = _written(_lines(content, Spoken()))
    if row >= len(lines):
        return None
    said = {cell.slot for cell in cells(content) if cell.value}
    return next((slot for slot in lines[row][0] if slot in said), None)


def stage_of(stage: Stage) -> FormStage:
    """Name a stage as it is on the wire."""
    return str(type(stage).__struct_config__.tag)  # pyright: ignore[reportReturnType]  its tags are those words


def code_of(filed: Filed) -> str:
    """Return what identifies a signed form among people: 「9f3a 0c21 …」, as its 控え has it."""
    short = filed.sha256[:CODE]
    return " ".join(short[i : i + 4] for i in range(0, CODE, 4))


def _written(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Leave out what stayed empty: whoever reads back is asked about what stands there, and about nothing else."""
    return tuple(line for line in lines if line[1].text or line[1].above or line[1].below)


def _lines(content: Content, words: Spoken) -> Iterator[Line]:
    yield from _single(content.header, words)
    for block in content.blocks:
        if block.group is None:
            yield from _single(block.cells, words)
        else:
            yield from _people(block, words)


def _single(places: tuple[Cell, ...], words: Spoken) -> Iterator[Line]:
    """Yield a line for each place; a reading stands over its name, a postal code over its address."""
    by_slot = {cell.slot: cell for cell in places}
    over = {below: by_slot[above] for below, above in OVER.items() if below in by_slot and above in by_slot}
    for cell in places:
        if not cell.used or cell in over.values():
            continue
        lead = over.get(cell.slot)
        slots = (cell.slot,) if lead is None else (cell.slot, lead.slot)
        yield (
            slots,
            FormRow(
                label=_named(cell, words),
                text=cell.shown,
                above="" if lead is None else lead.shown,
                refused=cell.refused or (lead is not None and lead.refused),
            ),
        )


def _people(block: Block, words: Spoken) -> Iterator[Line]:
    """Yield a line for each row of a table: who or what it is, and below it the rest."""
    for number, row in enumerate(block.rows, 1):
        used = [cell for cell in row if cell.used]
        head = next((cell for cell in used if cell.kind == "name"), used[0])
        reading = next((cell for cell in used if cell.kind == "kana"), None)
        rest = [cell for cell in used if cell not in (head, reading) and cell.shown]
        slots = (head.slot, *(cell.slot for cell in used if cell is not head))
        yield (
            slots,
            FormRow(
                label=f"{words.rows.get(block.id, block.label)} {number}",
                text=head.shown,
                above="" if reading is None else reading.shown,
                below="　".join(_said(cell, words) for cell in rest),
                refused=any(cell.refused for cell in used),
            ),
        )


def _named(cell: Cell, words: Spoken) -> str:
    split = parts(cell.slot)
    return words.fields.get(cell.slot if split is None else split[2], cell.label)


def _said(cell: Cell, words: Spoken) -> str:
    """Say a value so that it is understood without its column: a bare 「有」 needs its name."""
    return (
        f"{_named(cell, words)} {cell.shown}" if len(cell.shown) <= 3 and cell.kind != "date" else cell.shown
    )
