"""Forms on paper: A4 as PDF/A-2b, the same pages as pictures for the resident's screen, and a 控え of 80 mm.

Every value reaches a template as JSON text. The 控え carries nothing that names a person: only fields the city marked so.
"""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

from msgspec import Meta

from server.core.forms.by_card import COUNTS, Copied
from server.core.forms.content import Cell, Content, Filed, cells, label_of
from server.core.forms.signature import svg
from server.core.forms.taking import Letters
from server.core.forms.words import TEXTS
from server.documents import dates
from server.documents.codes import qr
from server.documents.letters import printable, rare
from server.documents.papers import TEMPLATES, PaperFailed, Papers, Raster
from server.documents.text import clean, phrases
from server.protocol.values import Short, Value

FOLDER = TEMPLATES / "forms"
SHARED = ("form",)
"""Files in the folder that are no template themselves."""


class FormFrame(Value, frozen=True, kw_only=True):
    """What stands around a form: nothing of the person."""

    city: Short
    site: Short = ""
    number: Annotated[int, Meta(ge=1, le=99_999)] | None = None
    at: float  # wall seconds since 1970, while it is a draft; a filed form is dated by itself
    telephone: Annotated[str, Meta(max_length=20)] = ""
    hours: Annotated[str, Meta(max_length=60)] = ""
    pay_link: Annotated[str, Meta(max_length=600)] = ""


def templates() -> frozenset[str]:
    """Name the templates there are."""
    return frozenset(path.stem for path in FOLDER.glob("*.typ") if path.stem not in SHARED)


def form_pdf(papers: Papers, form: Content | Filed, frame: FormFrame, letters: Letters) -> bytes:
    """Make the A4 PDF/A-2b; the same form gives the same bytes. Raises PaperFailed."""
    content, _ = _split(form)
    return papers.pdf(f"forms/{content.template}", _data(form, frame, letters), _at(form, frame))


def form_pages(
    papers: Papers, form: Content | Filed, frame: FormFrame, letters: Letters, ppi: float = 144.0
) -> tuple[bytes, ...]:
    """Draw the pages as PNGs. Raises PaperFailed."""
    content, _ = _split(form)
    return papers.pages(f"forms/{content.template}", _data(form, frame, letters), ppi)


def form_receipt(papers: Papers, form: Content | Filed, frame: FormFrame, letters: Letters) -> Raster:
    """Draw the 控え for the kiosk's printer. Raises PaperFailed."""
    return papers.raster("form_copy", _printable(_copy(form, frame), letters))


def trial(papers: Papers, content: Content, letters: Letters) -> str | None:
    """Render an empty form and return what its template says against it; for the linter, where no person's data are."""
    data = _data(content, FormFrame(city="", at=0.0), letters)
    return papers.complaint(f"forms/{content.template}", data)


def _data(form: Content | Filed, frame: FormFrame, letters: Letters) -> dict[str, Any]:
    data = _laid(form, frame, letters)
    drawn = data.pop("signature")  # a path of ours, long and without a letter
    return {**_printable(data, letters), "signature": drawn}


def _laid(form: Content | Filed, frame: FormFrame, letters: Letters) -> dict[str, Any]:
    content, filed = _split(form)
    everything = cells(content)
    at = _at(form, frame)
    attested = None
    if filed is not None and filed.attestation is not None:
        word = filed.attestation
        why = TEXTS[word.why] + (f"（{clean(word.note)}）" if clean(word.note) else "")
        attested = {
            "why": why,
            "staff": f"{clean(word.staff_name)}（{word.staff}）",
            "at": _moment(word.at),
        }
    return {
        "title": content.title,
        "plain": content.plain,
        "addressee": content.addressee,
        "date": dates.day(at),
        "place": " ".join(part for part in (clean(frame.city), clean(frame.site)) if part),
        "number": frame.number,
        "copy": content.copy,
        "filed": filed is not None,
        "header": [cell.slot for cell in content.header],
        "cells": {cell.slot: _cell(cell) for cell in everything},
        "blocks": {
            block.id: {
                "label": block.label,
                "columns": block.columns,
                "rows": [{cell.slot.rpartition(".")[2]: cell.slot for cell in row} for row in block.rows],
            }
            for block in content.blocks
        },
        "fees": content.fees and {
            "lines": [
                {"name": fee.name, "copies": fee.copies, "each": fee.each, "sum": fee.sum} for fee in content.fees.lines
            ],
            "total": content.fees.total,
            "pay": content.fees.pay,
            "notes": content.fees.notes,
        },
        "declaration": content.declaration,
        "wants_signature": content.signature,
        "signature": None if filed is None or filed.signature is None else svg(filed.signature),
        "signed": "" if filed is None else _moment(filed.at),
        "agreed": "" if filed is None else _moment(filed.agreed_at),
        "attested": attested,
        "notes": [phrases(clean(note)) for note in content.notes],
        "office": content.office,
        "remote": content.remote,
        "form-version": f"{content.form} {content.version}",
        "book": content.book,
        "template-version": template_version(content.template),
        "sha": [] if filed is None else re.findall(".{8}", filed.sha256),
        "trace": [
            {
                "label": label_of(content, cell),
                "text": cell.shown,
                "origin": TEXTS.get(cell.origin, ""),
                "confirmed": cell.confirmed,
            }
            for cell in everything
            if cell.value
        ],
        "gaiji": [
            {"shown": shown, "point": point}
            for shown, point in rare("".join(cell.shown for cell in everything), letters)
        ],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "label": cell.label,
        "text": cell.shown,
        "ticks": [{"label": tick.label, "on": tick.on} for tick in cell.ticks],
        "used": cell.used,
    }


