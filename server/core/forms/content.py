"""What a form says, whole and on its own: labels, values and their origin, ready for paper, JSON and CSV.

It names no dictionary it would need to be understood: a form filed today reads the same after the city changed its data.
"""

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from server.core.forms.book import Kind
from server.core.forms.signature import Attestation, Signature
from server.core.forms.words import TEXTS
from server.protocol.values import Key, Personal


class Tick(Personal, frozen=True, kw_only=True):
    """One thing that may be chosen, and whether it was."""

    key: Key
    label: str
    on: bool


class Cell(Personal, frozen=True, kw_only=True):
    """One value as a form shows it."""

    slot: str
    label: str
    kind: Kind
    value: str = ""
    shown: str = ""
    ticks: tuple[Tick, ...] = ()
    origin: str = ""
    confirmed: bool = False
    refused: bool = False
    used: bool = True  # False: this household has no need of it
    receipt: bool = False


class Block(Personal, frozen=True, kw_only=True):
    """A part of a form: `cells`, or `rows` of a group with `columns` over them."""

    id: Key
    label: str
    cells: tuple[Cell, ...] = ()
    group: Key | None = None
    columns: tuple[tuple[Key, str], ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


class Fee(Personal, frozen=True, kw_only=True):
    """One line of what is to be paid."""

    name: str
    copies: int
    each: int
    sum: int


class Fees(Personal, frozen=True, kw_only=True):
    """What is to be paid, how, and what a clerk still has to look at."""

    lines: tuple[Fee, ...]
    total: int
    pay: str
    notes: tuple[str, ...] = ()


class Content(Personal, frozen=True, kw_only=True):
    """A form as it stands."""

    form: Key
    version: str
    copy: Annotated[int, Meta(ge=1)] = 1  # 2 and more: a correction
    book: str
    title: str
    plain: str
    addressee: str
    template: str
    remote: str
    declaration: str
    signature: bool
    header: tuple[Cell, ...]
    blocks: tuple[Block, ...]
    fees: Fees | None = None
    notes: tuple[str, ...] = ()
    office: tuple[str, ...] = ()


class Filed(Personal, frozen=True, kw_only=True):
    """A signed or attested form; nothing in it changes any more."""

    content: Content
    agreed_at: float
    at: float
    signature: Signature | None = None
    attestation: Attestation | None = None
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


def seal(
    content: Content,
    agreed_at: float,
    at: float,
    signature: Signature | None = None,
    attestation: Attestation | None = None,
) -> Filed:
    """File a form under the hash of everything it says and who stands for it."""
    return Filed(
        content=content,
        agreed_at=agreed_at,
        at=at,
        signature=signature,
        attestation=attestation,
        sha256=digest(content, agreed_at, at, signature, attestation),
    )


def digest(
    content: Content,
    agreed_at: float,
    at: float,
    signature: Signature | None,
    attestation: Attestation | None,
) -> str:
    """Return the SHA-256 of a form's canonical JSON: keys sorted, nothing left out."""
    whole = {
        "content": content, "agreed_at": agreed_at, "at": at, "signature": signature, "attestation": attestation,
    }  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(whole, order="deterministic")).hexdigest()


def genuine(filed: Filed) -> bool:
    """Say whether a filed form still has the hash it was filed under."""
    return filed.sha256 == digest(
        filed.content, filed.agreed_at, filed.at, filed.signature, filed.attestation
    )


def cells(content: Content) -> tuple[Cell, ...]:
    """Return every cell of a form, in reading order."""
    rows = [cell for block in content.blocks for part in (block.cells, *block.rows) for cell in part]
    return (*content.header, *rows)


def label_of(content: Content, cell: Cell) -> str:
    """Name a cell among all of a form: 「引っ越した人 2行目の 氏名」."""
    for block in content.blocks:
        for i, row in enumerate(block.rows, 1):
            if any(one.slot == cell.slot for one in row):
                return TEXTS["row"].format(group=block.label, row=i, label=cell.label)
    return cell.label
