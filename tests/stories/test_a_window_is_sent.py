"""Somebody with a link on a telephone waits in the business lane and talks with a clerk, as anybody at a kiosk does."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import typst
from playwright.sync_api import Browser, ViewportSize, expect

from tests.rig import PICTURES, until
from tests.stories.form_work import choose, put, sign
from tests.stories.house import CONSOLE_TONE, House, opened, shot
from tests.stories.people import Clerk, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WINDOW_TONE = 659.25
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=0) as house:
        yield house


def sent(clerk: Clerk) -> tuple[str, str]:
    """Make a link on the console; return it and the six digits."""
    clerk.page.locator(".send-window summary").click()
    with clerk.page.expect_response(
        lambda r: r.request.method == "POST" and r.url.endswith("/api/windows")
    ) as answer:
        clerk.press("リンクを 作る")
    clerk.sees("電話で 言う番号")
    made = answer.value.json()
    return made["link"], made["digits"]


def phone(house: House, link: str) -> Seat:
    """Open a link on somebody's telephone, with a tone and a moving picture for voice and face."""
    context = house.browser.new_context(viewport=PHONE, locale="ja", ignore_https_errors=True, has_touch=True)
    seat = Seat(context.new_page())
    seat.page.goto(link.replace("/window/#", f"/window/?synthetic={PICTURES}#"))
    house._seats.append(("phone", seat))  # pyright: ignore[reportPrivateUsage]  it leaves with the others
    return seat


def frame_of(seat: Seat) -> float:
    """Measure how wide the frame for the name is."""
    box = seat.page.locator("k-form k-sign canvas").bounding_box()
    return 0.0 if box is None else box["width"]


