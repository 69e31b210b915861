"""What a clerk sees with others in the call: the resident stays in sight, and whoever it is about stands beside."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig
from tests.server.web.shots import in_call

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SATO = m.Participant(
    staff="s-sato", name="佐藤 恵", department="窓口課", role="lead", state="joined", generation=3
)
OTHERS = (
    m.Participant(
        staff="s-mori", name="森 リサ", department="国際課", role="interpreter", state="joined", generation=4
    ),
    m.Participant(
        staff="s-suzuki",
        name="鈴木 一郎",
        department="国保年金課",
        role="second",
        state="joined",
        generation=5,
        takes_over=True,
    ),
    m.Participant(
        staff="s-taka", name="高橋 葵", department="介護保険課", role="second", state="asked", generation=6
    ),
)


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (1920, 1080)], ids=str)
def test_the_resident_stays_in_sight_however_many_join(
    visit: Callable[..., Page], rig: Rig, size: tuple[int, int]
) -> None:
    rig.view = scenes.view("away")
    page = visit(size=size)
    rig.connected()
    in_call(rig, page)
    for count in range(1, len(OTHERS) + 1):
        rig.show(scenes.serving(participants=(SATO, *OTHERS[:count])))
        expect(page.locator(".company li")).to_have_count(count)  # who leads knows that they do
        resident = page.locator(".video.main").bounding_box()
        assert resident
        assert resident["height"] >= size[1] / 4
        assert accessible(page) + overflowing(page) == []
