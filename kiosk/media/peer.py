"""One attempt at the camera link: one aiortc connection, from the console's offer to its end.

aiortc cannot restart ICE, so an attempt is never repaired, only replaced. Its private names that we need are listed in
`PRIVATE_NAMES`; a test fails loudly when an upgrade loses one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, cast

import msgspec
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp
from aiortc.stats import RTCRemoteInboundRtpStreamStats

from kiosk.media import leaves, marks, stills
from kiosk.media.binding import without_other_hashes
from kiosk.media.encoder import CameraEncoder
from kiosk.media.rate import DOCUMENT, FACE, Budget, Repairs, Report, Shape, after, repair, shares
from kiosk.media.tracks import NewestFrame
from server.protocol.values import IceServer

log = logging.getLogger(__name__)

PRIVATE_NAMES = (
    "_RTCRtpSender__encoder", "_retransmit", "_send_keyframe", "_codecs",
    "_RTCPeerConnection__iceTransports", "_connection", "get_component_candidates",
)  # fmt: skip
_CLOSING_TAKES = 5.0
_GATHERING_TAKES = 1.5
"""Seconds a STUN or TURN server has: the answer goes out with what is there by then, never five seconds late."""
_BUFFERED = 65_536


class BadOffer(ValueError):
    """The console's SDP cannot be answered."""


class Picture:
    """One camera's place in a connection: a track, and our encoder if the peer speaks H.264."""

    def __init__(self, shape: Shape, target: int) -> None:
        self.track = NewestFrame(shape)
        self.encoder = CameraEncoder(shape, target)
        self.sender: RTCRtpSender | None = None
        self._repairs = Repairs()

    def join(self, transceiver: RTCRtpTransceiver, now: Callable[[], float]) -> None:
        """Take aiortc's hook: it makes an encoder of its own only where there is none."""
        sender = self.sender = transceiver.sender
        codecs = cast("list[Any]", cast(Any, transceiver)._codecs)
        if codecs[0].mimeType.lower() == "video/h264":
            cast(Any, sender)._RTCRtpSender__encoder = self.encoder
        else:
            log.warning("camera link without H.264: aiortc's own %s encoder", codecs[0].mimeType)
        again = cast("Callable[[int], Awaitable[None]]", cast(Any, sender)._retransmit)

        async def retransmit(sequence_number: int) -> None:
            self._repairs, may = repair(self._repairs, self.encoder.target_bitrate, now())
            if may:
                await again(sequence_number)

        cast(Any, sender)._retransmit = retransmit

    def close(self) -> None:
        """Let go of the encoder and of aiortc, which would otherwise hold each other."""
        self.encoder.close()
        self.sender = None

    def refresh(self) -> None:
        """Make the next frame a keyframe."""
        if self.sender is not None:
            cast(Any, self.sender)._send_keyframe()


