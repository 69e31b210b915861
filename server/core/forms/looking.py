"""What a state says: which value stands where, which rows a form has, what of it is still missing."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from server.core.checklist.answers import Fact
from server.core.checklist.catalogue import Condition
from server.core.checklist.certificates import Bill, Wanted, Wish, bill
from server.core.checklist.logic import Truth, asked_about, judge
from server.core.forms import eras
from server.core.forms.book import (
    Among,
    Book,
    Field,
    Form,
    Same,
    Section,
    Use,
    field_of,
    options_of,
    parts,
    same_in_first,
    sames,
)
from server.core.forms.content import Block, Cell, Content, Fee, Fees, Tick
from server.core.forms.state import Entry, FormState
from server.core.forms.words import TEXTS
from server.protocol.values import Key, Value

PRINTED_TICKS = 8
"""A form shows every choice with its box up to so many; beyond, only what was chosen."""


class Problem(Value, frozen=True, kw_only=True):
    """What still stands in the way of reading back, or what a clerk should look at; repeats no value."""

    slot: str | None
    code: str
    sentence: str
    severity: Literal["error", "warning"] = "error"


# ---------------------------------------------------------------- values


def entry(book: Book, state: FormState, slot: str) -> Entry | None:
    """Return what stands in a slot: its own value, or the one it is the same as."""
    own = state.entries.get(slot)
    if own is not None:
        return own
    source = _source(book, state, slot)
    return entry(book, state, source) if isinstance(source, str) else source


def home(book: Book, state: FormState, slot: str) -> str:
    """Return where the value of a slot is kept: in its own place, or where it was written the first time."""
    if slot in state.entries:
        return slot
    source = _source(book, state, slot)
    return home(book, state, source) if isinstance(source, str) else slot


def rows_of(book: Book, state: FormState, group: Key) -> int:
    """Return how many rows a group has; the first exists as soon as it is the applicant's."""
    known = state.rows.get(group, 0)
    return max(known, 1) if applicant_is_first(book, state, group) else known


def applicant_is_first(book: Book, state: FormState, group: Key) -> bool:
    """Say whether the first row of a group is the applicant, of whom all is known from the header."""
    return bool(book.dictionary.groups[group].first) and truth_of_first(book, state, group) == "yes"


def truth_of_first(book: Book, state: FormState, group: Key) -> Truth:
    """Say whether the applicant is the first row, is not, or whether nobody said so yet."""
    condition = book.dictionary.groups[group].first_when
    return judge(condition, _own_facts(book, state, condition)).truth


def facts(book: Book, state: FormState, group: Key | None = None, row: int = 0) -> Mapping[Key, Fact]:
    """Return what conditions may ask: every choice and day, in a row first those of the row."""
    keys = {key: key for key, field in book.dictionary.fields.items() if field.kind in ("choice", "date")}
    if group is not None:
        keys |= {key: f"{group}.{row}.{key}" for key in book.dictionary.groups[group].fields if key in keys}
    return {key: Fact(value=_known(book, state, slot), because=()) for key, slot in keys.items()}


def rows_shown(book: Book, state: FormState, section: Section) -> tuple[int, ...]:
    """Return the rows a form shows: those it is not certain that they are not meant."""
    if section.group is None:
        return ()
    meant = [
        row
        for row in range(1, rows_of(book, state, section.group) + 1)
        if judge(section.only, facts(book, state, section.group, row)).truth != "no"
    ]
    return tuple(meant)


def slots(book: Book, form: Form, state: FormState) -> tuple[str, ...]:
    """Name every place of a form that this household uses, in reading order."""
    return tuple(cell.slot for cell in _cells(book, form, state) if cell.used)


def unconfirmed(book: Book, form: Form, state: FormState) -> tuple[str, ...]:
    """Name the places whose owner has not said yes to what stands there."""
    return tuple(
        cell.slot for cell in _cells(book, form, state) if cell.used and cell.value and not cell.confirmed
    )


