"""Nobody waits for nobody: a number keeps its place through every refusal and loss, and what cannot be is said before it is promised."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.rig import until
from tests.stories.house import CONSOLE_TONE, WIDE, House, opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    lane = {"offer_lasts": 5.0, "socket_grace": 4.0}
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=2, clerks=2, lane=lane) as house:
        yield house


def test_a_kiosk_without_any_clerk_says_so_before_it_gives_a_number(house: House):
    resident = house.resident()
    resident.sees("ただいま 職員が いません")
    shot(resident, "queue-nobody-resident")
    resident.touches()
    resident.sees(re.compile("少し たってから もういちど よぶか"))
    shot(resident, "queue-unserved-resident")
    resident.press("はじめに もどる")
    resident.sees("ただいま 職員が いません")
    assert house.city.happened("ticket_taken") == []


def test_a_call_nobody_answers_goes_to_the_next_clerk_and_keeps_its_place(house: House):
    one, two = house.resident(house.kiosks[0]), house.resident(house.kiosks[1], WIDE)
    first = house.clerk("sato", size=WIDE)
    ticket = house.rings(one)
    house.of(ticket, "ticket_offered")
    second = house.clerk("suzuki")
    later = house.rings(two)
    house.of(ticket, "ticket_returned", why="no_answer")
    shot(first, "queue-missed-clerk-wide")
    one.sees("職員が 出られませんでした。ほかの職員を よんでいます。")
    shot(one, "queue-returned-resident")
    shot(two, "queue-waiting-resident-wide")

    def offered_to() -> list[str]:
        return [o["staff"] for o in house.city.happened("ticket_offered") if o["ticket"] == ticket]

    offers = until("a second offer", lambda: (found := offered_to())[1:] and found)
    assert offers[:2] == [house.ids["sato"], house.ids["suzuki"]], "the next clerk, not the same one again"
    for resident in (one, two):
        resident.press("やめる")
        resident.press("おわる")
    house.of(ticket, "ticket_cancelled")
    house.of(later, "ticket_cancelled")
    one.sees("ここを さわって")
    two.sees("ここを さわって")
    for clerk in (first, second):
        clerk.sees(re.compile("呼び出しが 来ると、音と|応答が なかったので"))


def test_a_clerk_who_declines_hands_the_caller_on(house: House):
    resident = house.resident()
    first, second = house.clerk("sato"), house.clerk("suzuki")
    ticket = house.rings(resident)
    offered = house.of(ticket, "ticket_offered")["staff"]
    unwilling, willing = (first, second) if offered == house.ids["sato"] else (second, first)
    unwilling.sees("呼び出しが 来ています")
    unwilling.page.keyboard.press("Alt+KeyN")
    unwilling.press(re.compile("いま 手が はなせない"))
    resident.sees("ほかの職員に かわります")
    house.answers(willing, ticket)
    assert house.of(ticket, "ticket_returned")["reason"] == "busy"
    house.ends(willing, resident)


def test_a_clerk_who_vanishes_leaves_the_resident_at_the_head_for_another(house: House):
    resident = house.resident()
    first = house.clerk("sato")
    ticket = house.talk(resident, first)
    resident.hears(CONSOLE_TONE)
    second = house.clerk("suzuki")

    first.page.close()
    house.of(ticket, "ticket_returned", seconds=40, why="clerk_lost")
    house.answers(second, ticket)
    resident.hears(CONSOLE_TONE)
    started = [event for event in house.city.happened("call_started") if event["ticket"] == ticket]
    assert len(started) == 2
    resident.sees(re.compile("鈴木 一郎"))
    house.ends(second, resident)


def test_a_resident_who_gives_up_waiting_is_gone_from_the_queue(house: House):
    resident, clerk = house.resident(), house.clerk("sato")
    ticket = house.rings(resident)
    clerk.sees("呼び出しが 来ています")
    resident.press("やめる")
    resident.sees("順番は 取り消されます")
    shot(resident, "queue-quit-resident")
    resident.press("おわる")
    house.of(ticket, "ticket_cancelled")
    clerk.sees("呼び出しが 来ると、音と")
    resident.sees("ここを さわって")


def test_a_kiosk_that_starts_anew_asks_whoever_waits_and_keeps_their_place(house: House):
    resident, _ = house.resident(), house.clerk("sato")
    ticket = house.rings(resident)
    number = house.of(ticket, "ticket_taken")["number"]
    house.kiosk.agent.kill()
    resident.sees("準備を しています")
    house.kiosk.start()
    resident.sees("まだ いらっしゃいますか")
    shot(resident, "queue-restarted-resident")
    resident.press("います")
    expect(resident.page.get_by_text("まだ いらっしゃいますか")).to_have_count(0)
    resident.sees(str(number))
    house.never(ticket, "ticket_cancelled", "ticket_abandoned")
    resident.press("やめる")
    resident.press("おわる")
    house.of(ticket, "ticket_cancelled")


def test_the_blue_button_asks_first_and_rings_second(house: House):
    resident, clerk = house.resident(), house.clerk("sato")
    resident.sees("ここを さわって")
    before = len(house.city.happened("ticket_taken"))
    house.desk(press="call")
    resident.sees("市役所の 職員に つなぎますか？")
    shot(resident, "queue-confirm-resident")
    assert len(house.city.happened("ticket_taken")) == before
    resident.page.wait_for_timeout(1200)  # a shaking hand is quicker than this, a decision is not
    house.desk(press="call")
    ticket = until("a ticket", lambda: house.city.happened("ticket_taken")[before:])[0]["ticket"]
    house.answers(clerk, ticket)
    house.ends(clerk, resident)
