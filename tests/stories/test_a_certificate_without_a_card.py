"""証明書の申し込み by somebody who brought no card: asked, written, agreed, and the fee and how to pay on screen and paper."""

import re
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser

from server.documents.papers import Raster, png
from tests import reading
from tests.rig import SIMULATED, City, until
from tests.stories.desk_printer import DeskPrinter
from tests.stories.form_work import choose, leaf_to, put, sign
from tests.stories.house import SHOTS, House, opened, shot
from tests.stories.people import Resident

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CANARY = "見本市まぼろし町九丁目4番"
SAID = {
    "name": "見本　花子",
    "kana": "みほん はなこ",
    "birth": "S19.5.3",
    "address": CANARY,
    "phone": "09012345678",
}
LINK = re.compile(r"https://pay\.example\.lg\.jp/t/([0-9a-f]{16})\?yen=900")


def _pays_by_link(city: City) -> None:
    with city.config.open("a") as file:
        file.write('\n[payment]\nlink = "https://pay.example.lg.jp/t/{reference}?yen={total}"\n')


@pytest.fixture
def desk() -> Iterator[DeskPrinter]:
    """A printer whose paper can be looked at."""
    desk = DeskPrinter()
    yield desk
    desk.close()


@pytest.fixture
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory, desk: DeskPrinter) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=0, prepare=_pays_by_link) as house:
        own = '[devices.printer]\ndriver = "simulated"\n'
        house.add_kiosk(
            "1号機", SIMULATED.replace(own, f'[devices.printer]\ndriver = "tcp"\nport = {desk.port}\n')
        )
        yield house


def test_who_has_no_card_is_asked_and_takes_the_sum_and_the_way_to_pay_home(
    house: House, desk: DeskPrinter
) -> None:
    resident, clerk = house.resident(size=(1920, 1080)), house.clerk("sato")
    page = clerk.page
    ticket = house.talk(resident, clerk)
    page.keyboard.press("Alt+KeyK")
    resident.press(re.compile("^ない・"))
    until("no card", lambda: house.city.happened("order_closed"))

    page.keyboard.press("Alt+KeyB")
    page.get_by_role("button", name=re.compile("^証明書の 申し込み")).click()
    for slot, value in SAID.items():
        put(page, slot, value)
    choose(page, "sex", "女")
    resident.sees("いま 書いています")
    resident.sees("昭和19年5月3日")
    choose(page, "cert_whose", "わたし")
    if not page.locator('[data-slot="cert.1.cert_kind"]').count():
        clerk.press(re.compile("1行 ふやす"))
    choose(page, "cert.1.cert_kind", "住民票の写し(世帯全員)")
    put(page, "cert.1.cert_copies", "3")
    choose(page, "cert_purpose", "年金")
    choose(page, "cert_receive", "支所・出張所")
    clerk.sees("そろいました。住民に 確かめてもらってください")
    shot(clerk, "story-certificate-clerk")
    clerk.press("確認を 送る")
    resident.sees("この内容で よいですか？")
    resident.sees("900円")
    shot(resident, "story-certificate-read-resident")
    leaf_to(resident, _pages(resident))
    resident.press("はい、これで よい")
    resident.sees("名前を 書いてください")
    sign(resident)
    resident.press("できました")
    resident.sees("お名前を いただきました")
    resident.sees("受け取るときに 支所で 払います")
    shot(resident, "story-certificate-signed-resident")
    shown = cv2.imdecode(np.frombuffer(resident.page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    on_screen = _code(shown)

    page.get_by_role("button", name="控えを 印刷").click()
    clerk.press("この内容で 印刷する")
    order = until("the order", lambda: house.orders("form"))[0]
    assert house.outcome(order) == "printed"
    (paper,) = until("the paper", lambda: desk.printer.pages)
    (SHOTS / "story-certificate-copy.png").write_bytes(png(Raster(width=paper.width, rows=paper.rows)))
    (on_paper,) = reading.codes(paper.rows)
    assert on_paper == on_screen
    reference = LINK.fullmatch(on_paper)
    assert reference is not None
    code = " ".join(re.findall("....", reference[1]))
    clerk.sees(code)
    _stands_on(paper.rows, house.of(ticket, "ticket_taken")["number"])

    resident.press("わかりました")
    house.ends(clerk, resident)
    house.of(ticket, "wrapup_finished")
    for path in (house.kiosk.folder / "kiosk.log", house.city.folder / "server.log", house.city.database):
        assert CANARY.encode() not in path.read_bytes(), path
    assert resident.complaints == []
    assert clerk.complaints == []


def _stands_on(rows: bytes, number: int) -> None:
    """Every part of the paper, read from its dots: what was asked for, the sum, how it is paid, what comes next."""
    part = reading.parts(rows)
    assert list(part) == ["", "書いたもの", "手数料", "この後"]
    head, written, fees, then = part.values()
    assert head.startswith("見本市控え証明書の申し込み北公民館令和")
    assert head.endswith(f"受付番号{number}")
    assert written == reading.closed("使いみち 年金 受け取り方 支所・出張所")
    assert fees == reading.closed(
        "住民票の写し(世帯全員) 3通 900円 合計 900円 受け取るときに 支所で 払います "
        "スマートフォンで この 四角い 印を 読むと、先に 払えます。払わなくても だいじょうぶです。"
    )
    assert then.startswith(
        reading.closed("この申し込みは リモート窓口で 受け付けます。わからないときは 電話で")
    )
    assert reading.closed("この紙に 名前・住所・マイナンバーは 書いていません。") in then
    assert then.endswith(reading.closed("大切に お持ちください"))


def _code(picture: np.ndarray) -> str:
    """Read the QR code as a telephone does."""
    found, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    return found


def _pages(resident: Resident) -> int:
    found = re.search(r"1 / (\d+)", resident.page.locator("k-form .what").inner_text())
    assert found is not None
    return int(found[1])
