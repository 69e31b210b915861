"""Promises about the encoder behind aiortc's hook, and the private names it needs."""

from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc import RTCPeerConnection
from aiortc.codecs.h264 import H264Encoder, h264_depayload

from kiosk.media.encoder import CameraEncoder
from kiosk.media.peer import PRIVATE_NAMES
from kiosk.media.rate import FACE
from kiosk.media.tracks import CLOCK, to_video

pytestmark = pytest.mark.slow

NOISE = np.random.default_rng(1).integers(0, 60, (480, 660, 3), dtype=np.uint8)
RAMP = np.tile(np.linspace(0, 190, 640).astype(np.uint8)[None, :, None], (480, 1, 3))


def frame(number: int) -> av.VideoFrame:
    """A moving, noisy picture: a camera's, as far as a rate control is concerned."""
    video = to_video(np.roll(RAMP, number * 5, 1) + NOISE[:, number % 20 : number % 20 + 640], FACE)
    video.pts = number * CLOCK // 30
    video.time_base = Fraction(1, CLOCK)
    return video


@pytest.fixture
def encoder() -> CameraEncoder:
    return CameraEncoder(FACE, 400_000)


def run(encoder: CameraEncoder, numbers: range, key_at: int = -1) -> tuple[int, int]:
    """Encode; return bits per second and keyframes."""
    sent, keys = encoder.sent, encoder.keyframes
    for number in numbers:
        encoder.encode(frame(number), number == key_at)
    return (encoder.sent - sent) * 8 * 30 // len(numbers), encoder.keyframes - keys


def test_the_first_frame_is_a_keyframe_and_small_enough_for_a_narrow_line(encoder: CameraEncoder):
    payloads, _ = encoder.encode(frame(0))
    assert encoder.keyframes == 1
    assert sum(map(len, payloads)) * 8 <= FACE.buffer


def test_a_new_target_is_followed_without_a_keyframe(encoder: CameraEncoder):
    run(encoder, range(60))
    low, keys_low = run(encoder, range(60, 120))
    encoder.aim(1_400_000)
    run(encoder, range(120, 150))
    high, keys_high = run(encoder, range(150, 210))
    encoder.aim(400_000)
    run(encoder, range(210, 270))
    again, keys_again = run(encoder, range(270, 330))
    assert (keys_low, keys_high, keys_again) == (0, 0, 0)
    assert low == pytest.approx(400_000, rel=0.3)
    assert again == pytest.approx(400_000, rel=0.3)
    assert high > 2 * low


def test_a_request_makes_exactly_one_keyframe(encoder: CameraEncoder):
    run(encoder, range(10))
    assert run(encoder, range(10, 40), key_at=20)[1] == 1


def test_a_keyframe_asked_for_at_a_frame_left_out_is_not_forgotten(encoder: CameraEncoder):
    run(encoder, range(10))
    encoder.aim(200_000)
    assert run(encoder, range(10, 21), key_at=11)[1] == 1
    assert run(encoder, range(21, 31), key_at=22)[1] == 1


def test_a_narrow_target_sends_every_other_frame(encoder: CameraEncoder):
    run(encoder, range(10))
    encoder.aim(200_000)
    assert sum(bool(encoder.encode(frame(number))[0]) for number in range(10, 40)) == 15


def test_a_very_narrow_target_sends_small_pictures_a_decoder_can_show(encoder: CameraEncoder):
    encoder.aim(90_000)
    decoder = av.CodecContext.create("h264", "r")
    sizes = set[tuple[int, int]]()
    for number in range(12):
        payloads, _ = encoder.encode(frame(number))
        stream = b"".join(h264_depayload(payload) for payload in payloads)
        if stream:
            sizes |= {(picture.width, picture.height) for picture in decoder.decode(av.Packet(stream))}
    assert sizes == {(320, 240)}


def test_the_receivers_estimate_is_kept_for_the_budget_and_not_obeyed_by_itself(encoder: CameraEncoder):
    encoder.target_bitrate = 77_000
    assert (encoder.target_bitrate, encoder.remb) == (400_000, 77_000)


async def test_the_private_names_we_use_are_still_there():
    pc = RTCPeerConnection()
    transceiver = pc.addTransceiver("video", "sendonly")
    for name in PRIVATE_NAMES:
        gatherer = transceiver.sender.transport.transport.iceGatherer
        places = (transceiver.sender, transceiver, pc, gatherer, gatherer._connection)  # pyright: ignore
        assert any(hasattr(place, name) for place in places), f"aiortc lost {name}"
    assert transceiver.sender._RTCRtpSender__encoder is None  # pyright: ignore
    for name in ("_packetize", "_split_bitstream", "encode", "pack"):
        assert hasattr(H264Encoder, name), f"aiortc lost {name}"
    assert isinstance(H264Encoder.target_bitrate, property)
    await pc.close()
