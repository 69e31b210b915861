"""What is handed to the back office when a form is filed: PDF, JSON, CSV, and a manifest with their hashes.

The port is `Outbox`; a package has a key of its own, so that handing it over twice is the same as once.
"""

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta

from server.core.forms.content import Filed, cells, genuine, label_of
from server.protocol.values import Identity, IdentityOutcome, Personal, Value

__all__ = ["DeliveryFailed", "Manifest", "Outbox", "Package", "Part", "csv_of", "harmless", "json_of", "pack"]

COLUMNS = ("slot", "label", "value", "shown", "origin", "confirmed")
_FORMULA = re.compile(r"^[=+\-@\t\r＝＋－＠]")


class DeliveryFailed(Exception):
    """The package could not be handed over; `again` says whether trying later may help. Names no content."""

    def __init__(self, why: str, again: bool) -> None:
        super().__init__(why)
        self.again = again


class Part(Value, frozen=True, kw_only=True):
    """One file of a package."""

    name: str
    bytes: int
    sha256: str


class Manifest(Value, frozen=True, kw_only=True):
    """What a package holds: nothing of the person, so that it may be listed."""

    key: Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,64}-[0-9a-f]{16}$")]
    form: str
    version: str
    copy: int
    content_sha256: str
    card: IdentityOutcome | None = None  # how the card's signature came out, in a package that has one
    parts: tuple[Part, ...]


class Package(Personal, frozen=True, kw_only=True):
    """A filed form as files, manifest included."""

    manifest: Manifest
    files: Mapping[str, bytes]


class Outbox(Protocol):
    """A way out of the window to the city's own systems."""

    async def deliver(self, package: Package) -> None:
        """Hand over a package; again for one already delivered is harmless. Raises DeliveryFailed."""
        ...


def pack(filed: Filed, pdf: bytes, card: tuple[Identity, bytes] | None = None) -> Package:
    """Make the package of a filed form. Raises ValueError when the form is not what it was filed as.

    A form its owner's card has signed goes out once more, whole, with the signature beside the PDF: the same
    `content_sha256` tells the back office that it is the form it has.
    """
    if not genuine(filed):
        raise ValueError("the form does not have the hash it was filed under")
    key = f"{filed.content.form}-{filed.sha256[:16]}"
    files = {"form.pdf": pdf, "form.json": json_of(filed), "form.csv": csv_of(filed, card and card[0])}
    if card is not None:
        key = f"{filed.content.form}-card-{hashlib.sha256(card[1]).hexdigest()[:16]}"
        files |= {"form.pdf.p7s": card[1], "card.json": msgspec.json.format(_json(card[0]))}
    manifest = Manifest(
        key=key,
        form=filed.content.form,
        version=filed.content.version,
        copy=filed.content.copy,
        content_sha256=filed.sha256,
        card=None if card is None else card[0].outcome,
        parts=tuple(
            Part(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
            for name, data in files.items()
        ),
    )
    return Package(manifest=manifest, files={**files, "manifest.json": msgspec.json.format(_json(manifest))})


def json_of(filed: Filed) -> bytes:
    """Write a filed form exactly: what a program reads, and what the hash can be computed from again."""
    return msgspec.json.format(_json(filed))


def csv_of(filed: Filed, card: Identity | None = None) -> bytes:
    """Write a row for each field and one for a card's signature, for spreadsheets: a value that would be a formula there gets an apostrophe before it.

    UTF-8 with a mark at the beginning, because Excel in Japan reads anything else as Shift_JIS.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cell in cells(filed.content):
        confirmed = "1" if cell.confirmed else "0"
        row = (cell.slot, label_of(filed.content, cell), cell.value, cell.shown, cell.origin, confirmed)
        writer.writerow([harmless(text) for text in row])
    if card is not None:
        writer.writerow(("_card", "電子署名", card.outcome, f"{card.at} {card.source}", "card", "1"))
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return text that a spreadsheet shows and does not compute."""
    return f"'{text}" if _FORMULA.match(text) else text


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