class Peer:
    """One connection to the clerk's console."""

    def __init__(
        self,
        *,
        ice_servers: Sequence[IceServer],
        cameras: tuple[bool, bool],
        on_pulse: Callable[[], None],
        on_broken: Callable[[], None],
        photo: Callable[[stills.Wish], None],
        leaf: Callable[[leaves.Leaf], None],
        marked: Callable[[marks.Wish, float], None],
        told: Callable[[], marks.Told],
    ) -> None:
        """`marked` takes the clerk's wishes about marks and the line's one-way delay, `told` says what is true now, `photo`
        takes wishes about stills, `leaf` a shared page that has arrived whole."""
        # An explicit list, possibly empty: without one aiortc waits up to 5 s for a public STUN server.
        servers = [RTCIceServer(list(s.urls), s.username, s.credential) for s in ice_servers]
        self._pc = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._budget = Budget()
        face, document = shares(self._budget.total, *cameras)
        self.face = Picture(FACE, face) if cameras[0] else None
        self.document = Picture(DOCUMENT, document) if cameras[1] else None
        self._on_pulse = on_pulse
        self._on_broken = on_broken
        self._photo = photo
        self._leaf = leaf
        self._arriving = leaves.Arriving()
        self._marked = marked
        self._told = told
        self._marks: RTCDataChannel | None = None
        self._delay = 0.0
        self._pulse: RTCDataChannel | None = None
        self._stills: RTCDataChannel | None = None
        self._still_task: asyncio.Task[None] | None = None
        self._beats = 0
        self._beat_at = 0.0
        self._rtt: float | None = None
        self._sent_before = 0
        self._adapted_at = asyncio.get_running_loop().time()
        self._described = asyncio.Event()
        self._closed = False
        self._pc.on("connectionstatechange", self._state_changed)
        self._pc.on("datachannel", self._channel_opened)

    async def answer(self, offer: str) -> str:
        """Return the answer with all our candidates. Raises BadOffer."""
        transceivers = [
            self._pc.addTransceiver(
                picture.track if picture else "video", "sendonly" if picture else "inactive"
            )
            for picture in (self.face, self.document)
        ]
        codecs = RTCRtpSender.getCapabilities("video").codecs
        preferred = sorted(codecs, key=lambda codec: codec.mimeType.lower() != "video/h264")
        for transceiver in transceivers:
            transceiver.setCodecPreferences(preferred)
        clock = asyncio.get_running_loop().time
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            if [t.mid is None for t in transceivers] != [False, False]:
                raise BadOffer("two cameras are offered for, in this order: face, document")
            for picture, transceiver in zip((self.face, self.document), transceivers, strict=True):
                if picture is not None:
                    picture.join(transceiver, clock)
            self._gather_soon()
            await self._pc.setLocalDescription()
        except BadOffer:
            raise
        except Exception as exc:  # aiortc answers a bad SDP with whatever its parser stumbles over
            raise BadOffer(type(exc).__name__) from None
        self._described.set()
        return without_other_hashes(self._pc.localDescription.sdp)

    def _gather_soon(self) -> None:
        """Shorten aioice's patience with a server that does not answer."""
        for transport in cast(Any, self._pc)._RTCPeerConnection__iceTransports:
            ice = transport.iceGatherer._connection
            ice.get_component_candidates = partial(ice.get_component_candidates, timeout=_GATHERING_TAKES)

    async def candidate(self, candidate: str, mid: str) -> None:
        """Add one of the console's candidates, waiting until its offer is in place."""
        await self._described.wait()
        if self._closed:
            return
        if not candidate:
            await self._pc.addIceCandidate(None)
            return
        words = candidate.removeprefix("candidate:").split()
        # aioice speaks UDP only and would spend seconds on mDNS names; a browser that hides its address is
        # found by its own checks instead (peer reflexive).
        if len(words) < 8 or words[2].lower() != "udp" or words[4].endswith(".local"):
            return
        try:
            parsed = candidate_from_sdp(" ".join(words))
        except ValueError:
            log.warning("camera link: an unreadable candidate was ignored")
            return
        parsed.sdpMid = mid
        await self._pc.addIceCandidate(parsed)

    def beat(self) -> None:
        """Send our pulse, if the channel is there; its echo measures the line."""
        if self._pulse is not None and self._pulse.readyState == "open":
            self._beats += 1
            self._beat_at = asyncio.get_running_loop().time()
            self._pulse.send(f"?{self._beats}")

    async def adapt(self, now: float) -> None:
        """Judge about a second of sending and set what the encoders may send next."""
        pictures = [picture for picture in (self.face, self.document) if picture is not None]
        span, self._adapted_at = now - self._adapted_at, now
        sent = sum(picture.encoder.sent for picture in pictures)
        bits = round((sent - self._sent_before) * 8 / span) if span > 0 else 0
        self._sent_before = sent
        losses = [loss for picture in pictures if (loss := await _lost(picture)) is not None]
        rembs = [picture.encoder.remb for picture in pictures if picture.encoder.remb is not None]
        for picture in pictures:
            picture.encoder.remb = None  # each report is judged once
        # An echo that is still under way is already this late.
        rtt, self._rtt = self._rtt if self._rtt is not None else now - self._beat_at, None
        report = Report(
            bits, max(losses, default=None), min(rembs, default=None), rtt if self._beats else None
        )
        self._budget = after(self._budget, report)
        pointing = self._told().shown
        face, document = shares(
            self._budget.total, self.face is not None, self.document is not None, pointing
        )
        if self.face:
            self.face.encoder.aim(face)
        if self.document:
            self.document.encoder.aim(document)

    async def close(self) -> None:
        """End it; bounded, whatever state aiortc is in."""
        self._closed = True
        self._pc.remove_all_listeners()
        if self._still_task is not None:
            self._still_task.cancel()
            await asyncio.gather(self._still_task, return_exceptions=True)
        for picture in (self.face, self.document):
            if picture is not None:
                picture.track.stop()
        self._described.set()
        try:
            async with asyncio.timeout(_CLOSING_TAKES):
                await self._pc.close()
        except TimeoutError:
            log.warning("camera link: closing took too long and was given up")
        for picture in (self.face, self.document):
            if picture is not None:
                picture.close()

    def _state_changed(self) -> None:
        if self._pc.connectionState in ("failed", "closed"):
            self._on_broken()

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        match channel.label:
            case "pulse":
                self._pulse = channel
                channel.on("message", self._pulse_heard)
                self.beat()  # the first at once: the console is up within a round trip
            case "stills":
                self._stills = channel
                channel.on("message", self._still_asked)
            case "pages":
                channel.on("message", self._leaf_part)
            case "marks":
                self._marks = channel
                channel.on("message", self._mark_asked)
                self.tell(self._told())  # the console may be a new one
            case _:
                log.warning("camera link: an unknown data channel was ignored")

    def _pulse_heard(self, message: object) -> None:
        if message == f"!{self._beats}":
            self._rtt = asyncio.get_running_loop().time() - self._beat_at
            self._delay = self._rtt / 2
        self._on_pulse()

    def tell(self, told: marks.Told) -> None:
        """Tell the console what is true of the marks now."""
        if self._marks is not None and self._marks.readyState == "open":
            self._marks.send(msgspec.json.encode(told).decode())

    def _mark_asked(self, message: object) -> None:
        wish = marks.asked(message)
        if wish is not None:
            # There, and back again: the picture came the same way as the answer to it.
            self._marked(wish, 2 * self._delay)

    def _leaf_part(self, message: object) -> None:
        leaf = self._arriving.take(message)
        if leaf is not None:
            self._leaf(leaf)

    def _still_asked(self, message: object) -> None:
        wish = stills.asked(message)
        if wish is not None:
            self._photo(wish)

    def say_still(self, answer: stills.Answer, data: bytes) -> None:
        """Say something of a still, and send the picture's bytes from where the other end misses them."""
        channel = self._stills
        if channel is None or channel.readyState != "open":
            return  # the console asks again on its next attempt
        if self._still_task is not None:
            self._still_task.cancel()  # whatever was on its way is of an older word
        channel.send(msgspec.json.encode(answer).decode())
        if isinstance(answer, stills.Taken):
            pieces = stills.chunks(data, answer.at)
            self._still_task = asyncio.create_task(_send(channel, pieces), name="still on its way")


async def _send(channel: RTCDataChannel, pieces: Sequence[bytes]) -> None:
    """Send one after the other, never more at once than the line takes."""
    room = asyncio.Event()
    channel.bufferedAmountLowThreshold = _BUFFERED // 2
    channel.on("bufferedamountlow", room.set)
    channel.on("close", room.set)
    for piece in pieces:
        while channel.readyState == "open" and channel.bufferedAmount > _BUFFERED:
            room.clear()
            await room.wait()
        if channel.readyState != "open":
            return
        channel.send(piece)


async def _lost(picture: Picture) -> float | None:
    """Return the share lost according to the newest receiver report (0..255 in RTCP)."""
    if picture.sender is None:
        return None
    for entry in cast("dict[str, object]", await picture.sender.getStats()).values():
        if isinstance(entry, RTCRemoteInboundRtpStreamStats):
            return entry.fractionLost / 256
    return None
