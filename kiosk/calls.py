"""The kiosk's end of both links: offers are checked, answers signed, and nothing of an old conversation gets through.

Voice belongs to the page and only passes through here; the eyes are ours. What may run is said by the state alone
(`kiosk.flow.view.media_for`) and applied after each change.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hardware.ports import Camera
from kiosk.flow.events import (
    AttemptSeen,
    BadSignature,
    Capturing,
    ClerkPulse,
    Event,
    EyesAre,
    Heard,
    LeafIs,
    PaperIs,
    StillAsked,
    StillDropped,
    StillFailed,
    StillTaken,
)
from kiosk.media import eyes as media
from kiosk.media import photo, stills
from kiosk.media.binding import Unbound, genuine, signed
from kiosk.media.leaves import Leaf
from kiosk.media.marks import Told
from server.protocol.messages import (
    CardNumber,
    Ice,
    MediaState,
    RelayToKiosk,
    RelayToStaff,
    Say,
    Sdp,
    TicketForKiosk,
    Typing,
)
from server.protocol.screen import PageMarks, SharedPage, Voice, VoiceSignal

log = logging.getLogger(__name__)

EARLY = 64  # the console may be quicker than the view that says who it is
WORK = 256  # candidates and offers not yet taken by the eyes; a console that sends more is no console


class CallDesk:
    """Both links of the conversation there is, or none."""

    def __init__(self, *, key: Ed25519PrivateKey, face: Camera | None, document: Camera | None) -> None:
        self._key = key
        has_eyes = face is not None or document is not None
        self._eyes = (
            media.Eyes(face, document, self._seen, lambda jpeg: self._to_paper(jpeg), self._leaf)
            if has_eyes
            else None
        )
        self._voice: Voice | None = None
        self._ticket: TicketForKiosk | None = None
        self._early: deque[RelayToKiosk] = deque(maxlen=EARLY)
        self._work: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue(WORK)
        self._captured = False
        self._post: Callable[[Event], None] = lambda _event: None
        self._to_page: Callable[[VoiceSignal], None] = lambda _signal: None
        self._to_clerk: Callable[[RelayToStaff], None] = lambda _message: None
        self._take_number: Callable[[int, CardNumber], None] = lambda _generation, _number: None
        self._to_paper: Callable[[bytes | None], None] = lambda _jpeg: None
        self._to_leaf: Callable[[SharedPage, PageMarks], None] = lambda _page, _marks: None

    async def run(
        self,
        post: Callable[[Event], None],
        to_page: Callable[[VoiceSignal], None],
        to_clerk: Callable[[RelayToStaff], None],
        take_number: Callable[[int, CardNumber], None] = lambda _generation, _number: None,
        to_paper: Callable[[bytes | None], None] = lambda _jpeg: None,
        to_leaf: Callable[[SharedPage, PageMarks], None] = lambda _page, _marks: None,
    ) -> None:
        """Work until cancelled; then both cameras are off. `to_paper` takes pictures of the paper for the page."""
        self._post, self._to_page, self._to_clerk = post, to_page, to_clerk
        self._take_number = take_number
        self._to_paper, self._to_leaf = to_paper, to_leaf
        try:
            while True:
                await (await self._work.get())()
                self._note()
        finally:
            if self._eyes is not None:
                await self._eyes.close()

    def apply(self, voice: Voice | None, ticket: TicketForKiosk | None) -> None:
        """Make the links what the state says: none, running, or held with every track stopped at its source."""
        before, self._voice, self._ticket = self._voice, voice, ticket
        if before == voice:
            return
        same = before is not None and voice is not None and _call(before) == _call(voice)
        eyes = self._eyes
        if eyes is not None:
            if before is not None and not same:
                self._do(eyes.close)
            if voice is not None and (not same or before is None or before.sending != voice.sending):
                on = voice.sending
                self._do(lambda: eyes.send(on))
        if voice is not None and not same:
            early, self._early = self._early, deque(maxlen=EARLY)
            for message in early:
                self.from_clerk(message)

    def from_clerk(self, message: RelayToKiosk) -> None:
        """Take what the clerk sends; what is of an old conversation is dropped, of the next one kept for a moment."""
        voice, ticket = self._voice, self._ticket
        if voice is None or ticket is None or message.generation > voice.generation:
            if not isinstance(message.body, CardNumber):  # what is on somebody's card is not kept for later
                self._early.append(message)
            return
        if message.generation < voice.generation:
            return
        match message.body:
            case Sdp() as offer:
                self._offered(voice, ticket, offer)
            case Ice() as candidate:
                self._candidate(voice, candidate)
            case Say() | Typing() | MediaState() as body:
                self._post(Heard(message.generation, body))
            case CardNumber() as number:
                self._take_number(message.generation, number)

    def from_page(self, signal: VoiceSignal) -> None:
        """Sign the page's answer and hand on its candidates."""
        voice = self._voice
        if voice is None or signal.generation != voice.generation:
            return
        match signal.body:
            case Sdp() as answer:
                if answer.link == "voice" and answer.kind == "answer":
                    self._answer(voice, answer)
            case Ice() as candidate:
                if candidate.link == "voice":
                    self._to_clerk(RelayToStaff(generation=voice.generation, body=candidate))

    def _leaf(self, leaf: Leaf | None, told: Told) -> None:
        if leaf is None:
            self._to_leaf(SharedPage(), PageMarks())
            return
        head = leaf.header
        page = SharedPage(number=head.page, of=told.of, width=head.width, height=head.height, jpeg=leaf.jpeg)
        look = told.look
        marks = PageMarks(dot=told.dot, lines=told.lines, zoom=look.zoom, x=look.x, y=look.y)
        self._to_leaf(page, marks)

    def take_still(self, still: str) -> None:
        """Take the still the resident said 「はい」 to."""
        if self._eyes is not None:
            self._eyes.take_still(still)

    def refuse_still(self, still: str, why: stills.Why) -> None:
        """Tell the clerk that there is none."""
        if self._eyes is not None:
            self._eyes.refuse_still(still, why)

    def _offered(self, voice: Voice, ticket: TicketForKiosk, offer: Sdp) -> None:
        if offer.kind != "offer":
            return
        if not genuine(ticket.staff_key, voice.ticket, voice.generation, offer):
            log.warning("call %s/%d: an offer for %s is not signed by its clerk", *_call(voice), offer.link)
            self._post(BadSignature(voice.generation, offer.link))
            return
        self._post(AttemptSeen(voice.generation, offer.link, offer.attempt))
        if offer.link == "voice":
            self._to_page(VoiceSignal(generation=voice.generation, body=offer))
        elif self._eyes is not None:
            eyes = self._eyes
            self._do(lambda: self._look(eyes, voice, offer))

    def _candidate(self, voice: Voice, candidate: Ice) -> None:
        if candidate.link == "voice":
            self._to_page(VoiceSignal(generation=voice.generation, body=candidate))
        elif self._eyes is not None:
            eyes = self._eyes
            self._do(lambda: eyes.candidate(candidate.attempt, candidate.candidate, candidate.mid))

    async def _look(self, eyes: media.Eyes, voice: Voice, offer: Sdp) -> None:
        if self._voice is None or _call(self._voice) != _call(voice):
            return  # ended while this waited its turn
        try:
            sdp = await eyes.answer(
                voice.ticket, voice.generation, offer.attempt, offer.sdp, voice.ice_servers
            )
        except media.StaleAttempt:
            return
        except media.BadOffer:
            log.warning("call %s/%d: the eyes cannot answer attempt %d", *_call(voice), offer.attempt)
            return
        self._answer(voice, Sdp(link="eyes", attempt=offer.attempt, kind="answer", sdp=sdp))

    def _answer(self, voice: Voice, answer: Sdp) -> None:
        try:
            body = signed(self._key, voice.ticket, voice.generation, answer)
        except Unbound:
            log.warning("call %s/%d: an answer without a fingerprint is not sent", *_call(voice))
            return
        self._to_clerk(RelayToStaff(generation=voice.generation, body=body))

    def _seen(self, event: media.EyesEvent) -> None:
        voice = self._voice
        if voice is None:
            return
        match event:
            case media.EyesUp(attempt=attempt):
                self._post(EyesAre(voice.generation, attempt, up=True))
            case media.EyesLost(attempt=attempt):
                self._post(EyesAre(voice.generation, attempt, up=False))
            case media.ClerkPulse(alive=alive):
                self._post(ClerkPulse(voice.generation, alive))
            case media.PaperIs(sight=sight):
                self._post(PaperIs(voice.generation, sight))
            case media.LeafIs(number=number, of=of):
                self._post(LeafIs(voice.generation, number, of))
            case photo.StillAsked(still=still):
                self._post(StillAsked(voice.generation, still))
            case photo.StillDropped(still=still):
                self._post(StillDropped(voice.generation, still))
            case photo.StillTaken(still=still, problem=problem):
                self._post(StillTaken(voice.generation, still, problem))
            case photo.StillFailed(still=still):
                self._post(StillFailed(voice.generation, still))
        self._note()

    def _note(self) -> None:
        on = self._eyes is not None and self._eyes.capturing
        if on != self._captured:
            self._captured = on
            self._post(Capturing(on))

    def _do(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            self._work.put_nowait(work)
        except asyncio.QueueFull:
            log.warning("call: more news for the eyes than they can take; one dropped")


def _call(voice: Voice) -> tuple[str, int]:
    return voice.ticket, voice.generation
