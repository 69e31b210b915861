"""What the edge needs from the stores and the paper desk; `__main__` hands in the real ones.

The stores are our neighbours, not our floor (import-linter: http | documents | store), so we name only their shape.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from server.booking import Details
from server.core.checklist.receipt import CardAlso, Receipt
from server.core.checklist.sheet import Sheet as Checklist
from server.core.city import City, Device, Person
from server.core.journal import Now
from server.core.places import SentWindow
from server.core.states import Ticket
from server.formwork import FormContent
from server.protocol.messages import NumberGiven, PresentCertificate, PresentSignature, Reply, ToSign
from server.protocol.values import KioskId, SiteId, SlipContent, StaffId, TicketId


class Account(Protocol):
    """A person with what signing in needs."""

    @property
    def person(self) -> Person: ...
    @property
    def password(self) -> str: ...


class Windows(Protocol):
    """Links that were sent for one visit each."""

    async def add(self, window: SentWindow, link: bytes, digits: bytes, now: float) -> bool: ...
    async def open(self, code: bytes, public_key: bytes, machine: str, now: float) -> SentWindow | None: ...
    async def sent(self, now: float) -> Sequence[SentWindow]: ...
    async def revoke(self, window: str) -> bool: ...


class Registry(Protocol):
    """Who is known here."""

    @property
    def windows(self) -> Windows: ...

    async def account(self, account: str) -> Account | None: ...
    async def staff(self) -> Mapping[StaffId, Person]: ...
    async def open_session(self, token: bytes, staff: StaffId, now: float) -> None: ...
    async def use_session(self, token: bytes, now: float) -> Person | None: ...
    async def close_session(self, token: bytes) -> None: ...
    async def kiosks(self) -> Mapping[KioskId, Device]: ...
    async def revoke_kiosk(self, kiosk: KioskId) -> bool: ...
    async def add_enrolment(self, code: bytes, site: SiteId, name: str, now: float) -> float: ...
    async def enrol(
        self, code: bytes, kiosk: KioskId, public_key: bytes, machine: str, now: float
    ) -> Device | None: ...


class Cases(Protocol):
    """What is personal about a ticket, sealed."""

    async def put(self, ticket: TicketId, name: str, plaintext: bytes) -> None: ...
    async def get(self, ticket: TicketId, name: str) -> bytes | None: ...
    async def erase(self, ticket: TicketId) -> None: ...
    async def holding(self, name: str) -> Sequence[TicketId]: ...
    async def erase_at(self, ticket: TicketId, when: float) -> None: ...
    async def erase_due(self, now: float) -> Sequence[TicketId]: ...


class Answered(Protocol):
    """What a kiosk is told when it presents something of a card."""

    @property
    def reply(self) -> Reply: ...
    @property
    def to_sign(self) -> ToSign | None: ...


class CardProofs(Protocol):
    """Checks what a card's own key says."""

    async def certificate(self, kiosk: KioskId, command: PresentCertificate) -> Answered: ...
    async def signature(self, kiosk: KioskId, command: PresentSignature) -> Reply: ...


class Sheet(msgspec.Struct, frozen=True):
    """A paper as dots: strips of whole rows, as `Paper.rows` wants them."""

    width: int
    strips: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"<Sheet of {len(self.strips)} strips>"


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All that a slip depends on."""

    city: City
    ticket: Ticket
    slip: SlipContent
    card_read: bool
    card_also: tuple[CardAlso, ...] = ()
    now: Now


class ChecklistContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that a printed checklist depends on."""

    city: City
    ticket: Ticket
    checklist: Checklist
    now: Now


class ReceiptContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that a 控え depends on."""

    city: City
    ticket: Ticket
    receipt: Receipt
    now: Now


class BookingContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that the slip of a reservation depends on."""

    city: City
    kiosk: Device
    starts: float
    details: Details


class PageImage(Protocol):
    """A page as JPEG."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def jpeg(self) -> bytes: ...


class NoPages(Exception):
    """A file that cannot be shown; `why` is a key of the API's texts."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class PaperDesk(Protocol):
    """Draws papers, off the loop."""

    async def slip(self, content: Content) -> Sheet: ...
    async def picture(self, content: Content) -> bytes: ...
    async def checklist(self, content: ChecklistContent) -> Sheet: ...
    async def checklist_picture(self, content: ChecklistContent) -> bytes: ...
    async def checklist_pdf(self, content: ChecklistContent) -> bytes: ...
    def code_picture(self, text: str) -> bytes: ...
    async def receipt(self, content: ReceiptContent) -> Sheet: ...
    async def receipt_picture(self, content: ReceiptContent) -> bytes: ...
    async def form_copy(self, content: FormContent) -> Sheet: ...
    async def form_copy_picture(self, content: FormContent) -> bytes: ...
    async def shared_pages(self, file: bytes) -> tuple[PageImage, ...]: ...
    async def sample_pages(self, name: str) -> tuple[PageImage, ...]: ...
    def samples(self) -> dict[str, str]: ...
    async def booking(self, content: BookingContent) -> Sheet: ...
    async def test(self, city: City, kiosk: Device, now: Now) -> Sheet: ...
    async def number(self, city: City, ticket: Ticket, given: NumberGiven, now: Now) -> Sheet: ...
