"""Forms at work: clerk and resident write one form, each change durable in the encrypted case before anybody sees it.

Rule 1: what may happen is decided in `server.core.forms`; here it is kept, drawn, shown to one kiosk, and handed out.
Rule 2: values leave towards the kiosk and the clerk of this visit, the printer, and the city's own back office only.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Protocol
from weakref import WeakValueDictionary

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from server.cards_read import CardsRead
from server.casework import Cases, Casework, drawer
from server.core.checklist.receipt import DAY
from server.core.city import City, Person
from server.core.forms import by_card as cards
from server.core.forms import looking
from server.core.forms import state as s
from server.core.forms.book import Book
from server.core.forms.carried import carried
from server.core.forms.content import Content, Filed
from server.core.forms.delivery import Delivery
from server.core.forms.learnt import learnt, newer
from server.core.forms.page import FormsPage, Table, forms_page, owed
from server.core.forms.reading import CODE, name_of, sheet_of, slot_of, spoken
from server.core.forms.served import Served, served
from server.core.forms.signature import Attestation, Signature, Why
from server.core.forms.step import begin, step
from server.core.forms.taking import Letters
from server.core.forms.words import TEXTS
from server.core.journal import Now
from server.core.orders import resident_at
from server.core.states import InCall, Ticket
from server.hub import Hub
from server.outgoing import Outgoing
from server.protocol.messages import AnswerForm, FormShown, Reply, SignForm
from server.protocol.values import DocumentDigest, Identity, Key, KioskId, OrderId, Personal, TicketId, Value

log = logging.getLogger(__name__)

FORMS = "forms"


class CardProof(Personal, frozen=True, kw_only=True):
    """A card's signature of a form's PDF, as it leaves for the back office."""

    order: OrderId
    identity: Identity
    cms: bytes


Deliver = Callable[[Filed, bytes, CardProof | None], Awaitable[str]]


class Show(Value, frozen=True, kw_only=True, tag_field="type", tag="show"):
    """Put a form before the resident, or none."""

    form: Key | None


class Told(Value, frozen=True, kw_only=True, tag_field="type", tag="told"):
    """Take over what the questionnaire has learnt since a form was opened: its newest word counts."""


class Attested(Personal, frozen=True, kw_only=True, tag_field="type", tag="attested"):
    """The resident agreed aloud and cannot write: the clerk's word for it."""

    form: Key
    why: Why
    note: Annotated[str, Meta(max_length=200)] = ""


class Done(Value, frozen=True, kw_only=True, tag_field="type", tag="done"):
    """File an agreed form that needs no signature."""

    form: Key


Act = (
    s.Open | s.Close | s.Put | s.AddRow | s.DropRow | s.UseCard | s.ReadBack | s.Reopen | s.Correct
    | Show | Told | Attested | Done
)  # fmt: skip
"""What a clerk may do; agreeing and signing are the resident's."""


class FormContent(msgspec.Struct, frozen=True, kw_only=True):
    """All that a form on paper depends on."""

    city: City
    ticket: Ticket
    form: Content | Filed
    now: Now
    pay_link: str = ""  # where its fees can be paid beforehand

    def __repr__(self) -> str:
        return "<FormContent redacted>"


class Payment(Protocol):
    """How fees can be paid before pick-up."""

    def link(self, total: int, reference: str) -> str:
        """Return the address for this sum in yen and this number; "" where it is paid at pick-up."""
        ...


class Drawing(Protocol):
    """Draws forms, off the loop."""

    async def form_pdf(self, content: FormContent) -> bytes: ...
    async def form_pages(self, content: FormContent, ppi: float) -> tuple[bytes, ...]: ...
    def code(self, text: str) -> tuple[str, ...]: ...


