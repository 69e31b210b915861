"""What happens by itself: news for whom it concerns first, and cases that are forgotten in time."""

from pathlib import Path

import pytest

from server.http import floor
from server.protocol import messages as m
from server.protocol.values import SlipContent
from tests.server.http.rig import eventually, house
from tests.server.http.test_staff import in_call

pytestmark = pytest.mark.slow


async def test_a_case_goes_when_its_ticket_is_over_and_the_retention_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floor, "FORGET_EVERY", 0.1)  # the tempo, not the rule
    async with house(tmp_path, extra="[keep]\ncase_hours = 2.0") as at:
        kiosk, console, ticket, generation = await in_call(at)
        body = {"ticket": ticket, "generation": generation}
        printed = await console.ask(m.PrintSlip, id="slip1", content=SlipContent(note="一"), **body)
        assert printed.refused is None
        await kiosk.until(m.Paper)
        assert ticket in await at.server.case_ends()
        assert (await kiosk.ask(m.OrderSettled, order="slip1", outcome="printed")).refused is None
        assert (await console.ask(m.EndCall, **body)).refused is None
        assert (await console.ask(m.FinishWrapup, result="done", **body)).refused is None

        async def has_its_end() -> bool:
            end = (await at.server.case_ends())[ticket]
            return end is not None and end <= at.server.clock.wall() + 7200.0

        async def is_gone() -> bool:
            return await at.server.case_ends() == {}

        await eventually(has_its_end)
        at.server.clock.ahead += 7200.0
        await eventually(is_gone)
