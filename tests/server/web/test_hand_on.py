"""Handing a resident on at the console: by keyboard, to somebody who is there, with nothing lost on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

DESTINATIONS = (
    m.Destination(lane="shimin", name="総合窓口", staff=("s-suzuki",), here=True),
    m.Destination(lane="kokuho", name="国保年金課", staff=("s-suzuki", "s-tanaka"), wait_minutes=(10, 15)),
    m.Destination(lane="kaigo", name="介護保険課", staff=("s-taka",), free=1),
    m.Destination(lane="zei", name="市税の窓口"),
)
PLAN = (m.Desk(lane="kokuho", name="国保年金課"), m.Desk(lane="kaigo", name="介護保険課"))


@pytest.fixture
def desk(visit: Visit, rig: Rig) -> Page:
    """Open the console of a clerk who is ready."""
    rig.view = scenes.view("ready")
    page = visit()
    rig.connected()
    expect(page.get_by_role("heading", name="いま 待っている人は いません")).to_be_visible()
    return page


def in_call(desk: Page, rig: Rig, **rest: Any) -> None:
    """Bring the clerk into a conversation they lead."""
    rig.show(scenes.serving(destinations=DESTINATIONS, **rest))
    rig.relay(3, scenes.snapshot())
    expect(desk.get_by_role("button", name="相談・引きつぎ")).to_be_enabled()


CHOICES = """async ([mine, colleagues]) => {
  const { choices, proposed } = await import("/console/destinations.js");
  const of = choices(mine, colleagues);
  return [of.lanes.map((one) => [one.name, one.state, one.next]), of.people.map((one) => [one.name, one.state]), proposed(of)?.name ?? null];
}"""


def test_those_who_can_answer_at_once_come_first_and_the_next_desk_of_the_plan_is_proposed(
    desk: Page,
) -> None:
    destinations: list[dict[str, Any]] = [
        {"lane": "a", "name": "ここ", "staff": ["s1", "s2"], "free": 1, "wait_minutes": None, "here": True},
        {"lane": "b", "name": "福祉課", "staff": ["s1"], "free": 0, "wait_minutes": [5, 10], "here": False},
        {"lane": "c", "name": "", "staff": [], "free": 0, "wait_minutes": None, "here": False},
    ]
    colleagues = [
        {"id": "s1", "name": "鈴木", "department": "福祉課", "state": "serving"},
        {"id": "s2", "name": "高橋", "department": "窓口課", "state": "ready"},
        {"id": "s3", "name": "木村", "department": "税務課", "state": "ready"},
    ]
    lanes = [["福祉課", "busy", False], ["c", "away", False]]
    people = [["高橋", "free"], ["鈴木", "busy"]]
    nobody: dict[str, Any] = {"destinations": destinations, "plan": [], "suggested": []}
    assert desk.evaluate(CHOICES, [nobody, colleagues]) == [lanes, people, "高橋"]
    planned = {**nobody, "plan": [{"lane": "b", "name": "福祉課"}]}
    assert desk.evaluate(CHOICES, [planned, colleagues])[2] == "福祉課"
    assert desk.evaluate(CHOICES, [{**nobody, "destinations": []}, colleagues]) == [[], [], None]


def test_a_resident_is_handed_on_by_keyboard_with_a_line_that_only_staff_can_read(
    desk: Page, rig: Rig
) -> None:
    in_call(desk, rig, plan=PLAN)
    desk.keyboard.press("Alt+r")
    dialog = desk.get_by_role("dialog")
    proposed = dialog.get_by_role("radio", name="国保年金課").first
    expect(proposed).to_be_checked()
    expect(proposed).to_be_focused()
    expect(dialog.get_by_role("radio", name="市税の窓口")).to_be_disabled()
    assert accessible(desk) == []
    assert overflowing(desk) == []
    desk.keyboard.press("Enter")  # the focus is on a choice, not on the button: nothing happens
    expect(dialog).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.type("通帳は お持ちです")
    desk.get_by_role("button", name="この方に つなぎます").press("Enter")
    given = rig.expect(m.Transfer)
    assert (given.mode, given.lane, given.staff, given.generation) == ("cold", "kaigo", None, 3)
    path, note = next(one for one in rig.posted if one[0] == "case/note")
    assert (path, note["text"], note["id"]) == ("case/note", "通帳は お持ちです", given.note)
    expect(desk.get_by_role("status").filter(has_text="介護保険課に つなぎました")).to_be_visible()


def test_whoever_goes_away_while_the_dialog_is_open_is_not_called(desk: Page, rig: Rig) -> None:
    in_call(desk, rig)
    desk.keyboard.press("Alt+r")
    expect(desk.get_by_role("radio", name="介護保険課").first).to_be_checked()
    gone = tuple(replace(one, free=0, staff=()) if one.lane == "kaigo" else one for one in DESTINATIONS)
    rig.show(scenes.serving(destinations=gone))
    expect(desk.get_by_role("radio", name="介護保険課").first).to_be_disabled()
    desk.get_by_role("button", name="この方に つなぎます").click()
    expect(
        desk.get_by_role("radio", name="国保年金課").first
    ).to_be_checked()  # asked again, with who is there
    assert not [one for one in rig.sent if isinstance(one, m.Transfer)]


def test_with_nobody_anywhere_the_dialog_says_what_else_can_be_done(desk: Page, rig: Rig) -> None:
    rig.show(scenes.serving(destinations=DESTINATIONS[:1]))
    rig.relay(3, scenes.snapshot())
    rig.show(replace(scenes.serving(destinations=DESTINATIONS[:1]), colleagues=()))
    desk.get_by_role("button", name="相談・引きつぎ").click()
    expect(desk.get_by_role("dialog")).to_contain_text("いま つなげる課も 職員も いません")


def test_the_plan_is_taken_over_and_the_next_desk_is_told(desk: Page, rig: Rig) -> None:
    in_call(desk, rig, suggested=PLAN)
    desk.get_by_role("button", name="この順に まわる").click()
    assert rig.expect(m.SetPlan).lanes == ("kokuho", "kaigo")
    in_call(desk, rig, plan=PLAN)
    desk.get_by_role("button", name="つぎに 知らせる").click()
    desk.get_by_role("button", name="およそ 10分後").click()
    assert rig.expect(m.WarnNext).minutes == 10
    rig.show(scenes.serving(destinations=DESTINATIONS, plan=(replace(PLAN[0], warned=True), PLAN[1])))
    expect(desk.locator(".plan")).to_contain_text("知らせました")


def test_the_next_desk_reads_who_comes_and_when_and_what_was_noted(desk: Page, rig: Rig) -> None:
    coming = m.Coming(number=11, purpose="shibo", lane="l", department="総合窓口", minutes=5, for_seconds=61)
    rig.show(scenes.view("ready", coming=(coming,)))
    for words in ("11番", "約4分", "おくやみ", "総合窓口から"):
        expect(desk.locator(".coming")).to_contain_text(words)
    rig.casework.answer("case/note", {"id": "note.a", "text": "口座は お嫁さんの 名義です"})
    made = scenes.mine("serving", in_call_for=3.0)
    ticket = replace(made.ticket, handed_from="窓口課の佐藤 恵", note="note.a")
    rig.show(scenes.view("serving", mine=replace(made, ticket=ticket)))
    rig.relay(3, scenes.snapshot(lines=tuple(replace(line, before=True) for line in scenes.LINES)))
    expect(desk.locator(".came")).to_contain_text("窓口課の佐藤 恵さん から")
    expect(desk.locator(".came")).to_contain_text("口座は お嫁さんの 名義です")
    expect(desk.get_by_role("log")).to_contain_text("前の職員")


def test_somebody_who_cannot_wait_is_made_urgent_only_after_a_second_word(desk: Page, rig: Rig) -> None:
    rig.show(scenes.view("ready", queue=scenes.QUEUE))
    desk.get_by_role("button", name="受付番号 14 を 急ぎに する").click()
    expect(desk.get_by_role("dialog")).to_contain_text("14番を 急ぎに しますか")
    desk.keyboard.press("Escape")
    assert not [one for one in rig.sent if isinstance(one, m.Raise)]
    desk.get_by_role("button", name="受付番号 14 を 急ぎに する").click()
    desk.get_by_role("button", name="急ぎに する", exact=True).click()
    assert rig.expect(m.Raise).ticket == "t-14"
    urgent = tuple(replace(one, urgency="urgent") if one.number == 14 else one for one in scenes.QUEUE)
    rig.show(scenes.view("ready", queue=urgent))
    expect(desk.locator("li[data-ticket=t-14]")).to_contain_text("▲ 急ぎ")