def shown(book: Book, field: Field, value: str) -> str:
    """Write a value the way a form prints it."""
    match field.kind:
        case "date":
            return eras.write(date.fromisoformat(value)) if value else ""
        case "postal":
            return f"〒{value}" if value else ""
        case "choice" | "choices":
            options = options_of(book, field)
            return "、".join(options.get(key, key) for key in value.split(",") if key)
        case "name" | "kana" | "address" | "phone" | "count" | "digits" | "text":
            return value


# ---------------------------------------------------------------- a whole form


def content(book: Book, form: Form, state: FormState, copy: int | None = None) -> Content:
    """Lay out a form as it stands now."""
    made = bill_of(book, state) if form.fees else None
    return Content(
        form=form.id,
        version=form.version,
        copy=copy or 1 + sum(filed.content.form == form.id for filed in state.filed),
        book=book.version,
        title=form.title.formal,
        plain=form.title.plain,
        addressee=book.dictionary.mayor,
        template=form.template,
        remote=form.remote,
        declaration=form.declaration,
        signature=form.signature == "required",
        header=tuple(_cell(book, state, use, facts(book, state)) for use in book.dictionary.header),
        blocks=tuple(_block(book, state, section) for section in form.sections),
        fees=None if made is None else _fees(book, state, made),
        notes=form.notes,
        office=form.office,
    )


def problems(book: Book, form: Form, state: FormState) -> tuple[Problem, ...]:
    """Say what stands in the way of reading a form back, then what somebody should look at."""
    found: list[Problem] = []
    here = facts(book, state)
    for use in book.dictionary.header:
        found += _about(book, state, use, use.key, here)
    for section in form.sections:
        if section.group is None:
            for use in section.fields:
                found += _about(book, state, use, use.key, here)
            continue
        rows = rows_shown(book, state, section)
        if len(rows) < section.least:
            sentence = TEXTS["no_rows"].format(label=section.label)
            found.append(Problem(slot=None, code="no_rows", sentence=sentence))
        for row in rows:
            there = facts(book, state, section.group, row)
            for use in section.fields:
                found += _about(book, state, use, f"{section.group}.{row}.{use.key}", there)
    if form.fees:
        found += _about_certificates(book, state)
    return tuple(sorted(found, key=lambda problem: problem.severity == "warning"))


def bill_of(book: Book, state: FormState) -> Bill | None:
    """Add up the certificates a visit asks for; None where the city keeps none."""
    if book.certificates is None:
        return None
    wanted: list[Wanted] = []
    for row in range(1, state.rows.get("cert", 0) + 1):
        kind = _plain(book, state, f"cert.{row}.cert_kind")
        if kind:
            chosen = _plain(book, state, f"cert.{row}.cert_options")
            wanted.append(
                Wanted(
                    cert=kind,
                    copies=int(_plain(book, state, f"cert.{row}.cert_copies") or 1),
                    options=tuple(key for key in chosen.split(",") if key),
                )
            )
    shown_things = tuple(
        key for key in book.certificates.fields if _plain(book, state, key) not in ("", "no")
    )
    wish = Wish(
        whose=_plain(book, state, "cert_whose") or "other",
        wanted=tuple(wanted),
        purpose=_plain(book, state, "cert_purpose") or None,
        shown=shown_things,
    )
    return bill(book.certificates, wish)


def label(book: Book, slot: str) -> str:
    """Name a place for people: 「2人目の 氏名」."""
    field = field_of(book, slot)
    split = parts(slot)
    name = field.label if field is not None else slot
    if split is None:
        return name
    return TEXTS["nth"].format(row=split[1], count=book.dictionary.groups[split[0]].count, label=name)


def begins(book: Book, state: FormState, slot: str) -> str:
    """Return what an empty place most likely begins with: a family shares its name. Nobody has said so, so nothing is kept."""
    split = parts(slot)
    if split is None or slot in state.entries:
        return ""
    source = book.dictionary.groups[split[0]].begins.get(split[2])
    shared, gap, _ = _plain(book, state, source).partition("\u3000") if source is not None else ("", "", "")
    return shared + gap if gap and _plain(book, state, slot) == "" else ""


def truth(condition: Condition, known: Mapping[Key, Fact]) -> Truth:
    """Judge a condition of a form."""
    return judge(condition, known).truth


