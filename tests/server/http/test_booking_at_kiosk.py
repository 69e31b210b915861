"""Reserving at a kiosk through a real server: one place, one set of digits, one slip; moved, given back, never twice."""

import asyncio
from pathlib import Path

import pytest

from server.protocol import messages as m
from tests.server.http.rig import House, Line, house
from tests.server.http.test_booking import TELEPHONE, WITH_PLACES, booked, first_place

pytestmark = pytest.mark.slow


async def chosen(line: Line, id: str, starts: str) -> m.Reply:
    return await line.ask(m.ChoosePlace, id=id, purpose="talk", starts=starts)


async def places(line: Line) -> tuple[str, ...]:
    await line.say(m.AskPlaces(id=f"ask-{id(line)}-{asyncio.get_running_loop().time()}", purpose="talk"))
    return (await line.shows(m.Places)).starts


async def kept(line: Line, place: str, number: str = "") -> m.Reserved:
    await line.say(m.KeepPlace(id=f"keep-{place}", place=place, purpose="talk", number=number))
    return await line.shows(m.Reserved)


async def in_the_morning(at: House) -> tuple[Line, str]:
    line = await (await at.kiosk()).connect()
    return line, (await places(line))[0]


async def test_a_time_is_kept_for_one_and_comes_out_on_paper(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        line, starts = await in_the_morning(at)
        first = await line.shows(m.KioskView)
        assert "talk" in first.reserves, "offered though nobody is signed in"
        assert (await chosen(line, "place-1", starts)).refused is None
        other = await (await at.kiosk("南")).connect()
        assert (await chosen(other, "place-1", starts)).refused == "taken", (
            "another kiosk's command is another place"
        )
        made = await kept(line, "place-1", "09012345678")
        assert made.starts == starts
        await line.shows(m.KioskView, lambda view: [one.order for one in view.orders] == [made.order])
        paper = await line.shows(m.Paper)
        assert (paper.order, paper.index) == (made.order, 0)
        again = await kept(line, "place-1", "09012345678")
        assert again.code == made.code, "said again it is the same reservation"
        files = b"".join(file.read_bytes() for file in (at.server.folder / "data").rglob("*.db*"))
        assert b"09012345678" not in files
        assert made.code.encode() not in files


async def test_nobody_collects_places_and_what_is_left_is_free_at_once(tmp_path: Path) -> None:
    city = WITH_PLACES.replace("walk_in_share = 0\n", "walk_in_share = 0\nopen_per_kiosk = 1\n")
    async with house(tmp_path, city=city) as at:
        line, starts = await in_the_morning(at)
        second = (await places(line))[1]
        assert (await chosen(line, "one", starts)).refused is None
        assert (await chosen(line, "two", second)).refused == "too_many"
        assert (await line.ask(m.LeavePlace, place="one")).refused is None
        assert (await chosen(line, "three", starts)).refused is None
        reserved = await kept(line, "three")
        assert (await line.ask(m.LeavePlace, place="three")).refused is None
        await line.say(m.AskBooking(id="which", code=reserved.code))
        assert (await line.shows(m.BookingShown)).starts == starts, "what is promised is not left by accident"


async def test_six_digits_give_a_reservation_back_and_guessing_costs_time(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        line, starts = await in_the_morning(at)
        await chosen(line, "one", starts)
        code = (await kept(line, "one")).code
        assert (await line.ask(m.CancelBooking, id="gone", code=code)).refused is None
        assert (await line.ask(m.CancelBooking, id="gone-again", code=code)).refused is None, "it is gone"
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        for _ in range(7):
            guess = await line.ask(m.AskBooking, code=wrong)
        assert guess.refused == "too_many"


async def test_moves_and_new_wishes_at_once_never_share_a_place(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        clerk = await at.signed_in("sato")
        _, free = await clerk.post("/api/booking/free", {"purpose": "talk"})
        starts = [place["starts"] for place in free["days"][1]["places"]][:6]
        made = [await booked(clerk, one, f"090-0000-{n:04d}") for n, one in enumerate(starts[:5])]
        wanted = starts[5]  # one seat, one visit
        moves = [
            clerk.post("/api/booking/move", {"booking": one["booking"], "starts": wanted}) for one in made
        ]
        holds = [
            clerk.post(
                "/api/booking/hold", {"purpose": "talk", "starts": wanted, "telephone": f"080-0000-{n:04d}"}
            )
            for n in range(20)
        ]
        answers = await asyncio.gather(*holds[:10], *moves, *holds[10:])
        assert sorted(status in (200, 204) for status, _ in answers) == [False] * 24 + [True]
        _, day = await clerk.post("/api/booking/day", {"day": wanted[:10]})
        rows = {row["code"]: row["starts"] for row in day["rows"] if row["state"] == "promised"}
        assert set(rows) == {one["code"] for one in made}, (
            "never neither: every one is still there, under its digits"
        )
        assert len(set(rows.values())) == 5, "never both"


async def test_a_reservation_is_moved_by_the_clerk_and_by_whoever_has_its_digits(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as at:
        clerk = await at.signed_in("sato")
        made = await booked(clerk, await first_place(clerk))
        _, free = await clerk.post("/api/booking/free", {"purpose": "talk"})
        one, other = (place["starts"] for place in free["days"][1]["places"][:2])
        assert (await clerk.post("/api/booking/move", {"booking": made["booking"], "starts": one}))[0] == 204
        assert (await clerk.post("/api/booking/move", {"booking": made["booking"], "starts": one}))[0] == 204
        visitor = await at.browser()
        mine = {"code": made["code"], "telephone": TELEPHONE, "starts": other}
        wrong = {**mine, "telephone": "090-9999-9999"}
        assert (await visitor.post("/open/booking/move", wrong))[0] == 404
        assert (await visitor.post("/open/booking/move", mine))[0] == 204
        _, day = await clerk.post("/api/booking/day", {"day": other[:10]})
        assert [(row["starts"], row["code"]) for row in day["rows"]] == [(other, made["code"])]
        assert (await visitor.post("/api/booking/move", {"booking": made["booking"], "starts": one}))[
            0
        ] == 401
