"""Papers as 1-bit dots for a 72 mm receipt printer; the only importer of typst, whose PDF PDFium draws as dots.

Templates see their data as JSON text and never as code, and one compiler is kept warm (its first page takes three times
as long as the next). Letters are cut at half coverage, never dithered: a thermal head prints no grey.
"""

import io
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import msgspec
import pypdfium2 as pdfium
import typst
from msgspec import Meta
from PIL import Image

from server.core.checklist.receipt import CardAlso
from server.documents import dates
from server.documents.booking import BookingPaper, booking_data
from server.documents.receipt import ReceiptPaper, receipt_data
from server.documents.text import clean, phrases
from server.protocol.values import Personal, Short, SlipContent, Value

WIDTH = 576
"""Dots: 72 mm at 203 dpi."""
STRIP_BYTES = 45_000
"""What fits in one `Paper` message."""
BLACK_BELOW = 150
"""Grey level that still becomes a dot; a little over half, because thermal strokes come out thin."""

TEMPLATES = Path(__file__).parent
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
MAIN_FONT = "BIZ UDPGothic"
MAIN_PACKAGE = "fonts-morisawa-bizud-gothic"
FILES = (
    "BIZUDPGothic-Regular.ttf",
    "BIZUDPGothic-Bold.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
)


class FontsMissing(Exception):
    """The fonts of the papers are not installed; `package` is the Debian package that brings them."""

    def __init__(self) -> None:
        super().__init__(f"{MAIN_FONT} was not found: install the package {MAIN_PACKAGE}")
        self.package = MAIN_PACKAGE


class PaperFailed(Exception):
    """A template could not be rendered; what it was given is not repeated here."""


class Slip(Personal, frozen=True, kw_only=True):
    """What a resident takes home from a visit. Times are wall seconds since 1970."""

    city: Short
    site: Short
    number: Annotated[int, Meta(ge=1, le=99_999)]
    started: float | None = None
    ended: float
    purpose: Short
    department: Short
    staff: Short  # family name only
    telephone: Annotated[str, Meta(max_length=20)]
    hours: Annotated[str, Meta(max_length=60)] = ""  # when that telephone is answered
    content: SlipContent = SlipContent()
    card_read: bool = False
    card_also: tuple[CardAlso, ...] = ()


class TrialPage(Value, frozen=True, kw_only=True):
    """What somebody looking after a printer wants to see."""

    city: Short
    site: Short
    kiosk: Short
    version: Short
    at: float


class NumberPaper(Value, frozen=True, kw_only=True):
    """What somebody who waits in a hall holds in their hand: nothing of them, only their place."""

    city: Short
    site: Short
    number: Annotated[int, Meta(ge=1, le=99_999)]
    purpose: Short
    ahead: int
    wait_minutes: tuple[int, int] | None = None
    at: float


class Raster(msgspec.Struct, frozen=True):
    """Rows of `width` dots, most significant bit first, 1 = black."""

    width: int
    rows: bytes

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.rows) * 8 // self.width

    def __repr__(self) -> str:
        return f"<Raster {self.width}x{self.height}>"


