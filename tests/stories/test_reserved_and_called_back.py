"""A time promised on the telephone or chosen at the kiosk is checked in with six digits; whoever goes home is called."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from server.core.hours import local
from tests.rig import City, until
from tests.stories.house import WIDE, House, opened, shot
from tests.stories.people import Clerk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = (
    '[lanes.reservations]\nseats = { "00:00-24:00" = 4 }\nnotice_minutes = 0\nearly_minutes = 1440\n'
    "[lanes.callbacks]\nafter_minutes = 0\n\n"
)


def reserving(city: City) -> None:
    text = city.home / "city.toml"
    head, first, rest = text.read_text("utf-8").split("[[lanes]]\n", 2)
    text.write_text(f"{head}[[lanes]]\n{first}{RULES}[[lanes]]\n{rest}", "utf-8")


def civil_day(wall: float) -> str:
    return local(wall).date().isoformat()


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=2, prepare=reserving) as house:
        yield house


def test_who_finds_nobody_takes_a_time_home_and_comes_back_with_it(house: House):
    reserved = house.resident(house.kiosks[0])
    reserved.press("くわしく 見る", 30)
    reserved.sees("今、出られる職員が いません")
    shot(reserved, "reserve-offered-resident")
    reserved.press("日を えらんで 予約する")
    reserved.press(re.compile("職員と 話したい"))
    reserved.sees("いつが よろしいですか")
    shot(reserved, "reserve-places-resident")
    reserved.press(re.compile("日.*(午前|午後|正午)"))
    reserved.types("0901234")
    reserved.press("電話番号なしで すすむ")
    reserved.sees("これで 予約しますか")
    shot(reserved, "reserve-confirm-resident")
    reserved.press("はい、予約します")
    reserved.sees("予約できました")
    (order,) = until("the slip", lambda: house.orders("booking"))
    assert house.outcome(order) == "printed"
    reserved.sees("控えの紙を お取りください")
    shot(reserved, "reserve-made-resident")
    code = reserved.page.locator(".keep .code").inner_text().replace(" ", "")
    reserved.press("わかりました")

    # They telephone: another time, the same digits.
    clerk = house.clerk("sato", size=WIDE)
    desk = Clerk(clerk.page.context.new_page())
    desk.page.goto(f"{house.city.url}/console/booking.html")
    held = house.city.happened("place_held")[-1]["starts"]
    desk.page.locator("input[type=date]").fill(civil_day(held))
    desk.sees(code)
    desk.press("日時を かえる")
    free = desk.page.locator("button[data-starts]:not([disabled])")
    expect(free.first).to_be_visible(timeout=20_000)
    free.nth(1).click()
    desk.sees(f"番号は {code} の ままです")
    for name, size in (("narrow", (1280, 800)), ("wide", WIDE)):
        desk.page.set_viewport_size({"width": size[0], "height": size[1]})
        shot(desk, f"booking-moving-{name}")
    desk.press("この時間に かえる")
    desk.sees("日時を かえました")
    (moved,) = until("the move", lambda: house.city.happened("place_moved"))
    assert moved["booking"] == house.city.happened("place_promised")[0]["booking"]

    # And they come.
    reserved.begins()
    reserved.press("番号を お持ちの方")
    reserved.types(code)
    shot(reserved, "code-or-cancel-resident")
    reserved.press("この番号で つなぐ")
    taken = until("a ticket", lambda: house.city.happened("ticket_taken"))[0]
    assert taken["appointment"] == moved["booking"]
    house.answers(clerk, taken["ticket"])
    house.ends(clerk, reserved)


def test_one_comes_at_their_time_and_the_other_waits_at_home(house: House):
    clerk = house.clerk("sato", size=WIDE)
    # A clerk takes the call of somebody who wants to come.
    desk = Clerk(clerk.page.context.new_page())
    desk.page.goto(f"{house.city.url}/console/booking.html")
    desk.page.locator("button[data-starts]:not([disabled])").first.click()
    desk.page.locator("input[name=name]").fill("見本 花子")
    desk.page.locator("input[name=telephone]").fill("090-1234-5678")
    desk.page.locator("input[name=site]").fill("北公民館")
    for name, size in (("narrow", (1280, 800)), ("wide", WIDE)):
        desk.page.set_viewport_size({"width": size[0], "height": size[1]})
        shot(desk, f"booking-week-{name}")
    desk.press("取りおいて 読み上げる")
    desk.sees("見本 花子 さま")
    shot(desk, "booking-read-back")
    desk.press("この内容で 予約する")
    desk.sees("予約できました")
    shot(desk, "booking-made")
    code = desk.page.locator(".made .code").inner_text()

    # They come, and need nothing but the six digits.
    reserved = house.resident(house.kiosks[0])
    before = len(house.city.happened("ticket_taken"))
    reserved.begins()
    shot(reserved, "booking-purposes-resident")
    reserved.press("番号を お持ちの方")
    reserved.types(code)
    shot(reserved, "booking-code-resident")
    reserved.press("この番号で つなぐ")
    taken = until("a ticket", lambda: house.city.happened("ticket_taken")[before:])[0]
    assert taken["appointment"] == house.city.happened("place_promised")[-1]["booking"]
    house.answers(clerk, taken["ticket"])

    # Somebody else would rather wait at home.
    home = house.resident(house.kiosks[1])
    ticket = house.rings(home)
    shot(home, "callback-waiting-resident")
    home.press("帰って 電話を待つ")
    home.types("09087654321")
    home.press("これで よい")
    shot(home, "callback-read-back-resident")
    home.press("はい、よいです")
    home.sees("もう お帰りいただけます")
    shot(home, "callback-kept-resident")

    # Their turn comes: the clerk calls the number, which nobody else sees and which is gone afterwards.
    house.ends(clerk, reserved)
    clerk.sees("折り返し電話です")
    shot(clerk, "callback-offer-clerk")
    clerk.page.keyboard.press("F2")
    expect(clerk.page.locator(".callback .telephone")).to_have_text("090-8765-4321")
    for name, size in (("wide", WIDE), ("narrow", (1280, 800))):
        clerk.page.set_viewport_size({"width": size[0], "height": size[1]})
        shot(clerk, f"callback-number-{name}")
    clerk.press("つながった")
    clerk.sees("お話し中です")
    shot(clerk, "callback-talking-clerk")
    clerk.page.keyboard.press("Alt+KeyX")
    clerk.press("通話を 終わる")
    house.finishes(clerk)
    assert house.of(ticket, "callback_tried")["outcome"] == "reached"
    desk.page.reload()
    desk.sees(re.compile("終わりました|来ています"))
