"""On hold nobody is seen or heard, and the resident knows for how long; muted, the clerk's silence is explained."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.rig import until
from tests.stories.house import CONSOLE_TONE, KIOSK_TONE, House, moves, opened, shot, silent

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        yield house


def test_on_hold_both_sides_are_dark_and_silent_and_afterwards_as_before(house: House):
    resident, clerk = house.resident(), house.clerk()
    ticket = house.talk(resident, clerk)
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(clerk)
    house.lamp("camera", True)

    clerk.page.keyboard.press("Alt+KeyH")
    clerk.press("およそ 5分")
    resident.sees("5分くらいで もどります")
    resident.sees("カメラと マイクは 止めています")
    clerk.sees("保留中")
    house.lamp("camera", False)
    silent(clerk)
    silent(resident)
    assert resident.page.get_by_text("使用中").count() == 0
    shot(resident, "hold-resident")
    shot(clerk, "hold-clerk")

    clerk.page.keyboard.press("Alt+KeyH")
    house.of(ticket, "call_resumed")
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(clerk)
    house.lamp("camera", True)
    until("the clerk's face is back", resident.pictures)
    house.ends(clerk, resident)


def test_a_muted_clerk_is_said_to_be_muted_and_is_not_heard(house: House):
    resident, clerk = house.resident(), house.clerk()
    house.talk(resident, clerk)
    resident.hears(CONSOLE_TONE)
    clerk.page.keyboard.press("Alt+KeyM")
    resident.sees("職員の マイクは 切れています")
    silent(resident)
    shot(resident, "mute-resident")
    shot(clerk, "mute-clerk")
    clerk.page.keyboard.press("Alt+KeyM")
    resident.hears(CONSOLE_TONE)
    until(
        "nothing is said of it any more",
        lambda: resident.page.get_by_text("職員の マイクは 切れています").count() == 0,
    )
    clerk.page.keyboard.press("Alt+KeyL")
    resident.sees("職員の カメラは 切れています")
    shot(resident, "camera-off-resident")
    house.ends(clerk, resident)
