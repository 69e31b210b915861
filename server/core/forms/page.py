"""The forms of a visit as the clerk has them before them: which there are, what stands in them, what is missing."""

from collections.abc import Mapping, Sequence

from server.core.checklist.answers import Fact
from server.core.forms import by_card as cards
from server.core.forms import looking
from server.core.forms import state as s
from server.core.forms.book import Book, Field, Form, Kind, Section, Use, options_of
from server.core.forms.content import Fees, Filed
from server.core.forms.delivery import Delivery
from server.core.forms.reading import code_of, stage_of
from server.core.forms.words import TEXTS
from server.protocol.values import DocumentDigest, FormStage, Identity, Key, Personal, Value


class Table(Personal, frozen=True, kw_only=True):
    """All that is kept of a visit's forms: what is in them, which one the resident sees, what was delivered."""

    state: s.FormState
    shown: Key | None = None
    changed: s.Slot | None = None  # written last
    helped: Key | None = None  # the form whose resident asked for help with the name
    delivered: tuple[
        str, ...
    ] = ()  # what the back office has: SHA-256 of signed forms, orders of card signatures
    documents: dict[str, DocumentDigest] = {}  # of each signed form's PDF, by the form's SHA-256
    by_card: tuple[cards.CardSignature, ...] = ()
    delivery: Delivery = Delivery()  # of what the back office has not got yet


class Offer(Value, frozen=True, kw_only=True):
    """A form there is, and whether the checklist of this visit asks for it."""

    form: Key
    title: str
    plain: str
    proposed: bool
    stage: FormStage | None = None  # None: not open


class Place(Personal, frozen=True, kw_only=True):
    """One field: in the resident's words and in the law's, with what stands in it and by whose word."""

    slot: str
    ask: str
    label: str
    short: str
    help: str
    kind: Kind
    value: str
    shown: str
    options: dict[Key, str]
    origin: str
    needed: bool
    used: bool
    confirmed: bool
    refused: bool
    elsewhere: bool  # its value is written in another place
    notes: tuple[str, ...]
    card: str = ""  # what the card says, where that is something else
    begins: str = ""  # what an empty place most likely begins with


class Part(Personal, frozen=True, kw_only=True):
    """A part of a form: fields, or rows of fields."""

    id: Key
    label: str
    group: Key | None = None
    places: tuple[Place, ...] = ()
    rows: tuple[tuple[Place, ...], ...] = ()
    more: bool = False  # may another row be added?


class OpenForm(Personal, frozen=True, kw_only=True):
    """A form on the table; its header is that of all."""

    form: Key
    title: str
    plain: str
    stage: FormStage
    parts: tuple[Part, ...]
    problems: tuple[looking.Problem, ...]
    unconfirmed: int
    remote: str
    signature: bool
    notes: tuple[str, ...]
    fees: Fees | None = None


class Paper(Personal, frozen=True, kw_only=True):
    """A signed form."""

    form: Key
    title: str
    copy: int
    sha256: str
    code: str
    at: float
    by: str  # "signature", "attestation", "nobody"
    delivered: bool
    document: DocumentDigest | None = None  # what a card would sign; None: kept before there were digests
    card: Identity | None = None  # what the card's signature came to


class FormsPage(Personal, frozen=True, kw_only=True):
    """Everything."""

    revision: int
    offers: tuple[Offer, ...]
    header: tuple[Place, ...]
    open: tuple[OpenForm, ...]
    papers: tuple[Paper, ...]
    shown: Key | None
    helped: Key | None
    exports: bool  # a back office is connected


def forms_page(book: Book, table: Table, proposed: Sequence[Key], *, exports: bool) -> FormsPage:
    """Lay out the forms of a visit; what the checklist asks for comes first, in its order."""
    state = table.state
    rank = {key: place for place, key in enumerate(proposed)}
    order = sorted(book.forms.values(), key=lambda form: (rank.get(form.id, len(rank)), form.id))
    return FormsPage(
        revision=state.revision,
        offers=tuple(_offer(form, form.id in proposed, state) for form in order),
        header=tuple(
            _place(book, state, use, use.key, looking.facts(book, state)) for use in book.dictionary.header
        ),
        open=tuple(_open(book, book.forms[key], state) for key in state.stages if key in book.forms),
        papers=tuple(_paper(filed, table) for filed in state.filed),
        shown=table.shown,
        helped=table.helped,
        exports=exports,
    )