def strips(raster: Raster, max_rows: int = 512) -> tuple[bytes, ...]:
    """Cut a paper into whole rows, at most `max_rows` and `STRIP_BYTES` each, as `Paper.rows` wants them."""
    across = raster.width // 8
    step = min(max_rows, STRIP_BYTES // across) * across
    return tuple(raster.rows[start : start + step] for start in range(0, len(raster.rows), step))


def png(raster: Raster) -> bytes:
    """Show a paper exactly as it prints: one pixel is one dot, black on white."""
    white = bytes(255 - byte for byte in raster.rows)  # PNG's 1 is white
    out = io.BytesIO()
    Image.frombytes("1", (raster.width, raster.height), white).save(out, "PNG")
    return out.getvalue()


class Papers:
    """Renders papers; safe to call from several threads, one page at a time."""

    def __init__(self, fonts: Path | None = None) -> None:
        """Find the fonts in `fonts` or in the usual folders, and make one page to be warm. Raises FontsMissing."""
        found = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in _folders([fonts] if fonts else FOLDERS)],
        )
        if MAIN_FONT not in found.families():
            raise FontsMissing
        self._busy = threading.Lock()
        self._compiler = typst.Compiler(root=TEMPLATES, font_paths=found, ignore_system_fonts=True)
        # A slip, not the test page: that one shows rare characters, and their fallback font is 20 MB in memory.
        self.render_slip(
            Slip(city="", site="", number=1, ended=0.0, purpose="", department="", staff="", telephone="")
        )

    def render_slip(self, slip: Slip) -> Raster:
        """Draw a resident's slip. Raises ValidationError when a text is longer than its type allows."""
        slip = msgspec.convert(msgspec.to_builtins(slip), Slip)
        started = None if slip.started is None else dates.clock(slip.started)
        ended = dates.clock(slip.ended, slip.started)
        content = slip.content
        return self._render(
            "slip",
            {
                "city": clean(slip.city),
                "site": _flow(slip.site),
                "date": dates.day(slip.ended if slip.started is None else slip.started),
                "from": started,
                "to": ended,
                "number": slip.number,
                "purpose": _flow(slip.purpose),
                "desk": [clean(slip.department), " ", clean(slip.staff)],
                "done": [_flow(done) for done in content.done if clean(done)],
                "next": [
                    {
                        "what": _flow(step.what),
                        "where": _flow(step.where),
                        "until": _flow(step.until),
                        "bring": _flow(step.bring),
                    }
                    for step in content.next_steps
                ],
                "note": [_flow(line) for line in content.note.splitlines() if clean(line)],
                "telephone": clean(slip.telephone),
                "hours": _flow(slip.hours),
                "card_read": slip.card_read,
                "card_also": slip.card_also,
            },
        )

    def render_receipt(self, paper: ReceiptPaper) -> Raster:
        """Draw a 控え: what was read and seen, what is kept until when."""
        return self._render("receipt", receipt_data(paper))

    def render_booking(self, paper: BookingPaper) -> Raster:
        """Draw the slip of a reservation."""
        return self._render("booking", booking_data(paper))

    def render_number(self, paper: NumberPaper) -> Raster:
        """Draw a number of the hall."""
        low, high = paper.wait_minutes or (0, 0)
        span = f"{high}分くらい" if low == high else f"{low}〜{high}分くらい"
        return self._render(
            "number",
            {
                "city": _flow(paper.city),
                "site": _flow(paper.site),
                "date": dates.day(paper.at),
                "time": dates.clock(paper.at),
                "number": paper.number,
                "purpose": _flow(paper.purpose),
                "ahead": paper.ahead,
                "wait": "" if paper.wait_minutes is None else span,
            },
        )

    def render_test(self, page: TrialPage) -> Raster:
        """Draw a page on which width, darkness and letters can be judged."""
        return self._render(
            "test",
            {
                "city": _flow(page.city),
                "site": _flow(page.site),
                "kiosk": _flow(page.kiosk),
                "version": _flow(page.version),
                "date": dates.day(page.at),
                "time": dates.clock(page.at),
            },
        )

    def raster(self, name: str, data: Mapping[str, Any]) -> Raster:
        """Draw a receipt template from plain JSON data; `data` is text to the template, never code."""
        return self._render(name, data)

    def pdf(self, name: str, data: Mapping[str, Any], at: float) -> bytes:
        """Make a PDF/A-2b of a template, dated `at` (wall seconds): the same data give the same bytes."""
        made = self._compile(name, data, format="pdf", pdf_standards="a-2b", timestamp=int(at))
        if len(made) != 1:
            raise PaperFailed(name)
        return made[0]

    def pages(self, name: str, data: Mapping[str, Any], ppi: float = 144.0) -> tuple[bytes, ...]:
        """Draw every page of a template as a PNG, for a screen."""
        return self._compile(name, data, format="png", ppi=ppi)

    def complaint(self, name: str, data: Mapping[str, Any]) -> str | None:
        """Try a template and return what it complains of; only for data that are nobody's, because it may quote them."""
        inputs = {"data": msgspec.json.encode(data).decode()}
        try:
            with self._busy:
                self._compiler.compile(
                    TEMPLATES / f"{name}.typ",
                    format="pdf",
                    pdf_standards="a-2b",
                    timestamp=0,
                    sys_inputs=inputs,
                )
        except typst.TypstError as error:
            return error.message
        return None

    def _compile(
        self,
        name: str,
        data: Mapping[str, Any],
        *,
        format: Literal["pdf", "png"],
        ppi: float | None = None,
        pdf_standards: Literal["a-2b"] | None = None,
        timestamp: int | None = None,
    ) -> tuple[bytes, ...]:
        inputs = {"data": msgspec.json.encode(data).decode()}
        try:
            with self._busy:
                made = self._compiler.compile(
                    TEMPLATES / f"{name}.typ",
                    format=format,
                    ppi=ppi,
                    pdf_standards=pdf_standards,
                    timestamp=timestamp,
                    sys_inputs=inputs,
                )
        except typst.TypstError:
            raise PaperFailed(name) from None  # its message may quote the data
        if made is None:
            raise PaperFailed(name)
        return (made,) if isinstance(made, bytes) else tuple(made)

    def _render(self, name: str, data: Mapping[str, Any]) -> Raster:
        made = self._compile(name, data, format="pdf")
        with self._busy:  # PDFium is for one thread at a time
            rows = _dots(made[0])
        if rows is None:
            raise PaperFailed(name)
        return Raster(WIDTH, rows)


def _dots(document: bytes) -> bytes | None:
    """Draw a paper of ours with one typographic point as one dot; None unless it is one page as wide as the roll.

    typst would draw it as a coloured PNG, and packing and unpacking that takes twice as long as all the rest.
    """
    with pdfium.PdfDocument(document) as pdf:
        if len(pdf) != 1:
            return None
        page = cast("Any", pdf[0])  # its methods have no types
        bitmap = page.render(scale=1, grayscale=True, may_draw_forms=False)
        shades: Image.Image = bitmap.to_pil()
        if shades.width != WIDTH:
            return None
        return shades.point(_BLACK, "1").tobytes()


_BLACK = tuple(255 if shade < BLACK_BELOW else 0 for shade in range(256))


def grey(picture: bytes) -> bytes:
    """Return a picture with sixteen shades of grey: text stays sharp and a page small enough to send."""
    small = Image.open(io.BytesIO(picture)).convert("L").quantize(16)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()


def _flow(text: str) -> list[str]:
    return phrases(clean(text))


def _folders(roots: "list[Path] | tuple[Path, ...]") -> list[Path]:
    """Return the folders that hold one of our font files, so that typst need not read hundreds of others."""
    return sorted({path.parent for root in roots for name in FILES for path in root.glob(f"**/{name}")})
