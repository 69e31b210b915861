"""One writer per peer: order, coalesced views, and the end of those who do not keep up."""

import asyncio
import socket
from collections.abc import Sequence

import aiohttp
import pytest
from aiohttp import web

from server.http.peers import REASONS, Peer
from server.protocol.messages import Goodbye, KioskView, Message, Reply

pytestmark = pytest.mark.slow

SMALL = 8_192


class Stage:
    """A listening socket whose first connection becomes a Peer."""

    def __init__(self) -> None:
        self.made = 0
        self.peer: asyncio.Future[Peer] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()

    def views(self) -> Sequence[Message]:
        self.made += 1
        return (KioskView(seq=self.made, open=True),)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        assert request.transport is not None
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        peer = Peer(ws, "kiosk test", self.views, lambda _: 0.05, request.transport.abort)
        writing = asyncio.create_task(peer.write())
        self.peer.set_result(peer)
        while (await ws.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        if not peer.leaving:
            writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        self.over.set()
        return ws

    async def __aenter__(self) -> "Stage":
        app = web.Application()
        app.router.add_get("/", self.handle)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.port = self.runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()


def test_close_codes_are_the_reasons_in_the_protocols_order() -> None:
    assert REASONS[0] == "unknown_device"
    assert REASONS[-1] == "stopping"


async def test_what_is_sent_keeps_its_order_and_views_come_rarely_and_newest() -> None:
    async with (
        Stage() as stage,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{stage.port}/") as line,
    ):
        peer = await stage.peer
        for number in range(100):
            peer.send(Reply(id=f"r{number}"))
            peer.show()
        ids: list[str] = []
        while len(ids) < 100:
            message = await line.receive_json()
            if message["type"] == "reply":
                ids.append(message["id"])
        assert ids == [f"r{number}" for number in range(100)]
        assert stage.made <= 3  # a hundred bells, not a hundred views


async def test_goodbye_replaces_everything_that_still_waits_and_names_its_reason() -> None:
    async with (
        Stage() as stage,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"http://127.0.0.1:{stage.port}/") as line,
    ):
        peer = await stage.peer
        peer.send(Reply(id="never"))
        peer.leave("replaced", "x" * 500)
        peer.leave("stopping")
        goodbye = await line.receive_json()
        assert goodbye == {"type": "goodbye", "reason": "replaced", "detail": "x" * 200}
        assert (await line.receive()).type is aiohttp.WSMsgType.CLOSE
        assert line.close_code == 4000 + REASONS.index("replaced")


async def test_a_peer_that_does_not_read_is_cut_off_and_costs_a_bounded_queue() -> None:
    async with Stage() as stage:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", stage.port))
        handshake = (
            "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await loop.sock_sendall(deaf, handshake.encode())
        peer = await stage.peer
        sent = 0
        while not peer.leaving and sent < 10_000:
            peer.send(Goodbye(reason="stopping", detail="x" * 200))
            sent += 1
            await asyncio.sleep(0)
        assert peer.leaving
        async with asyncio.timeout(10):
            await stage.over.wait()  # not for ever in a socket that takes nothing
        deaf.close()