def _source(book: Book, state: FormState, slot: str) -> str | Entry | None:
    """Return the slot whose value stands here too, or the value itself; chains end, the linter sees to it."""
    found = (_stands(book, state, same) for same in _sames(book, state, slot))
    return next((source for source in found if source is not None), None)


def _sames(book: Book, state: FormState, slot: str) -> tuple[Same, ...]:
    split = parts(slot)
    group = None if split is None else book.dictionary.groups.get(split[0])
    if split is None or group is None or split[1] != 1 or not applicant_is_first(book, state, split[0]):
        return sames(book, slot)
    first = same_in_first(group, split[2])
    return sames(book, slot) if first is None else (first, *sames(book, slot))


def _stands(book: Book, state: FormState, same: Same) -> str | Entry | None:
    """Return what `same` brings now: the slot it points at, its own value with the origin of what decided it, or nothing."""
    if judge(same.when, _told(book, state, same.when)).truth != "yes":
        return None
    row = 0 if same.of is None else _row_of(book, state, same.of)
    if row is None:
        return None
    if same.key is not None:
        return same.key if same.of is None else f"{same.of.group}.{row}.{same.key}"
    asked = [_own(book, state, key) for key in asked_about(same.when)]
    if same.of is not None:
        asked += [state.entries.get(f"{same.of.group}.{row}.{key}") for key in asked_about(same.of.only)]
    decided = next((one for one in asked if one is not None), None)
    if decided is None or same.value is None:
        return None
    return Entry(value=same.value, origin=decided.origin, revision=decided.revision)


def _row_of(book: Book, state: FormState, among: Among) -> int | None:
    """Return the first row of which it is certain that it is meant."""
    for row in range(1, rows_of(book, state, among.group) + 1):
        facts = {
            key: _fact_of(book, key, state.entries.get(f"{among.group}.{row}.{key}"))
            for key in asked_about(among.only)
        }
        if judge(among.only, facts).truth == "yes":
            return row
    return None


def _told(book: Book, state: FormState, condition: Condition) -> Mapping[Key, Fact]:
    """Return the facts of one condition, a column's from the applicant's row."""
    return {key: _fact_of(book, key, _own(book, state, key)) for key in asked_about(condition)}


def _own(book: Book, state: FormState, key: Key) -> Entry | None:
    """Return what was written under a key, or in that column of the applicant's row."""
    written = state.entries.get(key)
    for name, group in book.dictionary.groups.items():
        if written is None and key in group.fields and applicant_is_first(book, state, name):
            written = state.entries.get(f"{name}.1.{key}")
    return written


def _own_facts(book: Book, state: FormState, condition: Condition) -> Mapping[Key, Fact]:
    """Return the facts of one condition from values written in their own place, so that no two wait for each other."""
    return {key: _fact_of(book, key, state.entries.get(key)) for key in asked_about(condition)}


def _fact_of(book: Book, key: Key, own: Entry | None) -> Fact:
    return Fact(value=None if own is None else _fact(book.dictionary.fields[key], own.value), because=())


def _known(book: Book, state: FormState, slot: str) -> str | date | None:
    field = field_of(book, slot)
    value = _plain(book, state, slot)
    return _fact(field, value) if field is not None and value else None


def _fact(field: Field, value: str) -> str | date:
    return date.fromisoformat(value) if field.kind == "date" else value


def _plain(book: Book, state: FormState, slot: str) -> str:
    found = entry(book, state, slot)
    return "" if found is None else found.value


def _cells(book: Book, form: Form, state: FormState) -> tuple[Cell, ...]:
    here = facts(book, state)
    found = [_cell(book, state, use, here) for use in book.dictionary.header]
    for section in form.sections:
        block = _block(book, state, section)
        found += [*block.cells, *(cell for row in block.rows for cell in row)]
    return tuple({cell.slot: cell for cell in found}.values())


