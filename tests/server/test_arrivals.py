"""One pad for every number: a reservation, a place of another day, answers told by telephone; each is good once."""

from pathlib import Path
from typing import Any

import pytest

from server.protocol import messages as m
from tests.server.http.rig import Browser, House, house
from tests.server.http.test_booking import TELEPHONE, WITH_PLACES, booked, first_place

pytestmark = pytest.mark.slow

DOG = {"type": "chosen", "option": "yes", "origin": "phone"}


async def told_by_telephone(clerk: Browser) -> str:
    status, opened = await clerk.post("/api/previsit", {"event": "tennyu"})
    assert status == 200
    told = {"code": opened["code"], "fact": "dog", "answer": DOG}
    assert (await clerk.post("/api/previsit/answer", told))[0] == 200
    return opened["code"]


async def at_work(home: House) -> Browser:
    clerk = await home.signed_in("sato")
    console = await clerk.console()
    assert (await console.ask(m.SetReady)).refused is None
    return clerk


async def test_answers_told_by_telephone_come_with_the_number_and_are_not_asked_again(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clerk = await home.signed_in("sato")
        console = await clerk.console()
        assert (await console.ask(m.SetReady)).refused is None
        number = await told_by_telephone(clerk)
        first, second = [await (await home.kiosk(f"北{n}")).connect() for n in range(2)]
        assert (await first.ask(m.CheckIn, code=number)).refused is None
        questions = await first.until(m.Questions, lambda asked: asked.revision > 0)
        assert questions.questions, "what is missing is still asked"
        assert "dog" not in {one.id for one in questions.questions}
        assert (await second.ask(m.CheckIn, code=number)).refused == "unknown", "once is enough"

        offer = await console.shows(m.StaffView, lambda view: view.mine is not None)
        assert offer.mine is not None
        ticket = offer.mine.ticket
        assert ticket.purpose == "tennyu"
        call: dict[str, Any] = {"ticket": ticket.id, "generation": ticket.generation}
        assert (await console.ask(m.Accept, **call)).refused is None
        assert (await first.ask(m.MediaIsUp, **call)).refused is None
        status, page = await clerk.post("/api/case/page", {"ticket": ticket.id})
        assert status == 200
        (dog,) = [row for row in page["page"]["rows"] if row["id"] == "dog"]
        assert [(word["origin"], word["said"]) for word in dog["words"]] == [("phone", "はい")]
        assert f"previsit.{number}" not in await home.server.case_ends()


async def test_the_same_wish_twice_is_one_visit_and_a_second_number_waits_for_its_end(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as home:
        clerk = await at_work(home)
        number, other = await told_by_telephone(clerk), await told_by_telephone(clerk)
        kiosk = await (await home.kiosk()).connect()
        for _ in range(2):
            assert (await kiosk.ask(m.CheckIn, id="once", code=number)).refused is None
        assert (await kiosk.ask(m.CheckIn, code=other)).refused == "not_now"


async def test_a_number_that_was_good_once_is_told_from_one_that_never_was(tmp_path: Path) -> None:
    async with house(tmp_path, city=WITH_PLACES) as home:
        clerk = await at_work(home)
        made = await booked(clerk, await first_place(clerk), TELEPHONE)
        assert (await clerk.post("/api/booking/cancel", {"booking": made["booking"]}))[0] == 204
        kiosk = await (await home.kiosk()).connect()
        assert (await kiosk.ask(m.CheckIn, code=made["code"])).refused == "not_now"
        assert (await kiosk.ask(m.CheckIn, code="012345")).refused == "unknown"
