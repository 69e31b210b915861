"""What happens to the forms of a visit: `step(book, state, event, today, letters)` is a new state, or a refusal.

Values may change while no form that shows them is locked; a form goes filling → reading → agreed → signed, and back to
filling on 「ちがう」. Nothing typed is lost on the way.
"""

from datetime import date

import msgspec

from server.core.forms import looking
from server.core.forms import state as s
from server.core.forms.book import Book, Form, field_of, options_of, parts
from server.core.forms.content import Filed, seal
from server.core.forms.signature import Attestation, Signature, written
from server.core.forms.state import Entry, FormState, Origin, Refused
from server.core.forms.taking import Letters, NotTaken, take
from server.core.forms.words import TEXTS
from server.protocol.values import FourBasicData, Key

SEXES = {"1": "male", "2": "female"}  # JIS X 0303; 0 and 9 say nothing that belongs on a form


def begin(book: Book) -> FormState:
    """Return an empty table."""
    return FormState(book=book.version)


def step(book: Book, state: FormState, event: s.Event, today: date, letters: Letters) -> FormState | Refused:
    """Let one thing happen."""
    if state.book != book.version:
        return _no("other_book")
    match event:
        case s.Open() | s.Put() | s.Confirm() | s.AddRow() | s.DropRow() | s.UseCard() | s.UseAnswers():
            return _kept(book, state, _changed(book, state, event, today, letters))
        case (
            s.ReadBack()
            | s.Refuse()
            | s.Agree()
            | s.Reopen()
            | s.Sign()
            | s.Attest()
            | s.Finish()
            | s.Correct()
            | s.Close()
        ):
            form, stage = book.forms.get(event.form), state.stages.get(event.form)
            if form is None or stage is None:
                return _no("unknown_form")
            return _moved(book, state, form, stage, event)


def _changed(
    book: Book, state: FormState, event: s.OfValues, today: date, letters: Letters
) -> FormState | Refused:
    match event:
        case s.Open(form=form):
            return _opened(book, state, form)
        case s.Put():
            return _put(book, state, event, today, letters)
        case s.Confirm(slot=slot):
            return _confirmed(book, state, slot)
        case s.AddRow(group=group):
            return _added(book, state, group)
        case s.DropRow(group=group, row=row):
            return _dropped(book, state, group, row)
        case s.UseCard(data=data):
            filled = _filled(book, state, _from_card(book, state, data), "card", today, letters)
            return _met(book, state, filled)
        case s.UseAnswers():
            kept = _without_gone(book, state, event.births)
            filled = _filled(book, kept, _from_answers(book, kept, event), "checklist", today, letters)
            return _without_empty(book, state, filled)


# ---------------------------------------------------------------- a form moves on


def _moved(book: Book, state: FormState, form: Form, stage: s.Stage, event: s.OfForm) -> FormState | Refused:
    match stage, event:
        case s.Filling(), s.ReadBack():
            errors = [p for p in looking.problems(book, form, state) if p.severity == "error"]
            if errors:
                return _no("incomplete", slot=errors[0].slot, first=errors[0].sentence)
            return _stage(state, form, s.Reading())
        case s.Filling() | s.Reading() | s.Agreed(), s.Close():
            return looking.refreshed(
                state, stages={key: at for key, at in state.stages.items() if key != form.id}
            )
        case s.Reading(), s.Agree(at=at):
            return _agreed(book, state, form, at)
        case s.Reading() | s.Agreed(), s.Refuse(slot=slot):
            return _objected(book, state, form, slot)
        case s.Reading() | s.Agreed(), s.Reopen():
            return _stage(state, form, s.Filling())
        case s.Agreed(at=agreed_at), s.Sign(signature=signature, at=at):
            if form.signature == "none":
                return _no("no_signature")
            name = written(signature)
            if name is None:
                return _no("one_dot")
            return _file(book, state, form, agreed_at, at, name, None)
        case s.Agreed(at=agreed_at), s.Attest(attestation=attestation):
            if form.signature == "none":
                return _no("no_signature")
            if attestation.why == "other" and not attestation.note.strip():
                return _no("no_reason")
            return _file(book, state, form, agreed_at, attestation.at, None, attestation)
        case s.Agreed(at=agreed_at), s.Finish(at=at):
            if form.signature == "required":
                return _no("needs_signature")
            return _file(book, state, form, agreed_at, at, None, None)
        case s.Signed(), s.Correct():
            return _stage(state, form, s.Filling())
        case s.Signed(), (
            s.ReadBack()
            | s.Refuse()
            | s.Agree()
            | s.Reopen()
            | s.Sign()
            | s.Attest()
            | s.Finish()
            | s.Close()
        ):
            return _no("signed")
        case s.Filling(), (
            s.Refuse() | s.Agree() | s.Reopen() | s.Sign() | s.Attest() | s.Finish() | s.Correct()
        ):
            return _no("not_now")
        case s.Reading(), (s.ReadBack() | s.Sign() | s.Attest() | s.Finish() | s.Correct()):
            return _no("not_now")
        case s.Agreed(), (s.ReadBack() | s.Agree() | s.Correct()):
            return _no("not_now")


