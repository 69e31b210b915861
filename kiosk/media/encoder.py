"""Our H.264 encoder behind aiortc's hook: cheap, retargeted in place, stepping down a ladder on a narrow line.

aiortc's own opens x264 at preset "medium", destroys it at each change of bitrate (a keyframe each time) and knows no
rate below 500 kbit/s. Ours is opened as CBR at the cap; after that only `bit_rate` is lowered, which x264 follows
without a keyframe as long as it stays at or below the rate it was opened with.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, cast

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.mediastreams import convert_timebase
from av import VideoFrame
from av.frame import Frame
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from kiosk.media.rate import FULL, Shape, encoder_bits, rung_for
from kiosk.media.tracks import CLOCK

_TIME_BASE = Fraction(1, CLOCK)


class CameraEncoder(H264Encoder):
    """Encodes one camera for one connection; `encode` runs in a worker thread, the rest on the loop."""

    def __init__(self, shape: Shape, target: int) -> None:
        super().__init__()
        self.remb: int | None = None
        self.keyframes = 0
        self.sent = 0  # bytes of payload, ever
        self.fps = shape.usual  # frames a second that come to be encoded
        self._shape = shape
        self._target = target
        self._rung = FULL
        self._count = 0
        self._x264: VideoCodecContext | None = None
        self._opened = (0, 0)
        self._owes_keyframe = False

    @property
    def target_bitrate(self) -> int:
        """What this camera may send."""
        return self._target

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        # aiortc hands the whole connection's REMB to every sender: it is kept for the budget, not obeyed here.
        self.remb = bitrate

    def aim(self, target: int) -> None:
        """Set this camera's share of the budget; takes effect with the next frame."""
        self._target = target

    def close(self) -> None:
        """Give x264's megabytes back now, not when a garbage collector finds them."""
        self._x264 = None

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Return the RTP payloads of a frame, or none for a frame the ladder leaves out."""
        assert isinstance(frame, VideoFrame)
        assert frame.pts is not None
        assert frame.time_base is not None
        timestamp = convert_timebase(frame.pts, frame.time_base, _TIME_BASE)
        self._rung = rung_for(self._shape, self._target, self._rung)
        self._owes_keyframe = self._owes_keyframe or force_keyframe
        self._count += 1
        if self._count % self._rung.nth and not self._owes_keyframe:
            return [], timestamp
        payloads = self._packetize(self._nal_units(frame))
        self.sent += sum(map(len, payloads))
        return payloads, timestamp

    def _nal_units(self, frame: VideoFrame) -> Iterator[bytes]:
        size = (frame.width // self._rung.shrink, frame.height // self._rung.shrink)
        if size != (frame.width, frame.height):
            pts, time_base = frame.pts, frame.time_base
            frame = frame.reformat(width=size[0], height=size[1])
            frame.pts, frame.time_base = pts, time_base
        codec = self._x264
        if codec is None or self._opened != size:
            codec = self._x264 = _open(self._shape, size)
            self._opened = size
        bits = encoder_bits(self._shape, self._target, self._rung, self.fps)
        if codec.bit_rate != bits:
            codec.bit_rate = bits
        frame.pict_type = PictureType.I if self._owes_keyframe else PictureType.NONE
        self._owes_keyframe = False
        stream = b""
        for packet in cast("list[Packet[Any]]", cast(Any, codec).encode(frame)):
            self.keyframes += packet.is_keyframe
            stream += bytes(packet)
        yield from self._split_bitstream(stream)


def _open(shape: Shape, size: tuple[int, int]) -> VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = size
    codec.pix_fmt = "yuv420p"
    codec.time_base = _TIME_BASE
    codec.framerate = Fraction(shape.fps, 1)
    codec.bit_rate = shape.cap
    codec.options = {
        "preset": "superfast",
        "tune": "zerolatency",
        "level": "3.1",
        "maxrate": str(shape.cap),
        "bufsize": str(shape.buffer),
        "threads": "1",  # a second core belongs to the page
        "forced-idr": "1",
        "x264-params": "scenecut=0:keyint=infinite",  # keyframes only when the other side asks
    }
    codec.profile = "Baseline"
    codec.open()
    return codec
