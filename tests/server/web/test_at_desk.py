"""Somebody with a number of the hall, at the console of whoever calls them: in a real browser, with the wire's own messages."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

NUMBER = replace(scenes.TICKET, counter=True, site="本庁 1階ロビー", kiosk_name="発券機", generation=3)
ABSENT = (
    m.AbsentNumber(ticket="t-7", generation=2, number=7, purpose="shomei", left=540.0),
    m.AbsentNumber(ticket="t-5", generation=4, number=5, purpose="tennyu", left=61.0),
)


def called(calls: int, again_in: float = 0.0, last: bool = False, **rest: object) -> m.StaffView:
    """Return the view of whoever calls number 12 to their desk."""
    at = m.AtDesk(desk="3番窓口", calls=calls, calls_at_most=3, again_in=again_in, last=last)
    mine = m.MyTicket(ticket=replace(NUMBER, state="called"), at_desk=at)
    return scenes.view("serving", mine=mine, desk="3番窓口", desks=("1番窓口", "3番窓口"), **rest)


def helped(connected: bool = True) -> m.StaffView:
    """Return the view of whoever has number 12 at their desk."""
    at = m.AtDesk(desk="", calls=0, calls_at_most=3, again_in=0.0, here=True)
    mine = m.MyTicket(
        ticket=replace(NUMBER, state="serving"), at_desk=at, in_call_for=65.0, kiosk_connected=connected
    )
    return scenes.view("serving", mine=mine, desk="3番窓口", desks=("1番窓口", "3番窓口"))


def test_a_number_is_called_three_times_before_it_is_given_up_and_f2_says_that_they_came(
    visit: Visit, rig: Rig
) -> None:
    rig.view = called(1, again_in=15.0)
    page = visit()
    rig.connected()
    again, gone = (
        page.get_by_role("button", name="もう一度 よぶ"),
        page.get_by_role("button", name="いません"),
    )
    expect(page.locator(".at-desk")).to_contain_text("12番の方 → 3番窓口")
    expect(again).to_be_disabled()
    rig.show(called(2))
    again.click()
    assert rig.expect(m.CallAgain).generation == 3
    expect(gone).to_be_disabled()
    rig.show(called(3, last=True))
    expect(page.locator(".at-desk")).to_contain_text("もどせます")
    gone.click()
    assert rig.expect(m.NotThere).ticket == "t-12"
    page.keyboard.press("F2")
    assert rig.expect(m.Arrived).generation == 3


def test_a_number_that_was_given_up_is_brought_back_with_one_press(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("ready", queue=scenes.QUEUE, absent=ABSENT)
    page = visit()
    rig.connected()
    expect(page.locator(".absent li").first).to_contain_text("あと 9分")
    page.get_by_role("button", name="5番を もとの順番に もどす").click()
    back = rig.expect(m.BringBack)
    assert (back.ticket, back.generation) == ("t-5", 4)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800)], ids=str)
def test_whatever_is_shown_of_a_number_is_accessible_and_fits(
    visit: Visit, rig: Rig, size: tuple[int, int]
) -> None:
    rig.view = called(3, last=True, queue=scenes.QUEUE * 4, absent=ABSENT)
    page = visit(size=size)
    rig.connected()
    expect(page.locator(".absent")).to_be_visible()
    assert accessible(page) + overflowing(page) == []
    rig.show(helped())
    expect(page.locator(".at-desk.here")).to_contain_text("本庁 1階ロビー 発券機から 出ます")
    rig.show(helped(connected=False))
    expect(page.get_by_role("alert")).to_contain_text("発券機が つながっていません")
    assert accessible(page) + overflowing(page) == []