def _opened(book: Book, state: FormState, key: Key) -> FormState | Refused:
    form = book.forms.get(key)
    if form is None:
        return _no("unknown_form")
    if key in state.stages:
        return state
    rows = dict(state.rows)
    for section in form.sections:
        if section.group is not None:
            rows[section.group] = max(rows.get(section.group, 0), section.least)
    entries = dict(state.entries)
    lived = book.dictionary.card.address
    before = form.card_address
    read = entries.get(lived)
    # The card of somebody who has just moved says where they lived before; read first or opened first is the same.
    if before is not None and before not in entries and read is not None and read.origin == "card":
        entries[before] = entries.pop(lived)
    return looking.refreshed(state, rows=rows, entries=entries, stages={**state.stages, key: s.Filling()})


def _agreed(book: Book, state: FormState, form: Form, at: float) -> FormState:
    entries = dict(state.entries)
    for slot in looking.slots(book, form, state):
        kept, said = looking.home(book, state, slot), looking.entry(book, state, slot)
        if said is not None:  # what nobody wrote and everybody knew is written now: it was read and agreed to
            entries[kept] = msgspec.structs.replace(said, confirmed=True, refused=False)
    return _stage(msgspec.structs.replace(state, entries=entries), form, s.Agreed(at=at))


def _objected(book: Book, state: FormState, form: Form, slot: str | None) -> FormState | Refused:
    if slot is None:
        return _stage(state, form, s.Filling())
    if slot not in looking.slots(book, form, state):
        return _no("unknown_slot", slot=slot)
    found = looking.entry(book, state, slot)
    if found is None:
        return _no("no_entry", slot=slot, label=looking.label(book, slot))
    # A value that stands here because it stands elsewhere becomes this row's own: it is this row that is wrong.
    marked = msgspec.structs.replace(found, refused=True, confirmed=False)
    after = msgspec.structs.replace(state, entries={**state.entries, slot: marked})
    return _stage(_unlocked(book, state, after), form, s.Filling())


def _unlocked(book: Book, before: FormState, after: FormState) -> FormState:
    """Open every other locked form that shows what was just called wrong: nobody agrees to half a doubt."""
    stages = dict(after.stages)
    for key, stage in after.stages.items():
        match stage:
            case s.Filling() | s.Signed():
                continue
            case s.Reading() | s.Agreed():
                form = book.forms[key]
                if looking.content(book, form, before) != looking.content(book, form, after):
                    stages[key] = s.Filling()
    return msgspec.structs.replace(after, stages=stages)


def _file(
    book: Book,
    state: FormState,
    form: Form,
    agreed_at: float,
    at: float,
    signature: Signature | None,
    attestation: Attestation | None,
) -> FormState:
    filed: Filed = seal(looking.content(book, form, state), agreed_at, at, signature, attestation)
    return _stage(msgspec.structs.replace(state, filed=(*state.filed, filed)), form, s.Signed())


# ---------------------------------------------------------------- values


def _put(book: Book, state: FormState, event: s.Put, today: date, letters: Letters) -> FormState | Refused:
    slot = event.slot
    field = field_of(book, slot)
    if field is None:
        return _no("unknown_slot", slot=slot)
    if not event.raw.strip(" \t\r\n\u3000"):
        if slot not in state.entries:
            return state
        return looking.refreshed(
            state, entries={key: one for key, one in state.entries.items() if key != slot}
        )
    taken = take(field, event.raw, options_of(book, field), today, letters)
    if isinstance(taken, NotTaken):
        return _no(
            taken.reason, slot=slot, label=looking.label(book, slot), limit=taken.limit, name=taken.name
        )
    old = state.entries.get(slot)
    if old is not None and old.value == taken.value and not old.refused:
        return state
    entry = Entry(
        value=taken.value,
        origin=event.origin,
        revision=state.revision + 1,
        warnings=taken.warnings,
        card=_card_value(old),
    )
    after = looking.refreshed(state, entries={**state.entries, slot: entry}, rows=_rows_with(state, slot))
    return _met(book, state, after)


