"""Words go signed to a real receiver, once each, through refusals and a restart; whom to tell is nowhere readable."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from server import coming, messages
from server.protocol import messages as m
from tests.server.http.rig import Browser, eventually, house
from tests.server.http.test_booking import TELEPHONE, WITH_PLACES, booked

pytestmark = pytest.mark.slow

KEY = "k" * 64


class Receiver:
    """The city's sender: keeps what it took, refuses as often as it is told to."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.refuse = 0
        self.url = ""

    async def post(self, request: web.Request) -> web.Response:
        body = await request.read()
        key = request.headers["Idempotency-Key"]
        mac = hmac.new(KEY.encode(), f"{key}\n".encode() + body, hashlib.sha256).hexdigest()
        assert request.headers["Komado-Signature"] == f"sha256={mac}"
        assert "Authorization" not in request.headers, "the key itself never travels"
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=400)
        self.keys.append(key)
        self.taken.append(json.loads(body))
        return web.Response(status=202)

    @property
    def kinds(self) -> list[str]:
        return [one["kind"] for one in self.taken]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/words", receiver.post)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"http://127.0.0.1:{port}/words"
    try:
        yield receiver
    finally:
        await runner.cleanup()


def telling(folder: Path, receiver: Receiver) -> str:
    (folder / "messages.key").write_text(KEY)
    (folder / "messages.key").chmod(0o600)
    table = f'[messages]\nurl = "{receiver.url}"\nkey_file = "{folder / "messages.key"}"\n'
    return WITH_PLACES.replace("[[sites]]", f"{table}[[sites]]", 1)


async def came(receiver: Receiver, *kinds: str) -> None:
    async def they_are_there() -> bool:
        return receiver.kinds == list(kinds)

    await eventually(they_are_there, 20.0)


async def a_time(clerk: Browser, day: int = 3) -> str:
    _, free = await clerk.post("/api/booking/free", {"purpose": "talk"})
    return free["days"][day]["places"][0]["starts"]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOOK", 0.05)
    monkeypatch.setattr(coming, "LOOK", 0.05)


async def test_made_moved_and_cancelled_arrive_once_each_and_signed(tmp_path: Path) -> None:
    async with receiving() as receiver, house(tmp_path, city=telling(tmp_path, receiver)) as at:
        clerk = await at.signed_in("sato")
        made = await booked(clerk, await a_time(clerk))
        await came(receiver, "reserved")
        (word,) = receiver.taken
        assert (word["to"], word["code"], word["id"]) == (TELEPHONE, made["code"], receiver.keys[0])
        assert "北公民館" in word["text"]
        assert made["code"] in word["text"]
        body = {"booking": made["booking"], "starts": await a_time(clerk, 4)}
        assert (await clerk.post("/api/booking/move", body))[0] == 204
        await came(receiver, "reserved", "moved")
        assert (await clerk.post("/api/booking/cancel", {"booking": made["booking"]}))[0] == 204
        await came(receiver, "reserved", "moved", "cancelled")
        assert len(set(receiver.keys)) == 3
        files = b"".join(file.read_bytes() for file in (at.server.folder / "data").rglob("*.db*"))
        assert TELEPHONE.encode() not in files


async def test_what_was_refused_is_still_owed_after_a_restart_and_what_arrived_is_not(tmp_path: Path) -> None:
    async with receiving() as receiver:
        receiver.refuse = 1
        city = telling(tmp_path, receiver)
        async with house(tmp_path, city=city) as at:
            clerk = await at.signed_in("sato")
            await booked(clerk, await a_time(clerk))

            async def it_was_refused() -> bool:
                return receiver.refuse == 0

            await eventually(it_was_refused, 20.0)
            assert receiver.kinds == []
        async with house(tmp_path, city=city):
            await came(receiver, "reserved")
        async with house(tmp_path, city=city) as at:
            clerk = await at.signed_in("suzuki")
            await booked(clerk, await a_time(clerk, 5), "080-1111-2222")
            await came(receiver, "reserved", "reserved")
            assert [one["to"] for one in receiver.taken] == [TELEPHONE, "080-1111-2222"]


async def test_whoever_is_next_to_be_called_at_home_hears_it_once_and_who_stands_behind_does_not_yet(
    tmp_path: Path,
) -> None:
    async with receiving() as receiver:
        city = telling(tmp_path, receiver)
        async with house(tmp_path, city=city) as at:
            tickets: list[str] = []
            await (await at.signed_in("sato")).console()  # at work, and talking to nobody
            for name, number in (("北1", "09011111111"), ("北2", "09022222222")):
                kiosk = await (await at.kiosk(name)).connect()
                assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
                shown = await kiosk.shows(m.KioskView, lambda view: view.ticket is not None)
                assert shown.ticket is not None
                tickets.append(shown.ticket.id)
                kept = await kiosk.ask(m.KeepCallback, ticket=shown.ticket.id, number=number)
                assert kept.refused is None
            await came(receiver, "callback")
            (word,) = receiver.taken
            assert (word["to"], word["purpose"], word["code"]) == ("09011111111", "talk", "")
            assert "つぎは あなたの 番です（番号 1）" in word["text"]
        async with house(tmp_path, city=city) as at:
            sato = await at.signed_in("suzuki")
            desk = await sato.console()
            assert (await desk.ask(m.SetReady)).refused is None
            offer = await desk.shows(m.StaffView, lambda view: view.mine is not None)
            assert offer.mine is not None
            assert offer.mine.ticket.id == tickets[0]
            asked = {"ticket": tickets[0], "generation": offer.mine.ticket.generation}
            assert (await desk.ask(m.Accept, **asked)).refused is None
            number = await sato.post("/api/callback/number", {"ticket": tickets[0]})
            assert number == (200, {"number": "09011111111"}), "what was said takes nothing away"
            await came(receiver, "callback", "callback")
            assert [one["to"] for one in receiver.taken] == ["09011111111", "09022222222"]
            assert len(set(receiver.keys)) == 2
