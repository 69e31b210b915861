"""The kiosk's end of all links: offers are checked, answers signed, and nothing of an old conversation gets through.

Voice belongs to the page and only passes through here; the eyes are ours. Each clerk of a conversation has both links,
fenced by their own generation. What may run is said by the state alone (`kiosk.flow.view.voices_for`) and applied after
each change.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Literal

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
from kiosk.media.scene import Scene
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
    """The links of the conversation there is, or none: two with each clerk who is in it."""

    def __init__(self, *, key: Ed25519PrivateKey, face: Camera | None, document: Camera | None) -> None:
        self._key = key
        self._scene = (
            Scene(
                face,
                document,
                to_page=lambda jpeg: self._to_paper(jpeg),
                to_leaf=self._leaf,
                on_paper=self._paper_is,
                on_leaf=self._leaf_is,
                on_capturing=lambda on: self._post(Capturing(on)),
            )
            if face is not None or document is not None
            else None
        )
        self._lines: dict[int, _Line] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._voices: tuple[Voice, ...] = ()
        self._keys: dict[int, bytes] = {}
        self._early: deque[RelayToKiosk] = deque(maxlen=EARLY)
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
            await asyncio.Event().wait()
        finally:
            for line in self._lines.values():
                self._end(line)
            self._lines = {}
            while self._ending:
                await asyncio.gather(*self._ending, return_exceptions=True)

    def apply(self, voices: tuple[Voice, ...], ticket: TicketForKiosk | None) -> None:
        """Make the links what the state says, with whoever leads first: none, running, or held at the source."""
        if ticket is not None:
            people = {one.generation: one.staff_key for one in ticket.participants}
            self._keys = people | {ticket.generation: ticket.staff_key}
        if voices == self._voices:
            return
        self._voices = voices
        now = {voice.generation: voice for voice in voices}
        for generation, line in tuple(self._lines.items()):
            if generation not in now or now[generation].ticket != line.voice.ticket:
                self._end(self._lines.pop(generation))
        if not voices:
            self._keys = {}
        fresh = False
        for generation, voice in now.items():
            if (known := self._lines.get(generation)) is not None:
                known.follow(voice)
                continue
            fresh = True
            self._lines[generation] = _Line(voice, self._eyes_of(voice))
        if fresh:
            early, self._early = self._early, deque(maxlen=EARLY)
            for message in early:
                self.from_clerk(message)

    def from_clerk(self, message: RelayToKiosk) -> None:
        """Take what a clerk sends; what is of an old conversation is dropped, of the next one kept for a moment."""
        line = self._lines.get(message.generation)
        if line is None:
            waited_for = not self._lines or message.generation > min(self._lines)
            if waited_for and not isinstance(
                message.body, CardNumber
            ):  # what is on a card is not kept for later
                self._early.append(message)
            return
        match message.body:
            case Sdp() as offer:
                self._offered(line, offer)
            case Ice() as candidate:
                self._candidate(line, candidate)
            case Say() | Typing() | MediaState() as body:
                self._post(Heard(message.generation, body))
            case CardNumber() as number:
                if line.voice == self._voices[0]:
                    self._take_number(message.generation, number)

    def from_page(self, signal: VoiceSignal) -> None:
        """Sign the page's answer and hand on its candidates."""
        line = self._lines.get(signal.generation)
        if line is None:
            return
        match signal.body:
            case Sdp() as answer:
                if answer.link == "voice" and answer.kind == "answer":
                    self._answer(line.voice, answer)
            case Ice() as candidate:
                if candidate.link == "voice":
                    self._to_clerk(RelayToStaff(generation=signal.generation, body=candidate))

    def take_still(self, generation: int, still: str) -> None:
        """Take the still the resident said 「はい」 to, for the clerk who asked."""
        if (eyes := self._eyes_to(generation)) is not None:
            eyes.take_still(still)

    def refuse_still(self, generation: int, still: str, why: stills.Why) -> None:
        """Tell the clerk who asked that there is none."""
        if (eyes := self._eyes_to(generation)) is not None:
            eyes.refuse_still(still, why)

    def _eyes_to(self, generation: int) -> media.Eyes | None:
        line = self._lines.get(generation)
        return None if line is None else line.eyes

    def _leaf(self, leaf: Leaf | None, told: Told) -> None:
        if leaf is None:
            self._to_leaf(SharedPage(), PageMarks())
            return
        head = leaf.header
        page = SharedPage(number=head.page, of=told.of, width=head.width, height=head.height, jpeg=leaf.jpeg)
        look = told.look
        marks = PageMarks(dot=told.dot, lines=told.lines, zoom=look.zoom, x=look.x, y=look.y)
        self._to_leaf(page, marks)

    def _eyes_of(self, voice: Voice) -> media.Eyes | None:
        scene, generation = self._scene, voice.generation
        return None if scene is None else media.Eyes(scene, lambda event: self._seen(generation, event))

    def _end(self, line: "_Line") -> None:
        ending = line.end()
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    def _offered(self, line: "_Line", offer: Sdp) -> None:
        voice = line.voice
        if offer.kind != "offer":
            return
        if not genuine(self._keys.get(voice.generation, b""), voice.ticket, voice.generation, offer):
            log.warning("call %s/%d: an offer for %s is not signed by its clerk", *_call(voice), offer.link)
            self._post(BadSignature(voice.generation, offer.link))
            return
        self._post(AttemptSeen(voice.generation, offer.link, offer.attempt))
        if offer.link == "voice":
            self._to_page(VoiceSignal(generation=voice.generation, body=offer))
        elif (eyes := line.eyes) is not None:
            line.do(lambda: self._look(eyes, voice, offer))

    def _candidate(self, line: "_Line", candidate: Ice) -> None:
        if candidate.link == "voice":
            self._to_page(VoiceSignal(generation=line.voice.generation, body=candidate))
        elif (eyes := line.eyes) is not None:
            line.do(lambda: eyes.candidate(candidate.attempt, candidate.candidate, candidate.mid))

    async def _look(self, eyes: media.Eyes, voice: Voice, offer: Sdp) -> None:
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
        if voice.generation not in self._lines:
            return  # ended while this waited its turn
        try:
            body = signed(self._key, voice.ticket, voice.generation, answer)
        except Unbound:
            log.warning("call %s/%d: an answer without a fingerprint is not sent", *_call(voice))
            return
        self._to_clerk(RelayToStaff(generation=voice.generation, body=body))

    def _seen(self, generation: int, event: media.EyesEvent) -> None:
        if generation not in self._lines:
            return
        match event:
            case media.EyesUp(attempt=attempt):
                self._post(EyesAre(generation, attempt, up=True))
            case media.EyesLost(attempt=attempt):
                self._post(EyesAre(generation, attempt, up=False))
            case media.ClerkPulse(alive=alive):
                self._post(ClerkPulse(generation, alive))
            case photo.StillAsked(still=still):
                self._post(StillAsked(generation, still))
            case photo.StillDropped(still=still):
                self._post(StillDropped(generation, still))
            case photo.StillTaken(still=still, problem=problem):
                self._post(StillTaken(generation, still, problem))
            case photo.StillFailed(still=still):
                self._post(StillFailed(generation, still))

    def _paper_is(self, sight: Literal["looking", "seen", "lost"] | None) -> None:
        if self._voices:
            self._post(PaperIs(self._voices[0].generation, sight))

    def _leaf_is(self, number: int, of: int) -> None:
        if self._voices:
            self._post(LeafIs(self._voices[0].generation, number, of))