def _confirmed(book: Book, state: FormState, slot: str) -> FormState | Refused:
    if field_of(book, slot) is None:
        return _no("unknown_slot", slot=slot)
    kept = looking.home(book, state, slot)
    own = state.entries.get(kept)
    if own is None:
        return _no("no_entry", slot=slot, label=looking.label(book, slot))
    yes = msgspec.structs.replace(own, confirmed=True, refused=False)
    return looking.refreshed(state, entries={**state.entries, kept: yes})


def _added(book: Book, state: FormState, key: Key) -> FormState | Refused:
    group = book.dictionary.groups.get(key)
    if group is None:
        return _no("unknown_group")
    rows = looking.rows_of(book, state, key)
    if rows >= group.most:
        return _no("too_many_rows", label=group.label, limit=group.most)
    return looking.refreshed(state, rows={**state.rows, key: rows + 1})


def _dropped(book: Book, state: FormState, key: Key, row: int) -> FormState | Refused:
    group = book.dictionary.groups.get(key)
    if group is None:
        return _no("unknown_group")
    rows = looking.rows_of(book, state, key)
    if row > rows:
        return _no("no_row")
    if row == 1 and looking.applicant_is_first(book, state, key):
        return _no("applicants_row")  # what moved up would be filled up with the applicant's own values
    moved: dict[str, Entry] = {}
    for slot, entry in state.entries.items():
        split = parts(slot)
        if split is None or split[0] != key or split[1] < row:
            moved[slot] = entry
        elif split[1] > row:
            moved[f"{key}.{split[1] - 1}.{split[2]}"] = entry
    return looking.refreshed(state, entries=moved, rows={**state.rows, key: rows - 1})


def _filled(
    book: Book, state: FormState, known: dict[str, str], origin: Origin, today: date, letters: Letters
) -> FormState:
    """Fill in what is known without asking; what a person gave stays, and a card that says otherwise is noted."""
    entries, rows = dict(state.entries), dict(state.rows)
    for slot, raw in known.items():
        field = field_of(book, slot)
        if field is None:
            continue
        taken = take(field, raw, options_of(book, field), today, letters)
        if isinstance(taken, NotTaken):
            continue  # the place stays empty, and so it is asked for
        old = entries.get(slot)
        if old is not None and old.value != taken.value and s.TRUST[old.origin] > s.TRUST[origin]:
            if origin == "card":
                entries[slot] = msgspec.structs.replace(old, card=taken.value)
            continue
        if old is not None and old.value == taken.value and old.origin == origin:
            continue
        entries[slot] = Entry(
            value=taken.value,
            origin=origin,
            revision=state.revision + 1,
            confirmed=origin == "card",  # its owner said 「はい」 before the card's data left the kiosk
            warnings=taken.warnings,
        )
        rows = _rows_with(msgspec.structs.replace(state, rows=rows), slot)
    if entries == state.entries:
        return state
    return looking.refreshed(state, entries=entries, rows=rows)


def _from_card(book: Book, state: FormState, data: FourBasicData) -> dict[str, str]:
    card = book.dictionary.card
    movers = [form.card_address for key in state.stages if (form := book.forms[key]).card_address]
    address = movers[0] if movers else card.address
    known = {card.name: data.name, card.birth_date: data.birth_date, address or card.address: data.address}
    if data.sex in SEXES:
        known[card.sex] = SEXES[data.sex]
    return {**card.proves, **known}


def _from_answers(book: Book, state: FormState, event: s.UseAnswers) -> dict[str, str]:
    known = {
        book.dictionary.answers[fact]: value
        for fact, value in event.facts.items()
        if fact in book.dictionary.answers
    }
    for target in book.dictionary.persons.values():
        group, _, key = target.partition(".")
        known |= _births(book, state, group, key, [birth for birth in event.births if birth])
    return known


