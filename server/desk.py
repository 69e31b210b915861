"""The paper desk: turns what the board and the case know into a paper, in a thread beside the sockets."""

import asyncio

from server.core import places
from server.core.city import City, Device
from server.core.forms.taking import Letters
from server.core.hours import hours
from server.core.journal import Now
from server.core.states import Done, Ticket, staff_of
from server.documents import checklist, codes, forms, pages, samples
from server.documents.booking import BookingPaper
from server.documents.codes import qr
from server.documents.papers import NumberPaper, Papers, Raster, Slip, TrialPage, grey, png, strips
from server.documents.receipt import ReceiptPaper
from server.formwork import FormContent
from server.http.ports import BookingContent, ChecklistContent, Content, NoPages, ReceiptContent, Sheet
from server.protocol.messages import NumberGiven


class Desk:
    """Draws papers for the edge; `version` is printed on test pages."""

    def __init__(self, papers: Papers, version: str, letters: Letters | None = None) -> None:
        self._papers = papers
        self._letters = letters or Letters()
        self._version = version

    async def slip(self, content: Content) -> Sheet:
        """Draw a resident's slip. Raises PaperFailed and ValidationError."""
        return _sheet(await asyncio.to_thread(self._papers.render_slip, _slip(content)))

    async def picture(self, content: Content) -> bytes:
        """Return a slip as PNG, dot for dot. Raises PaperFailed and ValidationError."""
        slip = _slip(content)
        return await asyncio.to_thread(lambda: png(self._papers.render_slip(slip)))

    async def checklist(self, content: ChecklistContent) -> Sheet:
        """Draw a checklist. Raises PaperFailed."""
        return _sheet(
            await asyncio.to_thread(
                checklist.checklist_receipt, self._papers, content.checklist, _around(content)
            )
        )

    async def checklist_picture(self, content: ChecklistContent) -> bytes:
        """Return a checklist as PNG, dot for dot. Raises PaperFailed."""
        frame = _around(content)
        return await asyncio.to_thread(
            lambda: png(checklist.checklist_receipt(self._papers, content.checklist, frame))
        )

    async def checklist_pdf(self, content: ChecklistContent) -> bytes:
        """Return a checklist as A4. Raises PaperFailed."""
        return await asyncio.to_thread(
            checklist.checklist_pdf, self._papers, content.checklist, _around(content)
        )

    def code_picture(self, text: str) -> bytes:
        """Return a QR code as PNG."""
        return codes.png(text)

    async def receipt(self, content: ReceiptContent) -> Sheet:
        """Draw a 控え. Raises PaperFailed."""
        return _sheet(await asyncio.to_thread(self._papers.render_receipt, _receipt(content)))

    async def receipt_picture(self, content: ReceiptContent) -> bytes:
        """Return a 控え as PNG, dot for dot. Raises PaperFailed."""
        paper = _receipt(content)
        return await asyncio.to_thread(lambda: png(self._papers.render_receipt(paper)))

    async def shared_pages(self, file: bytes) -> tuple[pages.Page, ...]:
        """Draw the pages of a clerk's file in a limited process. Raises NoPages."""
        try:
            return await pages.draw(file)
        except pages.NoPages as refused:
            raise NoPages(f"pages_{refused.why}") from None

    async def sample_pages(self, name: str) -> tuple[pages.Page, ...]:
        """Draw a sample of the city's. Raises KeyError and NoPages."""
        if name not in samples.TITLES:
            raise KeyError(name)
        return await self.shared_pages(await asyncio.to_thread(self._papers.pdf, f"samples/{name}", {}, 0.0))

    def samples(self) -> dict[str, str]:
        """Return the samples there are: name and title."""
        return dict(samples.TITLES)

    async def form_pdf(self, content: FormContent) -> bytes:
        """Make a form's PDF/A. Raises PaperFailed."""
        frame = _frame(content)
        return await asyncio.to_thread(forms.form_pdf, self._papers, content.form, frame, self._letters)

    def code(self, text: str) -> tuple[str, ...]:
        """Return a QR code as rows of 0 and 1."""
        return tuple(qr(text))

    async def form_pages(self, content: FormContent, ppi: float) -> tuple[bytes, ...]:
        """Draw a form's pages for a screen, in shades of grey. Raises PaperFailed."""
        frame = _frame(content)

        def draw() -> tuple[bytes, ...]:
            pages = forms.form_pages(self._papers, content.form, frame, self._letters, ppi)
            return tuple(grey(page) for page in pages)

        return await asyncio.to_thread(draw)

    async def form_copy(self, content: FormContent) -> Sheet:
        """Draw the 控え of a form. Raises PaperFailed."""
        frame = _frame(content)
        return _sheet(
            await asyncio.to_thread(forms.form_receipt, self._papers, content.form, frame, self._letters)
        )

    async def form_copy_picture(self, content: FormContent) -> bytes:
        """Return the 控え of a form as PNG, dot for dot. Raises PaperFailed."""
        frame = _frame(content)
        return await asyncio.to_thread(
            lambda: png(forms.form_receipt(self._papers, content.form, frame, self._letters))
        )

    async def booking(self, content: BookingContent) -> Sheet:
        """Draw the slip of a reservation. Raises PaperFailed."""
        return _sheet(await asyncio.to_thread(self._papers.render_booking, _booking(content)))

    async def number(self, city: City, ticket: Ticket, given: NumberGiven, now: Now) -> Sheet:
        """Draw a number of the hall. Raises PaperFailed."""
        paper = NumberPaper(
            city=city.name,
            site=places.site_of(city, ticket),
            number=ticket.number,
            purpose=_wish(city, ticket),
            ahead=given.ahead,
            wait_minutes=given.wait_minutes,
            at=now.wall - (now.elapsed - ticket.arrived),
        )
        return _sheet(await asyncio.to_thread(self._papers.render_number, paper))

    async def test(self, city: City, kiosk: Device, now: Now) -> Sheet:
        """Draw a test page for one kiosk."""
        page = TrialPage(
            city=city.name, site=_site(city, kiosk), kiosk=kiosk.name, version=self._version, at=now.wall
        )
        return _sheet(await asyncio.to_thread(self._papers.render_test, page))


