"""おくやみ over three departments: said once at the first, known at the second and third, and on one sheet in hand."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from server.documents.papers import Raster, png
from tests import reading
from tests.rig import SIMULATED, City, until
from tests.stories.desk_printer import DeskPrinter
from tests.stories.house import PASSWORD, SHOTS, WIDE, House, opened, shot
from tests.stories.people import Clerk
from tests.stories.test_handed_on import SECOND, hands_on, two_departments

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DIED = "2026-11-10"
COUNTERS = ("国保", "年金", "介護")
SOON, YEARS = "令和8年(2026年)11月24日(火)", "令和10年(2028年)11月10日(金)"
SHEET = {
    "国保・後期高齢者医療の窓口": {
        "国民健康保険をやめる届": SOON,
        "葬祭費(国保)をもらう": YEARS,
        "高くかかった医療費を返してもらう(高額療養費)": YEARS,
    },
    "介護保険の窓口": {"介護保険証を返す・保険料の精算": SOON},
    "窓口課(住所・戸籍・証明)": {"戸籍・除籍・住民票の除票をとる": ""},
    "国民年金の窓口": {"年金を止める届(受給権者死亡届)": SOON},
}
"""What stands on the paper: each counter, what is to be done there, and until when."""
DOTS = """canvas => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, dot) => (data[4 * dot] < 128 ? 1 : 0)).join(""); }"""


def _three_departments(city: City) -> None:
    two_departments(city)
    file = city.home / "city.toml"
    text = file.read_text("utf-8").replace('"kaigo", ', "", 1)
    third = (
        SECOND.replace("nenkin_ka", "kaigo_ka")
        .replace("国保年金課", "介護福祉課")
        .replace('"nenkin"', '"kaigo"')
    )
    first, rest = text.split("[[lanes]]", 1)
    file.write_text(f"{first}{third}{rest}", "utf-8")
    city.add_staff("tanaka", "田中 さくら", "介護福祉課", "clerk", password=PASSWORD)


@pytest.fixture
def desk() -> Iterator[DeskPrinter]:
    """A printer whose paper can be looked at."""
    desk = DeskPrinter()
    yield desk
    desk.close()


@pytest.fixture
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory, desk: DeskPrinter) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=0, prepare=_three_departments) as house:
        own = '[devices.printer]\ndriver = "simulated"\n'
        house.add_kiosk(
            "1号機", SIMULATED.replace(own, f'[devices.printer]\ndriver = "tcp"\nport = {desk.port}\n')
        )
        yield house


def test_nothing_is_said_twice_on_the_way_over_three_counters(house: House, desk: DeskPrinter) -> None:
    resident = house.resident()
    sato, suzuki, tanaka = (house.clerk(name, size=WIDE) for name in ("sato", "suzuki", "tanaka"))
    ticket = house.talk(resident, sato)
    page = sato.page
    page.keyboard.press("Alt+KeyA")
    sato.press(re.compile("亡くなった|おくやみ"))
    page.get_by_label("亡くなったのは いつですか").fill(DIED)
    house.of(ticket, "sheet_changed", revision=1)
    page.get_by_label("亡くなった方の健康保険は").select_option(label="国民健康保険")
    for number, asked in enumerate(("介護の認定を 受けていましたか", "年金を もらっていましたか"), start=3):
        row = page.locator(".questions li", has_text=asked).first
        row.get_by_role("button", name="はい", exact=True).click()
        house.of(ticket, "sheet_changed", revision=number)
    shot(sato, "okuyami-first")

    hands_on(sato, "国保年金課", "お葬式は これからです")
    _goes_on(house, suzuki, ticket, "お葬式は これからです")
    hands_on(suzuki, "介護福祉課", "保険証は お返し ずみ")
    _goes_on(house, tanaka, ticket, "保険証は お返し ずみ")
    shot(tanaka, "okuyami-third")

    tanaka.page.keyboard.press("Alt+KeyT")
    for counter in COUNTERS:
        expect(tanaka.page.locator("k-sheet")).to_contain_text(counter)
    tanaka.page.get_by_role("button", name="チェックシートを 印刷").click()
    shown = tanaka.page.locator(".paperview canvas")
    expect(shown).to_be_visible(timeout=60_000)
    seen = shown.evaluate(DOTS)
    tanaka.press("この内容で 印刷する")
    order = until("the order", lambda: house.orders("sheet"))[0]
    assert house.outcome(order) == "printed"
    (paper,) = until("the paper", lambda: desk.printer.pages)
    (SHOTS / "okuyami-sheet.png").write_bytes(png(Raster(width=paper.width, rows=paper.rows)))
    dots = np.unpackbits(np.frombuffer(paper.rows, np.uint8))
    assert "".join(map(str, dots[: len(seen)])) == seen
    _stands_on(paper.rows, house.of(ticket, "ticket_taken")["number"])
    house.ends(tanaka, resident)
    assert resident.complaints == []


def _goes_on(house: House, clerk: Clerk, ticket: str, note: str) -> None:
    """Answer, and find what was said at the counter before."""
    house.answers(clerk, ticket)
    clerk.sees(note)
    clerk.page.keyboard.press("Alt+KeyA")
    expect(clerk.page.get_by_label("亡くなったのは いつですか")).to_have_value(DIED)


def _stands_on(rows: bytes, number: int) -> None:
    """Every counter with what is to be done there and until when, read from the dots of the paper in hand."""
    part = reading.parts(rows, until="職員が 確かめること")
    head = part.pop("")
    assert head.startswith(
        reading.closed("見本市 リモート窓口 手続きチェックシート 家族が亡くなった 北公民館")
    )
    assert head.endswith(
        reading.closed(
            f"受付番号 {number} すること {sum(map(len, SHEET.values()))}つ いちばん 早い 期限 {SOON}"
        )
    )
    assert list(part) == [reading.closed(counter) for counter in SHEET]
    for counter, asked in SHEET.items():
        there = part[reading.closed(counter)]
        for what, day in asked.items():
            _, found, there = there.partition(reading.closed(f"{what} いつまで {day}" if day else what))
            assert found, (counter, what)