def _births(book: Book, state: FormState, group: Key, key: Key, births: list[str]) -> dict[str, str]:
    """Give each birth that stands in no row yet one without a birth; the applicant's own is in the header."""
    named = book.dictionary.groups[group].first.get(key)
    first = named if isinstance(named, str) else ""
    rows = looking.rows_of(book, state, group)
    held = [
        looking.entry(book, state, slot)
        for slot in (first, *(f"{group}.{n}.{key}" for n in range(1, rows + 1)))
    ]
    # The first row may be the header's person: then the two are one.
    seen = held[1:] if rows and held[0] == held[1] else held
    for entry in seen:
        if entry is not None and entry.value in births:
            births.remove(entry.value)
    begin = 2 if first and looking.truth_of_first(book, state, group) != "no" else 1
    free = [
        n
        for n in range(begin, book.dictionary.groups[group].most + 1)
        if looking.entry(book, state, f"{group}.{n}.{key}") is None
    ]
    return {f"{group}.{n}.{key}": birth for n, birth in zip(free, births, strict=False)}


def _met(book: Book, before: FormState, after: FormState) -> FormState:
    """Take the row away that was the applicant all along: the questionnaire knew the birth before anybody knew whose."""
    for target in book.dictionary.persons.values():
        group, _, key = target.partition(".")
        first = book.dictionary.groups[group].first.get(key)
        born = after.entries.get(first) if isinstance(first, str) else None
        if born is None or born == before.entries.get(str(first)):
            continue
        if looking.truth_of_first(book, after, group) == "no":
            continue
        for row in range(2, looking.rows_of(book, after, group) + 1):
            if _only_told(after, group, row, key, born.value):
                dropped = _dropped(book, after, group, row)
                return after if isinstance(dropped, Refused) else dropped
    return after


def _only_told(state: FormState, group: Key, row: int, key: Key, value: str) -> bool:
    """Say whether of this row nothing is known but this birth, and that from the questionnaire."""
    known = {slot: one for slot, one in state.entries.items() if slot.startswith(f"{group}.{row}.")}
    return [(slot, one.value, one.origin) for slot, one in known.items()] == [
        (f"{group}.{row}.{key}", value, "checklist")
    ]


def _without_gone(book: Book, state: FormState, told: tuple[str | None, ...]) -> FormState:
    """Empty the births the questionnaire had told and tells no more, so that the ones in their place come into their rows."""
    gone = {
        slot
        for target in book.dictionary.persons.values()
        for slot, one in state.entries.items()
        if (split := parts(slot)) and f"{split[0]}.{split[2]}" == target
        and one.origin == "checklist" and one.value not in told
    }  # fmt: skip
    if not gone:
        return state
    return looking.refreshed(
        state, entries={slot: one for slot, one in state.entries.items() if slot not in gone}
    )


def _without_empty(book: Book, before: FormState, after: FormState) -> FormState:
    """Take away the rows that only the questionnaire had filled, when it tells of nobody to put there any more."""
    told = {split[:2] for slot in before.entries if (split := parts(slot))}
    held = {split[:2] for slot in after.entries if (split := parts(slot))}
    for group, row in sorted(told - held, reverse=True):
        if looking.rows_of(book, after, group) > 1:
            dropped = _dropped(book, after, group, row)
            after = after if isinstance(dropped, Refused) else dropped
    return after


def _rows_with(state: FormState, slot: str) -> dict[Key, int]:
    split = parts(slot)
    if split is None:
        return state.rows
    return {**state.rows, split[0]: max(state.rows.get(split[0], 0), split[1])}


def _card_value(old: Entry | None) -> str | None:
    if old is None:
        return None
    return old.value if old.origin == "card" else old.card


def _kept(book: Book, state: FormState, after: FormState | Refused) -> FormState | Refused:
    """Refuse whatever would change a form somebody is reading or has agreed to, by whatever way it would."""
    if isinstance(after, Refused):
        return after
    for key, stage in state.stages.items():
        match stage:
            case s.Filling() | s.Signed():
                continue
            case s.Reading() | s.Agreed():
                form = book.forms[key]
                if looking.content(book, form, state) != looking.content(book, form, after):
                    return _no("locked")
    return after


def _stage(state: FormState, form: Form, stage: s.Stage) -> FormState:
    return looking.refreshed(state, stages={**state.stages, form.id: stage})


def _no(code: "s.Code | s.Reason", slot: str | None = None, **words: object) -> Refused:
    return Refused(code=code, sentence=TEXTS[code].format(**words), slot=slot)