def drawn_png(width: int, rows: tuple[bytes, ...]) -> bytes:
    """Return a paper that was drawn before as PNG, dot for dot."""
    return png(Raster(width, b"".join(rows)))


def _slip(content: Content) -> Slip:
    city, ticket, now = content.city, content.ticket, content.now
    staff = ticket.state.staff if isinstance(ticket.state, Done) else staff_of(ticket.state)
    person = None if staff is None else city.staff.get(staff)
    return Slip(
        city=city.name,
        site=places.site_of(city, ticket),
        number=ticket.number,
        started=now.wall - (now.elapsed - ticket.arrived),
        ended=now.wall,
        purpose=_wish(city, ticket),
        department="" if person is None else person.department,
        staff="" if person is None else family_name(person.name),
        telephone=city.telephone,
        hours=hours(city)[:60],
        content=content.slip,
        card_read=content.card_read,
        card_also=content.card_also,
    )


def _booking(content: BookingContent) -> BookingPaper:
    city, details = content.city, content.details
    purpose = next((one for one in city.purposes if one.id == details.purpose), None)
    return BookingPaper(
        city=city.name,
        site=details.site or _site(city, content.kiosk),
        starts=content.starts,
        code=details.code,
        purpose="" if purpose is None else purpose.staff_label,
        bring=() if purpose is None else purpose.bring,
        telephone=city.telephone[:20],
        hours=hours(city)[:60],
    )


def _around(content: ChecklistContent) -> checklist.Frame:
    city, ticket = content.city, content.ticket
    return checklist.Frame(
        city=city.name,
        site=places.site_of(city, ticket),
        number=ticket.number,
        at=content.now.wall,
        telephone=city.telephone[:20],
        hours=hours(city)[:60],
    )


def _receipt(content: ReceiptContent) -> ReceiptPaper:
    city, ticket = content.city, content.ticket
    return ReceiptPaper(
        city=city.name,
        site=places.site_of(city, ticket),
        number=ticket.number,
        at=content.now.wall,
        telephone=city.telephone,
        hours=hours(city)[:60],
        receipt=content.receipt,
    )


def _frame(content: FormContent) -> forms.FormFrame:
    city, ticket = content.city, content.ticket
    return forms.FormFrame(
        city=city.name,
        site=places.site_of(city, ticket),
        number=ticket.number,
        at=content.now.wall,
        telephone=city.telephone[:20],
        hours=hours(city)[:60],
        pay_link=content.pay_link,
    )


def _sheet(raster: Raster) -> Sheet:
    return Sheet(raster.width, strips(raster))


def family_name(name: str) -> str:
    """Return 「佐藤」 of 「佐藤 恵」; a name without a space stays whole."""
    parts = name.replace("\u3000", " ").split()
    return parts[0] if parts else ""


def _wish(city: City, ticket: Ticket) -> str:
    return next((one.staff_label for one in city.purposes if one.id == ticket.purpose), "")


def _site(city: City, kiosk: Device | None) -> str:
    if kiosk is None:
        return ""
    return next((site.name for site in city.sites if site.id == kiosk.site), "")