def _offer(form: Form, proposed: bool, state: s.FormState) -> Offer:
    stage = state.stages.get(form.id)
    return Offer(
        form=form.id,
        title=form.title.formal,
        plain=form.title.plain,
        proposed=proposed,
        stage=None if stage is None else stage_of(stage),
    )


def _open(book: Book, form: Form, state: s.FormState) -> OpenForm:
    return OpenForm(
        form=form.id,
        title=form.title.formal,
        plain=form.title.plain,
        stage=stage_of(state.stages[form.id]),
        parts=tuple(_part(book, state, section) for section in form.sections),
        problems=looking.problems(book, form, state),
        unconfirmed=len(looking.unconfirmed(book, form, state)),
        remote=form.remote,
        signature=form.signature == "required",
        notes=form.notes,
        fees=looking.content(book, form, state).fees,
    )


def _part(book: Book, state: s.FormState, section: Section) -> Part:
    here = looking.facts(book, state)
    if section.group is None:
        places = tuple(_place(book, state, use, use.key, here) for use in section.fields)
        return Part(id=section.id, label=section.label, places=places)
    group = book.dictionary.groups[section.group]
    rows: list[tuple[Place, ...]] = []
    for row in looking.rows_shown(book, state, section):
        there = looking.facts(book, state, section.group, row)
        rows.append(
            tuple(
                _place(book, state, use, f"{section.group}.{row}.{use.key}", there) for use in section.fields
            )
        )
    more = looking.rows_of(book, state, section.group) < group.most
    return Part(id=section.id, label=section.label, group=section.group, rows=tuple(rows), more=more)


def _place(book: Book, state: s.FormState, use: Use, slot: str, known: Mapping[Key, Fact]) -> Place:
    field = book.dictionary.fields[use.key]
    found = looking.entry(book, state, slot)
    value = "" if found is None else found.value
    notes = () if found is None else tuple(TEXTS[code].format(label=field.label) for code in found.warnings)
    other = (
        ""
        if found is None or found.card in (None, found.value)
        else looking.shown(book, field, found.card or "")
    )
    return Place(
        slot=slot,
        ask=field.ask,
        label=field.label,
        short=field.short or field.label,
        help=field.help or "",
        kind=field.kind,
        value=value,
        shown=looking.shown(book, field, value),
        options=_options(book, field),
        origin="" if found is None else found.origin,
        needed=looking.truth(use.required, known) != "no",
        used=looking.truth(use.when, known) != "no",
        confirmed=found is not None and found.confirmed,
        refused=found is not None and found.refused,
        elsewhere=found is not None and slot not in state.entries,
        notes=notes,
        card=other,
        begins=looking.begins(book, state, slot),
    )


def _options(book: Book, field: Field) -> dict[Key, str]:
    return dict(options_of(book, field)) if field.kind in ("choice", "choices") else {}


def owed(table: Table) -> tuple[tuple[Filed, cards.CardSignature | None], ...]:
    """Return what the back office has not got yet: signed forms, and again those a card has signed since."""
    plain = [(filed, None) for filed in table.state.filed if filed.sha256 not in table.delivered]
    by_sha = {filed.sha256: filed for filed in table.state.filed}
    signed = [
        (by_sha[one.form], one)
        for one in table.by_card
        if one.proved and one.form in by_sha and one.order not in table.delivered
    ]
    return (*plain, *signed)


def _paper(filed: Filed, table: Table) -> Paper:
    card = cards.newest(table.by_card, filed.sha256)
    by = "signature" if filed.signature else "attestation" if filed.attestation else "nobody"
    return Paper(
        form=filed.content.form,
        title=filed.content.title,
        copy=filed.content.copy,
        sha256=filed.sha256,
        code=code_of(filed),
        at=filed.at,
        by=by,
        delivered=all(other is not filed for other, _ in owed(table)),
        document=table.documents.get(filed.sha256),
        card=None if card is None else card.identity,
    )
