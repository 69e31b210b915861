"""A supervisor watches over a call and then joins it: never unseen, never heard before it is said that they are."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.rig import City
from tests.stories.house import CONSOLE_TONE, KIOSK_TONE, PASSWORD, WIDE, House, moves, opened, shot, silent
from tests.stories.people import EARS, Clerk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def with_supervisor(city: City) -> None:
    """Somebody who answers for the floor."""
    city.add_staff("kimura", "木村 花", "窓口課", "supervisor", password=PASSWORD)


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), prepare=with_supervisor) as house:
        yield house


def test_watching_is_read_by_both_and_says_nothing_until_the_supervisor_joins(house: House):
    resident, sato = house.resident(size=WIDE), house.clerk("sato", size=WIDE)
    ticket = house.talk(resident, sato)
    desk = house.clerk("kimura", ready=False)
    desk.sees(re.compile("受付を はじめる"))
    board = desk.page
    board.context.add_init_script(EARS)  # also for the console that opens beside it
    board.goto(house.city.url + "/wallboard/")
    board.get_by_role("button", name=re.compile("番の 通話を 見守る")).click()
    with board.expect_popup() as popup:
        board.locator("dialog").get_by_role("button", name="見守る", exact=True).click()
    kimura = Clerk(popup.value)
    entered = house.of(ticket, "supervisor_entered")
    assert entered["role"] == "monitor"

    resident.sees("責任者の 木村 花さんが 見守っています")
    sato.sees("責任者の 木村 花さんが 見守っています")
    kimura.sees("あなたは この通話を 見守っています")
    kimura.hears(KIOSK_TONE)
    kimura.hears(CONSOLE_TONE)
    moves(kimura)
    house.of(ticket, "party_voice", seconds=40)
    sato.hears(KIOSK_TONE)
    assert resident.page.evaluate("window.elements('audio').filter((one) => one.muted).length") == 1
    for seat, name in ((resident, "resident"), (sato, "clerk"), (kimura, "supervisor")):
        shot(seat, f"watch-{name}")

    # They join: the same links, their picture and their name where a colleague's stand; then they go.
    kimura.press("話に 入る")
    house.of(ticket, "supervisor_entered", role="supervisor")
    expect(resident.page.get_by_text("見守っています")).to_have_count(0)
    resident.sees("木村 花")
    assert resident.page.evaluate("window.elements('audio').every((one) => !one.muted)")
    shot(resident, "watch-joined-resident")
    shot(sato, "watch-joined-clerk")
    board.bring_to_front()
    board.get_by_role("button", name=re.compile("番の 見守り・同席を 終える")).click()
    house.of(ticket, "party_left", why="left")
    silent(kimura)
    sato.hears(KIOSK_TONE)
    house.never(ticket, "ticket_returned", "clerk_line_lost")
    house.ends(sato, resident)
    assert resident.complaints == sato.complaints == []
