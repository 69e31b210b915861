"""A conversation survives the death of the server and a reload of either page; only a dead kiosk ends it, in order."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.rig import until
from tests.stories.house import CONSOLE_TONE, KIOSK_TONE, House, moves, opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        yield house


def test_voices_and_pictures_go_on_while_the_server_is_dead_and_words_after_it_is_back(house: House):
    resident, clerk = house.resident(), house.clerk()
    ticket = house.talk(resident, clerk)
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(clerk)

    house.city.server.kill()
    clerk.sees("サーバーと つながりません")
    clerk.sees("通話は そのまま つづきます")
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(clerk)
    shot(clerk, "survives-server-dead-clerk")
    shot(resident, "survives-server-dead-resident")

    house.city.start()
    until("the console is back", lambda: clerk.page.get_by_text("サーバーと つながりません").count() == 0)
    clerk.writes("サーバーが もどりました")
    resident.sees("サーバーが もどりました")
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    house.never(ticket, "call_ended", "ticket_returned")
    assert clerk.page.get_by_text("通話中").count() > 0
    house.ends(clerk, resident)
    assert resident.complaints == clerk.complaints == []


def test_a_console_reloaded_in_a_call_finds_it_as_it_was(house: House):
    resident, clerk = house.resident(), house.clerk()
    ticket = house.talk(resident, clerk)
    generation = house.of(ticket, "ticket_accepted")["generation"]
    clerk.writes("読みこみの 前に 書いた字")
    resident.sees("読みこみの 前に 書いた字")

    clerk.page.reload()
    clerk.sees("読みこみの 前に 書いた字")
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(clerk)
    until("the clerk's face is back", resident.pictures)
    clerk.writes("読みこみの 後に 書いた字")
    resident.sees("読みこみの 後に 書いた字")
    house.never(ticket, "call_ended", "ticket_returned")
    assert house.of(ticket, "ticket_accepted")["generation"] == generation
    house.ends(clerk, resident)


def test_a_reload_of_the_residents_page_gives_the_voice_back(house: House):
    resident, clerk = house.resident(), house.clerk()
    ticket = house.talk(resident, clerk)
    clerk.writes("そのまま お待ちください")
    resident.sees("そのまま お待ちください")

    resident.page.reload()
    resident.sees("そのまま お待ちください")
    clerk.hears(KIOSK_TONE)
    resident.hears(CONSOLE_TONE)
    moves(clerk)
    house.never(ticket, "call_ended", "ticket_returned")
    house.ends(clerk, resident)


def test_a_kiosk_that_dies_ends_the_call_in_order_and_stands_at_the_beginning_with_its_camera_off(
    house: House,
):
    resident, clerk = house.resident(), house.clerk()
    ticket = house.talk(resident, clerk)
    house.lamp("camera", True)

    house.kiosk.agent.kill()
    resident.sees("準備を しています")
    shot(resident, "survives-agent-dead-resident")
    house.kiosk.start()
    assert house.of(ticket, "call_ended")["why"] == "kiosk_restarted"
    clerk.sees("どう なりましたか")
    shot(clerk, "survives-agent-dead-clerk")
    resident.sees("ここを さわって")
    house.lamp("camera", False)
    house.finishes(clerk)
    house.of(ticket, "wrapup_finished")