def _copy(form: Content | Filed, frame: FormFrame) -> dict[str, Any]:
    content, filed = _split(form)
    at = _at(form, frame)
    lines = [
        {"label": _flow(cell.label), "text": _flow(cell.shown)}
        for cell in cells(content)
        if cell.receipt and cell.shown and (content.fees is None or not cell.slot.startswith("cert."))
    ]
    return {
        "city": clean(frame.city),
        "plain": _flow(content.plain),
        "place": _flow(frame.site),
        "date": dates.day(at),
        "time": dates.clock(at),
        "number": frame.number,
        "lines": lines,
        "people": [
            {"label": _flow(block.label), "count": len(block.rows)}
            for block in content.blocks
            if block.group is not None and content.fees is None
        ],
        "fees": content.fees and {
            "lines": [
                {"name": _flow(fee.name), "copies": fee.copies, "sum": f"{fee.sum:,}"}
                for fee in content.fees.lines
            ],
            "total": f"{content.fees.total:,}",
            "pay": _flow(content.fees.pay),
            "qr": qr(frame.pay_link) if frame.pay_link else None,
        },
        "card": _card(form),
        "remote": content.remote,
        "telephone": clean(frame.telephone),
        "hours": _flow(frame.hours),
        "sha": None if filed is None else " ".join(re.findall(".{4}", filed.sha256[:16])),
        "form-version": f"{content.form} {content.version}",
    }  # fmt: skip


def _card(form: Content | Filed) -> dict[str, str] | None:
    """Say that a card has signed; a signature that does not count stands on no paper."""
    card = form.card if isinstance(form, Copied) else None
    if card is None or card.outcome not in COUNTS:
        return None
    return {"outcome": card.outcome, "at": _moment(datetime.fromisoformat(card.at).timestamp())}


def template_version(name: str) -> str:
    """Return a hash of a template and of all it draws with: another dot is another version."""
    digest = hashlib.sha256()
    for path in (
        FOLDER / f"{name}.typ",
        FOLDER / "form.typ",
        TEMPLATES / "a4.typ",
        TEMPLATES / "strings.toml",
    ):
        digest.update(_read(path))
    return digest.hexdigest()[:12]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise PaperFailed(path.stem) from None


def _split(form: Content | Filed) -> tuple[Content, Filed | None]:
    return (form.content, form) if isinstance(form, Filed) else (form, None)


def _at(form: Content | Filed, frame: FormFrame) -> float:
    return form.at if isinstance(form, Filed) else frame.at


def _moment(wall: float) -> str:
    return f"{dates.day(wall)} {dates.clock(wall)}"


def _printable(data: Any, letters: Letters) -> Any:
    """Return the data with 〓 for every character no font has, wherever it stands: a label may hold one as well."""
    if isinstance(data, str):
        return printable(data, letters)
    if isinstance(data, dict):
        return {key: _printable(value, letters) for key, value in cast("dict[str, Any]", data).items()}
    if isinstance(data, list | tuple):
        return [_printable(value, letters) for value in cast("list[Any]", data)]
    return data


def _flow(text: str) -> list[str]:
    return phrases(clean(text))