class Formwork:
    """The forms of one city's visits."""

    def __init__(
        self,
        hub: Hub,
        cases: Cases,
        casework: Casework,
        drawing: Drawing,
        *,
        book: Book,
        letters: Letters,
        deliver: Deliver | None = None,
        pay: Payment | None = None,
    ) -> None:
        """`deliver` hands a signed form to the back office and says why it could not ("": it has it); None: there is none."""
        self._hub = hub
        self._cases = cases
        self._casework = casework
        self._drawing = drawing
        self._book = book
        self._letters = letters
        self._deliver = deliver
        self._pay = pay
        self._locks: WeakValueDictionary[TicketId, asyncio.Lock] = WeakValueDictionary()
        self._changed: Callable[[KioskId], None] = lambda _kiosk: None
        self._bells: dict[KioskId, Callable[[], None]] = {}
        self.outgoing = Outgoing(hub, self)
        self.cards_read = CardsRead()

    @property
    def exports(self) -> bool:
        """Say whether a back office gets what is signed."""
        return self._deliver is not None

    def kinds(self) -> dict[str, float]:
        """Return after how many seconds each drawer of a visit is erased."""
        return {FORMS: self._hub.city.retention.forms_days * DAY}

    # ------------------------------------------------------------ who is told

    def heed(self, changed: Callable[[KioskId], None]) -> None:
        """Say whom to tell when something happened to the forms at a kiosk that its clerk did not do."""
        self._changed = changed

    def listen(self, kiosk: KioskId, bell: Callable[[], None]) -> None:
        """Ring this bell whenever the forms of the visit at this kiosk changed; the newest listener counts."""
        self._bells[kiosk] = bell

    def unlisten(self, kiosk: KioskId, bell: Callable[[], None]) -> None:
        """Stop."""
        if self._bells.get(kiosk) == bell:
            del self._bells[kiosk]

    async def shown(self, ticket: Ticket) -> FormShown | None:
        """Return what the resident of this call has before them; None when there were never any forms."""
        table = await self._kept(ticket.id)
        if table is None or not isinstance(ticket.state, InCall):
            return None
        content = self._content(table)
        sheet = None
        if content is not None and table.shown is not None:
            stage = table.state.stages[table.shown]
            filed = _last(table, table.shown) if isinstance(stage, s.Signed) else None
            sheet = sheet_of(content, stage, table.changed, filed, spoken(self._book, table.shown))
            if isinstance(stage, s.Agreed):
                sheet = replace(sheet, name=name_of(table.state))
            if link := self._link(filed):
                sheet = replace(sheet, pay_code=self._drawing.code(link))
        return FormShown(
            ticket=ticket.id, generation=ticket.state.generation, revision=table.state.revision, sheet=sheet
        )

    async def pictures(self, ticket: Ticket, ppi: float) -> tuple[int, tuple[bytes, ...]] | None:
        """Draw the form that is read back, with the revision it is of; None while nothing is."""
        table = await self._kept(ticket.id)
        content = None if table is None else self._content(table)
        if table is None or content is None or table.shown is None:
            return None
        if not isinstance(table.state.stages[table.shown], s.Reading | s.Agreed):
            return None
        return table.state.revision, await self._drawing.form_pages(self.content(ticket, content), ppi)

    # ------------------------------------------------------------ the clerk

    async def page(self, ticket: Ticket) -> FormsPage:
        """Return all forms of a visit."""
        table = await self._table(ticket)
        return self._page(table, await self._casework.wanted(ticket))

    async def act(self, ticket: Ticket, act: Act, person: Person) -> FormsPage | s.Refused:
        """Let a clerk do one thing; what is returned is durable."""
        async with self._at(ticket.id):
            before = await self._table(ticket)
            after = await self._acted(ticket, before, act, person)
            if isinstance(after, s.Refused):
                return after
            after = await self._keep(ticket, before, after)
        if not isinstance(act, Told | s.Open):  # those came from there
            await self._casework.heard(ticket, learnt(self._book, before.state, after.state), person.id)
        return self._page(after, await self._casework.wanted(ticket))

    async def _acted(self, ticket: Ticket, table: Table, act: Act, person: Person) -> Table | s.Refused:
        wall = self._hub.now().wall
        match act:
            case Show(form=form):
                if form is not None and form not in table.state.stages:
                    return s.Refused(code="unknown_form", sentence="")
                return replace(table, shown=form, changed=None)
            case s.Open(form=form):
                opened = self._steps(table, act, *(await self._casework.told(ticket)))
                return opened if isinstance(opened, s.Refused) else replace(opened, shown=form, changed=None)
            case Told():
                after = self._steps(table, *newer(self._book, table.state, await self._casework.told(ticket)))
                return table if isinstance(after, s.Refused) else after  # what is being read stays as it is
            case s.Put():
                if act.origin in ("card", "checklist"):
                    act = replace(act, origin="typed")  # those are read, never written by hand
                after = self._steps(table, act)
                same = isinstance(after, Table) and after.state == table.state
                return after if isinstance(after, s.Refused) or same else replace(after, changed=act.slot)
            case s.UseCard(data=data) if not self.cards_read.said(ticket.id, data):
                log.warning("ticket %s: a form was offered as a card's word what no card said", ticket.id)
                return s.Refused(code="not_from_card", sentence=TEXTS["not_from_card"])
            case s.UseCard() | s.AddRow() | s.DropRow():
                after = self._steps(table, act)
                return after if isinstance(after, s.Refused) else replace(after, changed=None)
            case s.ReadBack(form=form) | s.Reopen(form=form) | s.Correct(form=form):
                after = self._steps(table, act)
                if isinstance(after, s.Refused):
                    return after
                return replace(after, shown=form, changed=None, helped=None)
            case s.Close(form=form):
                after = self._steps(table, act)
                if isinstance(after, s.Refused):
                    return after
                return replace(after, shown=None if table.shown == form else table.shown, changed=None)
            case Done(form=form):
                return self._steps(table, s.Finish(form=form, at=wall))
            case Attested(form=form):
                word = Attestation(
                    staff=person.id, staff_name=person.name, why=act.why, note=act.note, at=wall
                )
                aloud = isinstance(table.state.stages.get(form), s.Reading)
                agreed = (s.Agree(form=form, at=wall),) if aloud else ()
                after = self._steps(table, *agreed, s.Attest(form=form, attestation=word))
                return after if isinstance(after, s.Refused) else replace(after, helped=None)

    # ------------------------------------------------------------ the resident

    async def answered(self, kiosk: KioskId, command: AnswerForm | SignForm) -> Reply:
        """Take what the resident of this kiosk's call says to the form before them; the reply says it is durable."""
        board = self._hub.board()
        post = board.posts.get(kiosk)
        ticket = None if post is None else resident_at(board, post)
        if ticket is None or ticket.id != command.ticket or not isinstance(ticket.state, InCall):
            return Reply(id=command.id, refused="stale")
        async with self._at(ticket.id):
            before = await self._table(ticket)
            if before.shown != command.form or before.state.revision != command.revision:
                return Reply(id=command.id, refused="stale")
            after = self._said(before, command)
            if isinstance(after, s.Refused):
                return Reply(id=command.id, refused="invalid")
            await self._keep(ticket, before, after)
        self._changed(kiosk)
        return Reply(id=command.id)

    def _said(self, table: Table, command: AnswerForm | SignForm) -> Table | s.Refused:
        form, wall = command.form, self._hub.now().wall
        if isinstance(command, SignForm):
            return self._steps(
                table, s.Sign(form=form, signature=Signature(strokes=command.strokes), at=wall)
            )
        match command.answer:
            case "yes":
                return self._steps(table, s.Agree(form=form, at=wall))
            case "no":
                content = self._content(table)
                slot = None if content is None or command.row is None else slot_of(content, command.row)
                after = self._steps(table, s.Refuse(form=form, slot=slot))
                return after if isinstance(after, s.Refused) else replace(after, changed=slot)
            case "cannot":
                if not isinstance(table.state.stages.get(form), s.Agreed):
                    return s.Refused(code="not_now", sentence="")
                # A revision of its own: the resident's screen changes, though no value does.
                return replace(table, state=looking.refreshed(table.state), helped=form)

    # ------------------------------------------------------------ papers

    async def filed(self, ticket: TicketId, sha256: str) -> Filed | None:
        """Return a signed form of a visit."""
        table = await self._kept(ticket)
        known = () if table is None else table.state.filed
        return next((one for one in known if one.sha256 == sha256), None)

    async def pdf(self, ticket: TicketId, sha256: str) -> bytes | None:
        """Return the PDF/A of a signed form, as it was made when it was signed."""
        return await self._cases.get(drawer(ticket, FORMS), f"pdf.{sha256}")

    async def signed_there(self, ticket: TicketId, document: DocumentDigest) -> bool:
        """Say whether these are the digests of a PDF in this visit's case: a card signs nothing else."""
        table = await self._kept(ticket)
        for filed in () if table is None else table.state.filed:
            pdf = await self._cases.get(drawer(ticket, FORMS), f"pdf.{filed.sha256}")
            if pdf is not None and document == cards.digests(pdf):
                return True
        return False

    async def card_said(self, word: cards.CardWord) -> None:
        """Keep what a card came to beside the form it signed; durable when this returns, and a second time harmless."""
        async with self._at(word.ticket):
            before = await self._kept(word.ticket)
            if before is None:
                return
            after = replace(before, by_card=cards.noted(before.by_card, before.documents, word))
            if after == before:
                return
            where = drawer(word.ticket, FORMS)
            if word.proof:  # first the proof, then the word that there is one
                await self._cases.put(where, f"card.{word.order}", word.proof)
            await self._cases.put(where, FORMS, msgspec.json.encode(after))
        log.info("ticket %s: a card's signature of a form is %s", word.ticket, word.identity.outcome)
        if (ticket := self._hub.board().tickets.get(word.ticket)) is not None:
            self._changed(ticket.kiosk)
        if self._deliver is not None:
            self.outgoing.ring(word.ticket)

    async def copy(self, ticket: TicketId, sha256: str) -> cards.Copied | None:
        """Return a signed form as its 控え says it, with what the card came to."""
        table, filed = await self._kept(ticket), await self.filed(ticket, sha256)
        if table is None or filed is None:
            return None
        card = cards.newest(table.by_card, sha256)
        return cards.copied(filed, None if card is None else card.identity)

    async def served(self, ticket: TicketId, event: Key) -> dict[Key, Served]:
        """Return what the forms of a visit did for the lines of its checklist."""
        return {} if (table := await self._kept(ticket)) is None else served(self._book, table.state, event)

    async def counted(self, ticket: TicketId) -> tuple[int, int]:
        """Return how many signed forms of a visit are kept, and how many signatures by card."""
        table = await self._kept(ticket)
        return (0, 0) if table is None else (len(table.state.filed), sum(one.proved for one in table.by_card))

    async def draft(self, ticket: Ticket, form: Key) -> bytes | None:
        """Draw an open form as it stands; None when it is not open."""
        table = await self._table(ticket)
        if form not in table.state.stages:
            return None
        content = looking.content(self._book, self._book.forms[form], table.state)
        return await self._drawing.form_pdf(self.content(ticket, content))

    def content(self, ticket: Ticket, form: Content | Filed) -> FormContent:
        """Return what drawing a form takes."""
        return FormContent(
            city=self._hub.city, ticket=ticket, form=form, now=self._hub.now(), pay_link=self._link(form)
        )

    def _link(self, form: Content | Filed | None) -> str:
        """Return where the fees of a signed form can be paid; before it is signed there is nothing to pay for."""
        if self._pay is None or not isinstance(form, Filed) or form.content.fees is None:
            return ""
        return self._pay.link(form.content.fees.total, form.sha256[:CODE])

    # ------------------------------------------------------------ on the way out

    async def everybody(self) -> Sequence[TicketId]:
        """Name every visit that has forms."""
        held = await self._cases.holding(FORMS)
        return [TicketId(one.removesuffix(f".{FORMS}")) for one in held if one.endswith(f".{FORMS}")]

    async def hand_out(self, ticket: TicketId) -> Delivery | None:
        """Hand out what is signed and not delivered yet; how far that came is durable before this returns."""
        table = await self._kept(ticket)
        if self._deliver is None or table is None or not owed(table):
            return None
        given, why = await self._give(ticket, table, self._deliver)
        async with self._at(ticket):
            now = await self._kept(ticket)
            if now is None:
                return None  # erased meanwhile: its time was over
            wall = self._hub.now().wall
            begun = replace(now.delivery, since=now.delivery.since or wall)
            tried = begun.failed(why, wall) if why else Delivery()
            after = replace(now, delivered=(*now.delivered, *given), delivery=tried)
            await self._cases.put(drawer(ticket, FORMS), FORMS, msgspec.json.encode(after))
        if given and (known := self._hub.board().tickets.get(ticket)) is not None:
            self._changed(known.kiosk)
        return after.delivery if owed(after) else None

    async def _give(self, ticket: TicketId, table: Table, deliver: Deliver) -> tuple[list[str], str]:
        """Return what was taken, and why the next was not; the others wait behind it, in their order."""
        given: list[str] = []
        for filed, card in owed(table):
            pdf, proof = await self.pdf(ticket, filed.sha256), await self._proof(ticket, card)
            try:
                why = "no_pdf" if pdf is None else await deliver(filed, pdf, proof)
            except Exception as error:  # nobody foresaw it: no end of the server, and no form in its log
                why = type(error).__name__
            if why:
                log.error("ticket %s: a form could not be handed out, %s", ticket, why)
                return given, why
            given.append(filed.sha256 if card is None else card.order)
        return given, ""

    # ------------------------------------------------------------ inside

    def _steps(self, table: Table, *events: s.Event) -> Table | s.Refused:
        state = table.state
        for event in events:
            after = step(self._book, state, event, self._casework.today(), self._letters)
            if isinstance(after, s.Refused):
                return after
            state = after
        return replace(table, state=state)

    def _content(self, table: Table) -> Content | None:
        form = None if table.shown is None else self._book.forms.get(table.shown)
        if form is None or form.id not in table.state.stages:
            return None
        filed = _last(table, form.id)
        if isinstance(table.state.stages[form.id], s.Signed) and filed is not None:
            return filed.content
        return looking.content(self._book, form, table.state)

    def _page(self, table: Table, needed: Sequence[str]) -> FormsPage:
        forms = self._book.forms.values()
        asked = tuple(dict.fromkeys(form.id for one in needed for form in forms if one in form.serves))
        return forms_page(self._book, table, asked, exports=self.exports)

    async def _kept(self, ticket: TicketId) -> Table | None:
        text = await self._cases.get(drawer(ticket, FORMS), FORMS)
        if text is None:
            return None
        table = msgspec.json.decode(text, type=Table)
        state = carried(self._book, table.state, self._casework.today(), self._letters)
        if state is table.state:
            return table
        shown = table.shown if table.shown in state.stages else None
        return replace(table, state=state, shown=shown, changed=None, helped=None)

    async def _table(self, ticket: Ticket) -> Table:
        """Return the forms of a visit, by the city's data as they are now; before there are any, an empty table."""
        return await self._kept(ticket.id) or Table(state=begin(self._book))

    async def _keep(self, ticket: Ticket, before: Table, after: Table) -> Table:
        if after == before:
            return after
        where = drawer(ticket.id, FORMS)
        for filed in after.state.filed[len(before.state.filed) :]:
            # First its paper, then the word that it is signed: no signed form is ever without one.
            pdf = await self._drawing.form_pdf(self.content(ticket, filed))
            await self._cases.put(where, f"pdf.{filed.sha256}", pdf)
            after = replace(after, documents={**after.documents, filed.sha256: cards.digests(pdf)})
            log.info(
                "ticket %s: form %s signed, version %d", ticket.id, filed.content.form, filed.content.copy
            )
        await self._cases.put(where, FORMS, msgspec.json.encode(after))
        if (bell := self._bells.get(ticket.kiosk)) is not None:
            bell()
        if self._deliver is not None and owed(after):
            self.outgoing.ring(ticket.id)
        return after

    async def _proof(self, ticket: TicketId, card: cards.CardSignature | None) -> CardProof | None:
        cms = None if card is None else await self._cases.get(drawer(ticket, FORMS), f"card.{card.order}")
        if card is None or cms is None:
            return None
        return CardProof(order=card.order, identity=card.identity, cms=cms)

    @asynccontextmanager
    async def _at(self, id: TicketId):
        """Let one change of a table come after another."""
        lock = self._locks.setdefault(id, asyncio.Lock())
        async with lock:
            yield


def _last(table: Table, form: Key) -> Filed | None:
    return next((one for one in reversed(table.state.filed) if one.content.form == form), None)