def _block(book: Book, state: FormState, section: Section) -> Block:
    if section.group is None:
        here = facts(book, state)
        return Block(
            id=section.id,
            label=section.label,
            cells=tuple(_cell(book, state, use, here) for use in section.fields),
        )
    fields = book.dictionary.fields
    rows: list[tuple[Cell, ...]] = []
    for row in rows_shown(book, state, section):
        there = facts(book, state, section.group, row)
        rows.append(
            tuple(_cell(book, state, use, there, f"{section.group}.{row}.") for use in section.fields)
        )
    return Block(
        id=section.id,
        label=section.label,
        group=section.group,
        columns=tuple((use.key, fields[use.key].short or fields[use.key].label) for use in section.fields),
        rows=tuple(rows),
    )


def _cell(book: Book, state: FormState, use: Use, known: Mapping[Key, Fact], prefix: str = "") -> Cell:
    slot = prefix + use.key
    field = book.dictionary.fields[use.key]
    used = truth(use.when, known) != "no"
    found = entry(book, state, slot) if used else None
    value = "" if found is None else found.value
    options = options_of(book, field) if field.kind in ("choice", "choices") else {}
    chosen = value.split(",")
    return Cell(
        slot=slot,
        label=field.label,
        kind=field.kind,
        value=value,
        shown=shown(book, field, value),
        ticks=tuple(Tick(key=key, label=name, on=key in chosen) for key, name in options.items())
        if len(options) <= PRINTED_TICKS
        else (),
        origin="" if found is None else found.origin,
        confirmed=found is not None and found.confirmed,
        refused=found is not None and found.refused,
        used=used,
        receipt=field.receipt == "show",
    )


def _fees(book: Book, state: FormState, made: Bill) -> Fees:
    certs = {} if book.certificates is None else {cert.id: cert for cert in book.certificates.certs}
    lines: list[Fee] = []
    for cert_id, amount in made.fees.items():
        each = certs[cert_id].fee
        copies = amount // each if each else 1
        lines.append(Fee(name=certs[cert_id].name, copies=copies, each=each, sum=amount))
    how = _plain(book, state, "cert_receive")
    return Fees(
        lines=tuple(lines),
        total=made.total,
        pay=TEXTS.get(f"pay_{how}", TEXTS["pay"]),
        notes=tuple(dict.fromkeys(obstacle.note for obstacle in made.obstacles)),
    )


# ---------------------------------------------------------------- problems


def _about(book: Book, state: FormState, use: Use, slot: str, known: Mapping[Key, Fact]) -> list[Problem]:
    if truth(use.when, known) == "no":
        return []
    found = entry(book, state, slot)
    named = label(book, slot)
    if found is None:
        if truth(use.required, known) == "no":
            return []
        return [Problem(slot=slot, code="missing", sentence=TEXTS["missing"].format(label=named))]
    listed: list[Problem] = []
    if found.refused:
        listed.append(Problem(slot=slot, code="refused", sentence=TEXTS["refused"].format(label=named)))
    warnings = [*found.warnings, *(["card_differs"] if found.card not in (None, found.value) else [])]
    listed += [
        Problem(slot=slot, code=code, sentence=TEXTS[code].format(label=named), severity="warning")
        for code in warnings
    ]
    return listed


def _about_certificates(book: Book, state: FormState) -> list[Problem]:
    """Name options a certificate does not have, and pass on what the city's rules say."""
    if book.certificates is None:
        return []
    certs = {cert.id: cert for cert in book.certificates.certs}
    found: list[Problem] = []
    for row in range(1, state.rows.get("cert", 0) + 1):
        cert = certs.get(_plain(book, state, f"cert.{row}.cert_kind"))
        slot = f"cert.{row}.cert_options"
        chosen = {key for key in _plain(book, state, slot).split(",") if key}
        if cert is not None and not chosen <= set(cert.options):
            sentence = TEXTS["cert_option"].format(label=label(book, slot))
            found.append(Problem(slot=slot, code="cert_option", sentence=sentence))
    made = bill_of(book, state)
    obstacles = () if made is None else made.obstacles
    found += [
        Problem(slot=None, code="obstacle", sentence=note, severity="warning")
        for note in dict.fromkeys(obstacle.note for obstacle in obstacles)
    ]
    return found


def refreshed(state: FormState, **changes: object) -> FormState:
    """Return a state one revision on."""
    return msgspec.structs.replace(state, revision=state.revision + 1, **changes)
