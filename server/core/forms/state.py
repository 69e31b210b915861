"""What is known in a visit's forms: one set of values for all of them, and how far each form has come.

A value is kept once, under its dictionary key; every open form shows it. What was signed is a copy that nothing
changes: a correction is a new one.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.core.forms.book import Slot
from server.core.forms.content import Filed
from server.core.forms.signature import Attestation, Signature
from server.core.forms.taking import Reason, Warning
from server.protocol.values import FourBasicData, Key, Personal, Value

Origin = Literal["card", "said", "typed", "document", "checklist"]
TRUST: dict[Origin, int] = {"checklist": 0, "card": 1, "said": 2, "typed": 2, "document": 2}
"""A value read by a machine never replaces one a person gave."""


class Entry(Personal, frozen=True, kw_only=True):
    """One value, in the spelling we keep."""

    value: str
    origin: Origin
    revision: Annotated[int, Meta(ge=1)]  # of the state in which it became what it is
    confirmed: bool = False  # its owner has seen it and said yes
    refused: bool = False  # 「ちがう」
    warnings: tuple[Warning, ...] = ()
    card: str | None = None  # what the card says, where that is something else


# ---------------------------------------------------------------- how far a form has come


class Filling(Value, frozen=True, kw_only=True, tag_field="stage", tag="filling"):
    """Clerk and resident write together."""


class Reading(Value, frozen=True, kw_only=True, tag_field="stage", tag="reading"):
    """Locked: the resident reads it back, 「この内容で よいですか」."""


class Agreed(Value, frozen=True, kw_only=True, tag_field="stage", tag="agreed"):
    """Locked: the resident said yes; a signature may follow."""

    at: float


class Signed(Value, frozen=True, kw_only=True, tag_field="stage", tag="signed"):
    """Done; the paper is the last of `FormState.filed`."""


Stage = Filling | Reading | Agreed | Signed


class FormState(Personal, frozen=True, kw_only=True):
    """All forms of a visit."""

    book: str  # version of the dictionary and forms it was begun with
    revision: int = 0
    entries: dict[Slot, Entry] = {}
    rows: dict[Key, int] = {}  # of each group
    stages: dict[Key, Stage] = {}  # of each open form
    filed: tuple[Filed, ...] = ()  # signed papers, oldest first; several of one form are its corrections


# ---------------------------------------------------------------- what may happen


class Open(Value, frozen=True, kw_only=True, tag_field="type", tag="open"):
    """Lay a form on the table; what is known already stands in it at once."""

    form: Key


class Close(Value, frozen=True, kw_only=True, tag_field="type", tag="close"):
    """Put a form away that is not signed; its values stay for the others."""

    form: Key


class Put(Personal, frozen=True, kw_only=True, tag_field="type", tag="put"):
    """Write a value; an empty one takes it away."""

    slot: Slot
    raw: Annotated[str, Meta(max_length=100_000)]
    origin: Origin = "typed"


class Confirm(Value, frozen=True, kw_only=True, tag_field="type", tag="confirm"):
    """The resident said yes to one value."""

    slot: Slot


class AddRow(Value, frozen=True, kw_only=True, tag_field="type", tag="add_row"):
    """One more person, one more certificate."""

    group: Key


class DropRow(Value, frozen=True, kw_only=True, tag_field="type", tag="drop_row"):
    """Take a row away; those behind it move up."""

    group: Key
    row: Annotated[int, Meta(ge=1, le=99)]


class UseCard(Personal, frozen=True, kw_only=True, tag_field="type", tag="card"):
    """Fill in what the card says, which its owner has already looked at; whoever lets this happen knows it did say so."""

    data: FourBasicData


class UseAnswers(Personal, frozen=True, kw_only=True, tag_field="type", tag="answers"):
    """Fill in what the questionnaire knows: facts as the checklist writes them, births as ISO days."""

    facts: dict[Key, str]
    births: tuple[str | None, ...] = ()


class ReadBack(Value, frozen=True, kw_only=True, tag_field="type", tag="read_back"):
    """Lock a complete form and show it to the resident."""

    form: Key


class Refuse(Value, frozen=True, kw_only=True, tag_field="type", tag="refuse"):
    """「ちがう」: the form is open again, and the row is marked for the clerk."""

    form: Key
    slot: Slot | None = None  # None: the resident did not say which


class Agree(Value, frozen=True, kw_only=True, tag_field="type", tag="agree"):
    """「はい、これでよい」."""

    form: Key
    at: float


class Reopen(Value, frozen=True, kw_only=True, tag_field="type", tag="reopen"):
    """The clerk takes a locked form back to change it; it has to be read back again."""

    form: Key


class Sign(Personal, frozen=True, kw_only=True, tag_field="type", tag="sign"):
    """The resident has written their name."""

    form: Key
    signature: Signature
    at: float


class Attest(Personal, frozen=True, kw_only=True, tag_field="type", tag="attest"):
    """The resident cannot write: the clerk says so, and why."""

    form: Key
    attestation: Attestation


class Finish(Value, frozen=True, kw_only=True, tag_field="type", tag="finish"):
    """File an agreed form that needs no signature."""

    form: Key
    at: float


class Correct(Value, frozen=True, kw_only=True, tag_field="type", tag="correct"):
    """Begin a new version of a signed form; the signed one stays what it is."""

    form: Key


OfForm = ReadBack | Refuse | Agree | Reopen | Sign | Attest | Finish | Correct | Close
OfValues = Open | Put | Confirm | AddRow | DropRow | UseCard | UseAnswers
Event = OfForm | OfValues

Code = Literal[
    "unknown_form", "unknown_slot", "unknown_group", "other_book", "locked", "signed", "not_now", "incomplete",
    "no_entry", "no_row",
    "applicants_row", "too_many_rows", "needs_signature", "one_dot", "no_signature", "no_reason", "not_from_card",
]  # fmt: skip


class Refused(Value, frozen=True, kw_only=True):
    """Nothing changed, and why: `sentence` is for the clerk and repeats no value."""

    code: Code | Reason
    sentence: str
    slot: Slot | None = None


class StateUnreadable(Exception):
    """These bytes are no state of forms, or one of a version this program does not know."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(FormState)


def encode(state: FormState) -> bytes:
    """Write a state for the encrypted case, and nowhere else."""
    return _encoder.encode(state)


def decode(stored: bytes) -> FormState:
    """Read a state back. Raises StateUnreadable."""
    try:
        return _decoder.decode(stored)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise StateUnreadable from None  # the decoder's words may quote what it could not read
