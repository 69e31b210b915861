"""転入 for a family of four: begun at the kiosk while waiting, interrupted by the clerk, finished on the console, on paper."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests import reading
from tests.rig import SIMULATED, KioskMachine, until
from tests.stories.desk_printer import DeskPrinter
from tests.stories.house import House, opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BIRTHS = ("1988-04-02", "1990-07-15", "2017-05-05", "2022-09-30")


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=0) as house:
        yield house


@pytest.fixture(scope="module")
def desk() -> Iterator[DeskPrinter]:
    """A printer whose paper can be looked at."""
    desk = DeskPrinter()
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def kiosk(house: House, desk: DeskPrinter) -> KioskMachine:
    """A kiosk on that printer."""
    own = '[devices.printer]\ndriver = "simulated"\n'
    devices = SIMULATED.replace(own, f'[devices.printer]\ndriver = "tcp"\nport = {desk.port}\n')
    return house.add_kiosk("1号機", devices)


DOTS = """canvas => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, dot) => (data[4 * dot] < 128 ? 1 : 0)).join(""); }"""


def test_a_family_of_four_forgets_nothing_and_repeats_nothing(
    house: House, kiosk: KioskMachine, desk: DeskPrinter
) -> None:
    resident, clerk = house.resident(kiosk), house.clerk("sato", ready=False)
    resident.begins()
    resident.press("引っ越してきた")
    resident.press("はい、つなぎます")
    ticket = until("a ticket", lambda: house.city.happened("ticket_taken"))[-1]["ticket"]
    resident.press("はい、答えます")
    resident.sees("いつから見本市に住んでいますか")
    resident.press("この日です")
    resident.sees("前の町に届けた 引っ越しの日は いつですか")
    resident.press("わからない")
    resident.sees("外国から引っ越しましたか")
    resident.press("いいえ")
    resident.sees("いっしょに引っ越した人は いますか")
    shot(resident, "story-question-resident")
    house.of(ticket, "sheet_changed", revision=3)
    clerk.press(re.compile("受付を (はじめる|再開する)"))
    house.answers(clerk, ticket)  # in the middle of a question
    clerk.page.keyboard.press("Alt+KeyA")
    clerk.sees("住民が入力")
    page = clerk.page
    for number, birth in enumerate(BIRTHS, start=1):
        page.get_by_role("button", name="＋ 1人 ふやす").click()
        field = page.get_by_label(f"{number}人目の 生年月日")
        expect(field).to_be_visible()
        field.fill(birth)
        house.of(ticket, "sheet_changed", revision=3 + 2 * number)
    page.get_by_role("group", name="犬を飼っていますか").get_by_role("button", name="はい").click()
    page.keyboard.press("Alt+KeyT")
    for line in ("転入届を出す", "児童手当の申請", "小中学校の転校", "犬の登録を変える"):
        expect(page.locator("li.needed").get_by_text(line, exact=True)).to_be_visible()
    needed = page.locator("li.needed .head > b").all_inner_texts()
    shot(clerk, "story-sheet-clerk")
    page.get_by_role("button", name="チェックシートを 印刷").click()
    shown = page.locator(".paperview canvas")
    expect(shown).to_be_visible()
    seen = shown.evaluate(DOTS)
    clerk.press("この内容で 印刷する")
    order = until("the order", lambda: house.orders("sheet"))[0]
    assert house.outcome(order) == "printed"
    clerk.sees(re.compile("チェックシート .*印刷"))
    (paper,) = until("the paper", lambda: desk.printer.pages)
    dots = np.unpackbits(np.frombuffer(paper.rows, np.uint8))
    assert "".join(map(str, dots[: len(seen)])) == seen  # dot for dot what the clerk was shown
    in_hand = "".join(reading.parts(paper.rows, until="職員が 確かめること").values())
    assert [what for what in needed if reading.closed(what) not in in_hand] == []  # the sheet forgets nothing
    page.keyboard.press("Alt+KeyX")
    clerk.press("通話を 終わる")
    expect(page.locator(".prepare .papers")).to_contain_text(
        "チェックシート"
    )  # what was handed out, whatever it was
    resident.leaves()
    house.finishes(clerk)
    for event in house.city.events():  # what was answered is in the case and nowhere else
        assert not {"answer", "answers", "given"} & set(event)
    assert resident.complaints == []
    assert clerk.complaints == []