class _Line:
    """The links with one clerk; what the eyes have to do is done in its order, and waits for no other clerk's."""

    def __init__(self, voice: Voice, eyes: media.Eyes | None) -> None:
        self.voice, self.eyes = voice, eyes
        self._work: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue(WORK)
        self._working = asyncio.create_task(self._go(), name=f"links {voice.generation}")
        self._aim()

    def follow(self, voice: Voice) -> None:
        """Take over whether we send, and whether the paper may be seen."""
        before, self.voice = self.voice, voice
        if (before.sending, before.papers) != (voice.sending, voice.papers):
            self._aim()

    def do(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do this after what was to be done before."""
        try:
            self._work.put_nowait(work)
        except asyncio.QueueFull:
            log.warning("call: more news for the eyes than they can take; one dropped")

    def end(self) -> "asyncio.Task[None]":
        """Stop, whatever is under way; both are gone when the task returned is done."""
        return asyncio.create_task(self._close(), name=f"end {self.voice.generation}")

    def _aim(self) -> None:
        if (eyes := self.eyes) is not None:
            on, papers = self.voice.sending, self.voice.papers
            self.do(lambda: eyes.send(on, papers))

    async def _go(self) -> None:
        while True:
            work = await self._work.get()
            try:
                await work()
            except Exception as error:  # one clerk's link must not cost the others theirs
                log.error("call %s/%d: %s at the eyes", *_call(self.voice), type(error).__name__)

    async def _close(self) -> None:
        self._working.cancel()
        await asyncio.gather(self._working, return_exceptions=True)
        if self.eyes is not None:
            await self.eyes.close()


def _call(voice: Voice) -> tuple[str, int]:
    return voice.ticket, voice.generation