def numbered(pictures: list[Any]) -> list[int]:
    """Return the frame numbers in the eight cells on top of synthetic pictures."""
    found: list[int] = []
    for picture in pictures:
        high, wide = picture.shape[:2]
        cells = [
            float(np.mean(picture[high // 24 : high // 12, int(wide * (bit + 0.3) / 8) : int(wide * (bit + 0.7) / 8)]))
            for bit in range(8)
        ]  # fmt: skip
        if all(cell < 60 or cell > 195 for cell in cells):
            found.append(sum((cell > 128) << (7 - bit) for bit, cell in enumerate(cells)))
    return found


def moving(seat: Seat) -> None:
    """Wait until a picture of the other side arrives and changes."""
    first = set(until("a picture", lambda: numbered(seat.pictures())))
    until("a later frame", lambda: set(numbered(seat.pictures())) - first)


def test_a_contractor_with_a_link_waits_talks_reloads_and_the_link_works_once(house: House):
    clerk = house.clerk()
    link, _ = sent(clerk)
    shot(clerk, "window-sent")
    visitor = phone(house, link)
    visitor.sees("職員と 話す準備")
    assert "#" not in visitor.page.url, "the code does not stay in the address"
    stranger = phone(house, link)
    stranger.sees(re.compile("使えません"))
    shot(stranger, "window-used")
    visitor.page.get_by_label("会社・事業所").fill("見本工務店")
    visitor.page.get_by_label("お名前").fill("金糸雀 花子")
    shot(visitor, "window-hello")
    visitor.press("順番を とる")
    taken = until("a ticket", lambda: house.city.happened("ticket_taken"))[-1]
    assert (taken["lane"], taken["purpose"], taken["level"]) == ("jigyosha", "jigyosha", 3)
    ticket = taken["ticket"]
    visitor.sees("順番を 待っています")
    shot(visitor, "window-waiting")

    clerk.sees("呼び出しが 来ています")
    shot(clerk, "window-rings")
    clerk.page.keyboard.press("F2")
    house.of(ticket, "call_started", seconds=30)
    clerk.hears(WINDOW_TONE)
    visitor.hears(CONSOLE_TONE)
    moving(clerk)
    moving(visitor)
    clerk.sees("見本工務店 金糸雀 花子")
    clerk.writes("図面を 見せてください")
    visitor.sees("図面を 見せてください")
    visitor.page.get_by_label("職員に 送る文字").fill("いま うつします")
    visitor.press("送る")
    clerk.sees("いま うつします")
    shot(visitor, "window-call-text")
    visitor.press("文字")
    shot(visitor, "window-call")

    visitor.press("書類を 写す")
    visitor.sees("顔に もどす")
    clerk.page.get_by_role("tab", name=re.compile("書類")).first.click()
    moving(clerk)
    shot(visitor, "window-paper")
    shot(clerk, "window-paper-clerk")

    visitor.page.reload()
    visitor.sees("佐藤 恵")
    visitor.hears(CONSOLE_TONE)
    clerk.hears(WINDOW_TONE)
    visitor.press("文字")
    visitor.sees("図面を 見せてください")
    house.never(ticket, "call_ended", "ticket_returned")

    visitor.press("おわる")
    visitor.page.get_by_role("alertdialog").get_by_role("button", name="おわる").click()
    visitor.sees("おつかれさまでした")
    shot(visitor, "window-over")
    house.of(ticket, "call_ended", why="resident")
    house.finishes(clerk)
    visitor.page.reload()
    visitor.sees("おつかれさまでした")
    expect(visitor.page.get_by_text("図面を 見せてください")).to_have_count(0)
    assert visitor.complaints == []
    journal = str(house.city.events())
    assert "金糸雀" not in journal
    assert "金糸雀" not in (house.folder / "server.log").read_text()


SAID = {"name": "金糸雀　花子", "kana": "かなりあ はなこ", "birth": "S59.5.3", "address": "見本市まぼろし町九丁目4番", "phone": "09012345678"}  # fmt: skip
TWO_PAGES = '#set page(paper: "a4")\n= 1\n#pagebreak()\n= 2'


def page_seen(visitor: Seat) -> dict[str, Any]:
    """Say what the visitor's page shows of a shared page: its own size, how large it stands there, and where the ring is."""
    return visitor.page.evaluate(
        """() => {
          const view = window.elements("page-view")[0];
          const image = view?.renderRoot.querySelector("img");
          if (!image?.naturalWidth) return {};
          const box = image.getBoundingClientRect();
          const ring = view.renderRoot.querySelector(".ring")?.getBoundingClientRect();
          const place = ring && [(ring.x + ring.width / 2 - box.x) / box.width, (ring.y + ring.height / 2 - box.y) / box.height];
          return { width: image.naturalWidth, height: image.naturalHeight, shown: box.width, place };
        }"""
    )


def leafs_through(visitor: Seat) -> None:
    """Read to the last page: only there can anybody agree."""
    visitor.sees(re.compile(r"1 / \d+ ページ"))
    found = re.search(r"1 / (\d+)", visitor.page.locator("k-form .what").inner_text())
    assert found is not None
    pages = int(found[1])
    for number in range(2, pages + 1):
        visitor.press("つぎ")
        visitor.sees(f"{number} / {pages} ページ")


def test_with_a_link_pages_are_looked_at_together_and_a_form_is_written_called_wrong_and_signed(house: House):
    clerk = house.clerk(size=(1920, 1080))
    link, _ = sent(clerk)
    visitor = phone(house, link)
    before = len(house.city.happened("ticket_taken"))
    visitor.page.get_by_label("お名前").fill("金糸雀 花子")
    visitor.press("順番を とる")
    ticket = until("a ticket", lambda: house.city.happened("ticket_taken")[before:])[0]["ticket"]
    clerk.sees("呼び出しが 来ています")
    clerk.page.keyboard.press("F2")
    house.of(ticket, "call_started", seconds=30)
    until(
        "the camera link",
        lambda: clerk.page.evaluate("document.querySelector('k-stage').desk.media.state.eyes") == "connected",
    )

    clerk.page.keyboard.press("Alt+KeyE")
    pdf = typst.compile(TWO_PAGES.encode(), format="pdf")
    assert isinstance(pdf, bytes)
    files = clerk.page.locator("input[type=file]")
    files.set_input_files(files=[{"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf}])
    clerk.sees("住民の画面に このページが 出ています")
    visitor.sees("2枚の うち 1枚目")
    seen = until("the page on the telephone", lambda: page_seen(visitor) or None)
    assert (seen["width"], seen["height"]) == (1132, 1600), "as sharp as it was drawn"
    clerk.page.keyboard.press("Alt+KeyW")
    box = clerk.page.locator("page-view .page").bounding_box()
    assert box is not None
    clerk.page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"])
    place = until("the ring", lambda: page_seen(visitor).get("place"))
    assert np.allclose(place, (0.3, 0.6), atol=0.01)
    clerk.page.keyboard.press("Alt+KeyG")  # larger, at both ends
    until("it is larger", lambda: page_seen(visitor)["shown"] > 1.4 * seen["shown"])
    shot(visitor, "window-pages")
    clerk.page.get_by_role("button", name=re.compile("^次")).click()
    visitor.sees("2枚の うち 2枚目")

    page = clerk.page
    page.keyboard.press("Alt+KeyB")
    page.get_by_role("button", name=re.compile("^証明書の 申し込み")).click()
    visitor.sees("いま 書いています")
    for slot, value in SAID.items():
        put(page, slot, value)
        if (
            slot == "birth"
        ):  # the page before the visitor follows what is written, so a later line may turn it
            visitor.sees("昭和59年5月3日")
    shot(visitor, "window-form")
    choose(page, "sex", "女")
    choose(page, "cert_whose", "わたし")
    if not page.locator('[data-slot="cert.1.cert_kind"]').count():
        clerk.press(re.compile("1行 ふやす"))
    choose(page, "cert.1.cert_kind", "住民票の写し(世帯全員)")
    put(page, "cert.1.cert_copies", "3")
    choose(page, "cert_purpose", "年金")
    choose(page, "cert_receive", "支所・出張所")
    clerk.sees("そろいました。住民に 確かめてもらってください")
    clerk.press("確認を 送る")
    visitor.sees("この内容で よいですか？")
    visitor.press("ちがう")
    visitor.sees("ちがう ところを 押してください")
    shot(visitor, "window-form-which")
    visitor.press(re.compile("金糸雀"))
    visitor.sees("どこが ちがうか 職員に 話してください")
    clerk.sees(re.compile("住民が「ちがう」と|氏名が まだ|ちがう"))
    put(page, "name", "金糸雀　華子")
    visitor.sees("金糸雀　華子")
    clerk.press("確認を 送る")
    visitor.sees("この内容で よいですか？")
    visitor.page.reload()  # a telephone that went dark: the form stands there again
    visitor.sees("この内容で よいですか？")
    leafs_through(visitor)
    shot(visitor, "window-form-read")
    visitor.press("紙の 全部を 見る", 30)
    expect(visitor.page.locator("k-form .sheet img")).to_be_visible(timeout=20_000)
    shot(visitor, "window-form-look")
    visitor.press("見おわりました")
    visitor.press("はい、これで よい")
    visitor.sees("名前を 書いてください")
    visitor.sees("スマートフォンを 横にすると、大きく 書けます。")
    upright = frame_of(visitor)
    visitor.page.set_viewport_size({"width": PHONE["height"], "height": PHONE["width"]})
    until("a larger frame", lambda: frame_of(visitor) > 1.5 * upright)
    sign(visitor)
    shot(visitor, "window-form-sign")
    visitor.press("できました")
    visitor.sees("お名前を いただきました")
    visitor.page.set_viewport_size(PHONE)
    visitor.sees("900円")
    shot(visitor, "window-form-signed")
    visitor.press("わかりました")
    clerk.sees("署名")

    page.keyboard.press("Alt+KeyX")
    clerk.press("通話を 終わる")
    house.finishes(clerk)
    visitor.sees("おつかれさまでした")
    expect(visitor.page.get_by_text("華子")).to_have_count(0)
    assert visitor.complaints == []
    assert "まぼろし町" not in str(house.city.events())
