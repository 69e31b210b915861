"""Links for one visit through the sockets of a real server: who makes them, who opens them, and who guesses."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.protocol import messages as m
from tests.server.http.rig import Browser, House, Kiosk, house

pytestmark = pytest.mark.slow

WISH = {"purpose": "talk", "who": "care", "minutes": 60}


async def window(at: House, code: str) -> tuple[int, dict[str, Any], Kiosk]:
    """Open a link as a visitor's page does."""
    session = await at.stack.enter_async_context(aiohttp.ClientSession())
    visitor = Kiosk(at.server, session)
    body = {"code": code, "public_key": visitor.public_key(), "machine": visitor.machine}
    status, answer = await Browser(at.server, session).post("/api/windows/open", body)
    visitor.id = answer.get("kiosk", "")
    return status, answer, visitor


async def test_a_link_becomes_a_kiosk_that_waits_and_ends_with_its_visit(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        sato = await at.signed_in("sato")
        status, made = await sato.post("/api/windows", WISH)
        assert status == 200
        address, _, code = made["link"].partition("#")
        assert address == f"{at.server.url}/window/"
        status, opened, visitor = await window(at, code)
        assert (status, opened["purpose"], opened["label"]) == (200, "talk", "職員と話したい")
        assert (await window(at, made["digits"]))[0] == 403, "one browser, once"
        console = await sato.console()
        await console.ask(m.SetReady)
        line = await visitor.connect()
        assert (await line.shows(m.KioskView)).open
        assert (await line.ask(m.TakeTicket, purpose="tennyu")).refused == "not_yours"
        assert (await line.ask(m.TakeTicket, purpose="talk")).refused is None
        view = await console.shows(m.StaffView, lambda v: v.mine is not None)
        assert view.mine is not None
        assert view.mine.ticket.kiosk_name == "ケアマネジャー（リンク）"
        status, rows = await sato.get("/api/windows")
        assert [one["opened"] for one in rows["windows"]] == [True]
        await sato.post(f"/api/windows/{made['id']}/revoke", {})
        assert await line.ended() == "revoked"


async def test_six_digits_as_they_are_said_open_the_link_and_guessing_costs_time(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        _, made = await (await at.signed_in("sato")).post("/api/windows", WISH)
        wrong = f"{(int(made['digits']) + 1) % 1_000_000:06d}"
        answers = [(await window(at, wrong))[0] for _ in range(7)]
        assert answers == [403] * 6 + [429]
        at.server.clock.ahead += 60
        said = f"{made['digits'][:3]} {made['digits'][3:]}"
        assert (await window(at, said))[0] == 200


async def test_only_those_who_answer_residents_send_links(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        assert (await (await at.browser()).post("/api/windows", WISH))[0] == 401
        assert (await (await at.signed_in("it", "field_it")).post("/api/windows", WISH))[0] == 403
        clerk = await at.signed_in("sato")
        assert (await clerk.post("/api/windows", WISH | {"purpose": "unheard"}))[0] == 404
        assert (await clerk.post("/api/windows", WISH | {"minutes": 1}))[0] == 400
