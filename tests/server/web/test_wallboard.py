"""The supervisor's page, the hall's page and a call for help, in a real browser."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from tests.server.web import floor, scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser


@pytest.fixture
def board(visit: Callable[..., Page], rig: Rig) -> Page:
    """Open the page on a busy morning."""
    rig.roles = ("supervisor",)
    rig.view = floor.view()
    page = visit("/wallboard/", (1280, 800))
    expect(page.locator(".alerts li")).to_have_count(len(floor.ALERTS))
    return page


def test_the_worst_stands_first_with_what_to_do_and_everything_can_be_read(board: Page) -> None:
    first = board.locator(".alerts li").first
    expect(first).to_contain_text("15番（おくやみ窓口）に 出られる職員が いません")
    expect(first).to_contain_text("移してください")
    expect(board.get_by_role("link", name="数で見る")).to_be_visible()
    assert accessible(board) == []
    assert overflowing(board) in ([], ["the page itself"])  # it may be longer than the window, never wider
    assert board.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_who_waits_is_in_sight_however_much_needs_somebody(
    board: Page, rig: Rig, size: tuple[int, int]
) -> None:
    long = [
        replace(floor.ALERTS[0], kind="waits_long", number=one.number, lane=one.lane) for one in floor.QUEUE
    ]
    more = m.Alert(kind="unanswered", number=13, lane="shimin", for_seconds=700.0)
    rig.show(
        floor.view(alerts=(floor.ALERTS[0], *long, more, *floor.ALERTS[1:]), emergencies=(floor.EMERGENCY,))
    )
    board.set_viewport_size({"width": size[0], "height": size[1]})
    expect(board.locator(".helpband")).to_be_visible()
    expect(board.locator(".count")).to_have_text(str(len(long) + 6))
    expect(board.locator(".alerts > ol > li")).to_have_count(7)
    for place in range(3):
        expect(board.locator(".queue li").nth(place)).to_be_in_viewport(ratio=1)
    folded = board.locator(".alerts .several")
    expect(folded).to_contain_text("6人が 長く 待っています")
    folded.locator("summary").click()
    folded.get_by_role("button", name="13番を 移す").click()
    expect(board.locator("dialog")).to_contain_text("13番を どこへ 移しますか")
    board.keyboard.press("Escape")
    assert accessible(board) == []


def test_a_lane_nobody_answers_promises_no_wait_and_says_what_to_do(board: Page, rig: Rig) -> None:
    lane = replace(floor.LANES[0], ready=0, busy=0, paused=3, late=0, wait_minutes=None)
    alert = m.Alert(kind="nobody_ready", lane="shimin", for_seconds=30.0)
    rig.show(floor.view(lanes=(lane, *floor.LANES[1:]), alerts=(alert,)))
    said = board.locator(".alerts li")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("市民課で 人が 待っていますが、いま 受付している職員が いません")
    expect(said).to_contain_text("受付を 止めている職員に もどってもらうか")
    expect(said.get_by_role("button", name="13番を 移す")).to_be_visible()
    row = board.locator("tr").filter(has=board.get_by_role("rowheader", name="市民課"))
    expect(row).to_contain_text("▲ 出られる人 なし")
    expect(row).not_to_contain_text("すぐ")


def test_a_call_is_entered_only_after_reading_who_will_know_and_left_from_here(board: Page, rig: Rig) -> None:
    calls = board.locator(".calls")
    expect(calls.locator("li").nth(1)).to_contain_text("見守り 木村 花")
    calls.get_by_role("button", name="11番の 見守り・同席を 終える").click()
    left = rig.expect(m.LeaveCall)
    assert (left.ticket, left.generation) == ("t-11", 5)
    calls.get_by_role("button", name="10番の 通話を 見守る").click()
    expect(board.locator("dialog")).to_contain_text("職員の画面と 住民の画面に")
    with board.expect_popup() as opened:
        board.locator("dialog").get_by_role("button", name="見守る", exact=True).click()
    assert opened.value.url.endswith("/console/?call=t-10&how=watch")


def test_who_waits_is_moved_a_lane_is_closed_and_a_sentence_is_announced(board: Page, rig: Rig) -> None:
    board.locator(".alerts").get_by_role("button", name="15番を 移す").click()
    board.locator("dialog").get_by_role("button", name="移す", exact=True).click()
    expect(board.locator("dialog")).to_contain_text("まだ 移していません")
    board.get_by_label("移す先").select_option("staff:s-taka")
    board.locator("dialog").get_by_role("button", name="移す", exact=True).click()
    moved = rig.expect(m.Reassign)
    assert (moved.ticket, moved.staff, moved.lane) == ("t-15", "s-taka", None)
    expect(board.locator(".toasts")).to_contain_text("15番を 高橋 葵さんに 移しました。順番は そのままです。")
    board.get_by_role("button", name="市民課 閉じる…").click()
    board.locator("dialog").get_by_role("button", name="天気・災害").click()
    assert rig.expect(m.CloseLane).reason == "weather"
    board.get_by_role("button", name="お知らせを 出す…").click()
    board.get_by_label("書き足す文").fill("駐車場は 北側も 使えます。")
    board.locator("dialog").get_by_role("button", name="出す", exact=True).click()
    assert rig.expect(m.Announce).text == "駐車場は 北側も 使えます。"
    board.locator(".staff").get_by_role("button", name="田中 守さんを 受付可に する").click()
    board.locator("dialog").get_by_role("button", name="受付可に する").click()
    assert rig.expect(m.ReadyColleague).staff == "s-tanaka"
    board.locator(".staff").get_by_role("button", name="高橋 葵さんの きょうの 担当").click()
    board.locator("dialog").get_by_label("市民課", exact=True).check()
    board.locator("dialog").get_by_role("button", name="きょうの 担当に する").click()
    duty = rig.expect(m.SetDuty)
    assert (duty.staff, set(duty.lanes)) == ("s-taka", {"shimin", "fukushi"})
    assert duty.skills == ("department:福祉課",)


def test_help_is_called_with_a_key_answered_at_another_desk_and_ended(
    visit: Callable[..., Page], rig: Rig
) -> None:
    rig.view = scenes.view("ready")
    desk = visit("/console/", (1280, 800))
    # Before the line stands nobody can be called, and before the first paint no key is heard.
    expect(desk.get_by_role("button", name="至急 応援")).to_be_enabled()
    desk.keyboard.press("Alt+o")
    desk.locator("dialog").get_by_role("button", name="応援を よぶ").click()
    rig.expect(m.CallForHelp)
    rig.show(replace(scenes.view("ready"), emergencies=(floor.EMERGENCY,)))
    band = desk.get_by_role("alert").filter(has_text="至急 応援")
    expect(band).to_contain_text("佐藤 恵さん（市民課）")
    expect(band).to_contain_text("北公民館")
    band.get_by_role("button", name="向かいます").click()
    assert rig.expect(m.ComeToHelp).help == "h-1"
    mine = replace(floor.EMERGENCY, role="caller", may_end=True, coming=("鈴木 一",))
    rig.show(replace(scenes.view("ready"), emergencies=(mine,)))
    desk.get_by_role("button", name="佐藤 恵さんの 応援を 終わりに する").click()
    desk.locator("dialog").get_by_role("button", name="終わりに する").click()
    assert rig.expect(m.EndHelp).help == "h-1"


def test_the_hall_shows_each_lane_large_and_says_so_when_it_is_old(
    visit: Callable[..., Page], rig: Rig
) -> None:
    rig.signed_in = False
    rig.hall = floor.hall()
    page = visit("/wallboard/hall.html")
    expect(page.locator(".hall li")).to_have_count(4)
    expect(page.locator(".hall li").first).to_contain_text("15〜25分")
    size = page.locator(".count b").first.evaluate("b => parseFloat(getComputedStyle(b).fontSize)")
    assert size >= 1080 / 12, "read from three metres"
    least = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.hall *')].filter((e) => e.textContent.trim())"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert least >= 16
    assert overflowing(page) == []
