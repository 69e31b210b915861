"""A relay that does not answer costs a moment, not the five seconds aioice would give it."""

import asyncio
import socket
from typing import Any, cast

import pytest
from aiortc import RTCPeerConnection

from kiosk.media.marks import Told
from kiosk.media.peer import Peer
from server.protocol.values import IceServer

pytestmark = pytest.mark.slow


async def test_a_silent_relay_is_asked_but_not_waited_for():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.setblocking(False)
        relay = IceServer(urls=(f"turn:127.0.0.1:{silent.getsockname()[1]}",), username="u", credential="c")
        console = RTCPeerConnection()
        console.addTransceiver("video", "recvonly")
        console.addTransceiver("video", "recvonly")
        await console.setLocalDescription()
        peer = Peer(
            ice_servers=(relay,),
            cameras=(True, False),
            on_pulse=lambda: None,
            on_broken=lambda: None,
            photo=lambda _wish: None,
            leaf=lambda _leaf: None,
            marked=lambda _wish, _delay: None,
            told=Told,
        )
        answer = await peer.answer(console.localDescription.sdp)
        assert " typ host" in answer
        assert " typ relay" not in answer
        assert await asyncio.get_running_loop().sock_recv(silent, 2048), "the relay was asked"
        (transport,) = cast(Any, peer)._pc._RTCPeerConnection__iceTransports
        assert transport.iceGatherer._connection.get_component_candidates.keywords["timeout"] < 5
        await peer.close()
        await console.close()
