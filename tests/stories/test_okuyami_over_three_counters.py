"""おくやみ over three departments: said once at the first, known at the second and third, and on one sheet in hand."""

import re
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from server.documents.papers import Raster, png
from tests.rig import SIMULATED, City, until
from tests.stories.desk_printer import DeskPrinter
from tests.stories.house import PASSWORD, SHOTS, WIDE, House, opened, shot
from tests.stories.people import Clerk
from tests.stories.test_handed_on import SECOND, hands_on, two_departments

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DIED = "2026-11-10"
COUNTERS = ("国保", "年金", "介護")
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
    picture = png(Raster(width=paper.width, rows=paper.rows))
    (SHOTS / "okuyami-sheet.png").write_bytes(picture)
    dots = np.unpackbits(np.frombuffer(paper.rows, np.uint8))
    assert "".join(map(str, dots[: len(seen)])) == seen
    bars = _bars(picture)
    assert len(bars) >= 3 + 1, "each counter has a bar of its own, and so has what to bring"
    house.ends(tanaka, resident)
    assert resident.complaints == []


def _goes_on(house: House, clerk: Clerk, ticket: str, note: str) -> None:
    """Answer, and find what was said at the counter before."""
    house.answers(clerk, ticket)
    clerk.sees(note)
    clerk.page.keyboard.press("Alt+KeyA")
    expect(clerk.page.get_by_label("亡くなったのは いつですか")).to_have_value(DIED)


def _bars(picture: bytes) -> list[int]:
    """Return where the black bars of a sheet begin: by its layout, each heads a part."""
    rows = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert rows is not None
    dark = (rows < 128).mean(axis=1) > 0.9
    starts = np.flatnonzero(np.diff(np.concatenate(([False], dark)).astype(np.int8)) == 1)
    return [int(at) for at in starts if dark[at : at + 8].all()]
