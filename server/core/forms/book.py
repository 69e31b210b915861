"""The field dictionary and the forms of one city, as its staff write them in YAML.

A field is defined once for all forms: whoever answers 「電話番号」 on one form has answered it on every other one open
in the same visit. `server.forms` reads the folder and names every mistake; nothing here knows of files.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.core.checklist.catalogue import (
    Always,
    CertificateForm,
    Condition,
    Confidence,
    Label,
    Name,
    Remote,
    Written,
)
from server.protocol.values import Key

Kind = Literal[
    "name", "kana", "date", "postal", "address", "phone", "choice", "choices", "count", "digits", "text",
]  # fmt: skip
Slot = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(\.[1-9][0-9]?\.[a-z][a-z0-9_]*)?$", max_length=140)]
"""Where a value stands: ``birth``, or ``member.2.birth`` for the second row of a group."""
OptionsFrom = Literal["certs", "cert_options", "whose", "purposes", "receive"]
"""Lists the city keeps with its certificates, so that no list is written twice."""

LIMITS: dict[Kind, int] = {
    "name": 100, "kana": 100, "date": 40, "postal": 20, "address": 200, "phone": 30,
    "choice": 64, "choices": 700, "count": 6, "digits": 20, "text": 400,
}  # fmt: skip
"""Characters a kind may have when its field says nothing else."""


class Among(Written, frozen=True, kw_only=True):
    """The first row of a group of which `only` is certain."""

    group: Key
    only: Condition


class Same(Written, frozen=True, kw_only=True):
    """While nothing was written here and `when` holds, this stands here too: what `key` says, in the row `of` if there is one, or `value`.

    A condition that asks for a column means the applicant's own row.
    """

    key: Key | None = None
    value: Name | None = None
    of: Among | None = None
    when: Condition = Always()


class Field(Written, frozen=True, kw_only=True):
    """One thing a form may want to know, in the city's words and in the resident's."""

    label: Name
    ask: Name
    kind: Kind
    plain: Name | None = None  # what the resident's screen says instead of the label, which stands on paper
    yomi: str | None = None
    short: str | None = None  # over a narrow column
    help: str | None = None
    most: Annotated[int, Meta(ge=1, le=1000)] | None = None  # characters, or the largest count
    least: Annotated[int, Meta(ge=0, le=1000)] = 0  # the smallest count, or fewest digits
    days: Literal["past", "any"] = "past"  # for dates: may it lie ahead?
    options: dict[Key, Name] = {}
    options_from: OptionsFrom | None = None
    same: Same | tuple[Same, ...] | None = None  # of several, the first that holds
    receipt: Literal["show", "hide"] = "hide"  # on 80 mm paper, where nothing personal may stand


class Group(Written, frozen=True, kw_only=True):
    """A table with a row for each person or thing. While `first_when` holds the first is the applicant: nobody writes it again."""

    label: Name
    fields: Annotated[tuple[Key, ...], Meta(min_length=1)]
    most: Annotated[int, Meta(ge=1, le=20)]
    first: dict[Key, Key | Same] = {}
    first_when: Condition = Always()
    begins: dict[Key, Key] = {}  # columns most rows begin alike: with the first word of that field
    count: Name = "行目"  # how a row is counted: 「2人目」


class Use(Written, frozen=True, kw_only=True):
    """A field on a form: shown while `when` does not fail, and needed while `required` does not fail."""

    key: Key
    required: Condition = Always()
    when: Condition = Always()


class Card(Written, frozen=True, kw_only=True):
    """Which fields the four attributes of a card fill."""

    name: Key
    birth_date: Key
    sex: Key
    address: Key
    proves: dict[Key, Key] = {}  # choices that are answered by there being a card


class Dictionary(Written, frozen=True, kw_only=True):
    """Every field and group of a city's forms, the header all forms share, and what is known without asking."""

    schema: Literal[1]
    mayor: Name  # whom forms are addressed to
    fields: dict[Key, Field]
    groups: dict[Key, Group] = {}
    header: Annotated[tuple[Use, ...], Meta(min_length=1)]
    card: Card
    answers: dict[Key, Key] = {}  # a fact of the questionnaire -> the field it fills
    persons: dict[Key, Key] = {}  # its births -> a field of each row: {persons: member.birth}


class Section(Written, frozen=True, kw_only=True):
    """A part of a form: some fields, or the rows of a group; `only` leaves rows out that are not meant."""

    id: Key
    label: Name
    fields: Annotated[tuple[Use, ...], Meta(min_length=1)]
    group: Key | None = None
    only: Condition = Always()
    least: Annotated[int, Meta(ge=0, le=20)] = 1  # rows
    row: Name | None = None  # what the resident's screen calls one of them, where the label is long


class Form(Written, frozen=True, kw_only=True):
    """One form: which fields in which parts, on which template, for which procedures."""

    id: Key = msgspec.field(name="form")
    version: Annotated[str, Meta(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    title: Label
    template: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    serves: tuple[Key, ...] = ()  # event.procedure
    remote: Remote
    signature: Literal["required", "none"]
    declaration: Name
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]
    card_address: Key | None = None  # a mover's card still shows where they lived before
    fees: bool = False
    notes: tuple[Name, ...] = ()
    office: tuple[Name, ...] = ()  # what city hall writes into its own box
    conf: Confidence


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """Everything forms rest on, at one version."""

    version: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
    dictionary: Dictionary
    forms: dict[Key, Form]
    certificates: CertificateForm | None = None


def parts(slot: str) -> tuple[Key, int, Key] | None:
    """Take ``member.2.birth`` apart; None for a field that stands alone."""
    group, _, rest = slot.partition(".")
    row, _, key = rest.partition(".")
    return (group, int(row), key) if rest else None


def field_of(book: Book, slot: str) -> Field | None:
    """Return the field a slot holds, or None where the dictionary has no such place."""
    split = parts(slot)
    if split is None:
        return book.dictionary.fields.get(slot)
    group = book.dictionary.groups.get(split[0])
    if group is None or split[2] not in group.fields or split[1] > group.most:
        return None
    return book.dictionary.fields.get(split[2])


def sames(book: Book, slot: str) -> tuple[Same, ...]:
    """Return from where a slot may be filled in while nothing was written there, in their order."""
    field = field_of(book, slot)
    if field is None or field.same is None:
        return ()
    return field.same if isinstance(field.same, tuple) else (field.same,)


def same_in_first(group: Group, column: Key) -> Same | None:
    """Return from where a column of the applicant's own row is filled in."""
    source = group.first.get(column)
    return Same(key=source) if isinstance(source, str) else source


def options_of(book: Book, field: Field) -> dict[Key, Name]:
    """Return what may be chosen, from the field itself or from the city's certificates."""
    given = book.certificates
    if field.options_from is None or given is None:
        return field.options
    match field.options_from:
        case "certs":
            return {cert.id: cert.name for cert in given.certs}
        case "cert_options":
            return {key: name for cert in given.certs for key, name in cert.options.items()}
        case "whose":
            return given.whose
        case "purposes":
            return given.purposes
        case "receive":
            return given.receive
