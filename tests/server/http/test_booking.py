"""Reservations through a real server: made on the telephone, asked for in the open, checked in with six digits."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.protocol import messages as m
from tests.server.http.rig import CITY, Browser, house

pytestmark = pytest.mark.slow

WITH_PLACES = CITY.replace(
    'purposes = ["talk", "tennyu", "nenkin"]\n',
    'purposes = ["talk", "tennyu", "nenkin"]\nminutes_per_visit = 30\n'
    "[lanes.callbacks]\nafter_minutes = 0\nretry_minutes = [15]\n"
    '[lanes.reservations]\nnotice_minutes = 0\nwalk_in_share = 0\nseats = { "00:00-24:00" = 1 }\n',
)
NAME, TELEPHONE = "見本 花子", "090-1234-5678"


async def first_place(clerk: Browser) -> str:
    status, free = await clerk.post("/api/booking/free", {"purpose": "talk"})
    assert status == 200
    return free["days"][0]["places"][0]["starts"]


async def booked(clerk: Browser, starts: str, telephone: str = TELEPHONE) -> dict[str, Any]:
    status, held = await clerk.post(
        "/api/booking/hold", {"purpose": "talk", "starts": starts, "telephone": telephone}
    )
    assert status == 200, held
    status, made = await clerk.post(
        "/api/booking/confirm",
        {
            "booking": held["booking"],
            "purpose": "talk",
            "name": NAME,
            "telephone": telephone,
            "site": "北公民館",
        },
    )
    assert status == 200, made
    return made


async def test_of_two_hundred_who_want_the_last_place_one_gets_it(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        clerk = await at.signed_in("sato")
        starts = await first_place(clerk)
        answers = await asyncio.gather(
            *(
                clerk.post(
                    "/api/booking/hold",
                    {"purpose": "talk", "starts": starts, "telephone": f"090-0000-{n:04d}"},
                )
                for n in range(200)
            )
        )
        assert sorted(status for status, _ in answers) == [200] + [409] * 199
        assert {body["error"] for status, body in answers if status == 409} == {"place_taken"}


async def test_a_reservation_is_checked_in_with_its_digits_and_who_it_is_stays_sealed(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        clerk = await at.signed_in("sato")
        console = await clerk.console()
        assert (await console.ask(m.SetReady)).refused is None
        made = await booked(clerk, await first_place(clerk))
        _, day = await clerk.post("/api/booking/day", {"day": made["starts"][:10]})
        assert [(one["name"], one["state"], one["code"]) for one in day["rows"]] == [
            (NAME, "promised", made["code"])
        ]
        kiosk = await (await at.kiosk()).connect()
        wrong = f"{(int(made['code']) + 1) % 1_000_000:06d}"
        assert (await kiosk.ask(m.CheckIn, code=wrong)).refused == "unknown"
        assert (await kiosk.ask(m.CheckIn, code=made["code"])).refused is None
        view = await kiosk.shows(m.KioskView, lambda v: v.ticket is not None)
        assert view.ticket is not None
        assert view.ticket.purpose == "talk"
        assert (await kiosk.ask(m.CheckIn, code=made["code"])).refused == "not_now", "once is enough"
        other = await (await at.kiosk("南")).connect()
        for _ in range(7):
            guess = await other.ask(m.CheckIn, code=wrong)
        assert guess.refused == "too_many"
        assert guess.retry_after is not None
        files = b"".join(file.read_bytes() for file in (at.server.folder / "data").rglob("*.db*"))
        assert files
        for secret in (NAME, "09012345678", TELEPHONE, made["code"]):
            assert secret.encode() not in files


async def test_everybody_sees_what_is_free_and_gives_back_only_what_is_theirs(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        visitor = await at.browser()
        status, free = await visitor.get("/open/booking/free.json?purpose=talk")
        assert status == 200
        starts = free["days"][0]["places"][0]["starts"]
        status, held = await visitor.post(
            "/open/booking/hold", {"purpose": "talk", "starts": starts, "telephone": TELEPHONE}
        )
        assert status == 200, held
        body = {"booking": held["booking"], "purpose": "talk", "name": NAME, "telephone": TELEPHONE}
        status, made = await visitor.post("/open/booking/confirm", body)
        assert status == 200
        assert (await visitor.post("/open/booking/confirm", body))[0] == 409, "the digits are told once"
        mine = {"code": made["code"], "telephone": TELEPHONE}
        assert (await visitor.post("/open/booking/cancel", {**mine, "telephone": "090-9999-9999"}))[0] == 404
        assert (await visitor.post("/open/booking/cancel", mine))[0] == 204
        assert (await visitor.post("/api/booking/day", {"day": starts[:10]}))[0] == 401
        statuses = [(await visitor.get("/open/booking/free.json"))[0] for _ in range(30)]
        assert 429 in statuses, "whoever asks too often waits"


async def test_whoever_goes_home_is_called_by_the_one_clerk_who_took_them(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        sato, suzuki = await at.signed_in("sato"), await at.signed_in("suzuki")
        desk, other = await sato.console(), await suzuki.console()
        kiosk = await (await at.kiosk()).connect()
        assert (await kiosk.ask(m.TakeTicket, purpose="talk")).refused is None
        ticket = (await kiosk.shows(m.KioskView, lambda v: v.ticket is not None)).ticket
        assert ticket is not None
        assert (await kiosk.ask(m.KeepCallback, ticket=ticket.id, number="09012345678")).refused is None
        await kiosk.shows(m.KioskView, lambda v: v.ticket is None)
        assert (await desk.ask(m.SetReady)).refused is None
        await other.shows(m.StaffView, lambda v: bool(v.queue))
        offer = await desk.shows(m.StaffView, lambda v: v.mine is not None)
        assert offer.mine is not None
        assert offer.mine.ticket.callback == "kept"
        generation = offer.mine.ticket.generation
        asked = {"ticket": ticket.id}
        assert (await sato.post("/api/callback/number", asked))[0] == 404, "not before it is theirs"
        assert (await desk.ask(m.Accept, ticket=ticket.id, generation=generation)).refused is None
        assert await sato.post("/api/callback/number", asked) == (200, {"number": "09012345678"})
        assert (await suzuki.post("/api/callback/number", asked))[0] == 404
        settled = await desk.ask(
            m.SettleCallback, ticket=ticket.id, generation=generation, outcome="not_reached"
        )
        assert settled.refused is None
        back = await desk.shows(m.StaffView, lambda v: v.mine is None)
        assert [(one.callback, one.tries) for one in back.queue] == [("not_reached", 1)]
