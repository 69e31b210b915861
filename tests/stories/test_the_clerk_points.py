"""The clerk points at the resident's own paper; the paper moves, and the ring stays where it was put, on both screens."""

import base64
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect

from hardware.camera.simulated import place
from kiosk.sheet.find import find_sheet
from kiosk.sheet.geometry import Points, apply, inverse, to_picture
from tests.kiosk.media.test_table import ring_in
from tests.rig import until
from tests.stories.house import House, opened, shot
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = (62.0, 150.0)  # of the first person on the sheet that lies there, in millimetres
OFF_MM = 4.0  # of which one is what finding the sheet anew, without following it, may be off
FILM = """() => window.elements("img").map((image) => {
  if (!image.naturalWidth || !image.src.includes("/paper")) return "";
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}).find(Boolean) ?? "" """


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        yield house


def paper_on(resident: Resident) -> NDArray[np.uint8] | None:
    """Return the picture of the paper that the resident's page shows."""
    data = resident.page.evaluate(FILM)
    if not data:
        return None
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    return None if picture is None else np.asarray(picture, np.uint8)


def ring_on(resident: Resident) -> tuple[Points, float] | None:
    """Measure the ring on the paper, in millimetres, and how far right the paper lies, in pixels."""
    picture = paper_on(resident)
    ring = None if picture is None else ring_in(picture)
    sheet = None if picture is None else find_sheet(picture)
    if ring is None or sheet is None:
        return None
    return apply(inverse(to_picture(sheet)), ring)[0], float(sheet.points[:, 0].mean())


def points_at(clerk: Clerk, millimetres: tuple[float, float]) -> None:
    """Click on a place of the paper as it lies at rest."""
    box = clerk.page.locator("k-paper .surface").bounding_box()
    assert box is not None
    x, y = apply(place(0, (1280, 720)), np.array([millimetres]))[0] / (1280, 720)
    width = min(box["width"], box["height"] * 16 / 9)
    left = box["x"] + (box["width"] - width) / 2
    top = box["y"] + (box["height"] - width * 9 / 16) / 2
    clerk.page.mouse.click(left + x * width, top + y * width * 9 / 16)


def test_the_ring_stays_on_the_paper_while_the_paper_moves(house: House):
    resident, clerk = house.resident(), house.clerk()
    house.talk(resident, clerk)
    assert paper_on(resident) is None

    clerk.page.keyboard.press("Alt+KeyW")
    clerk.sees("住民の画面に 同じ絵が 出ています")
    until("the paper on the resident's screen", lambda: paper_on(resident) is not None)
    points_at(clerk, NAME)
    ring, first = until("the ring", lambda: ring_on(resident))
    assert np.linalg.norm(ring - NAME) <= OFF_MM

    house.desk(sheet="moves")
    places, off = {round(first)}, list[float]()

    def followed() -> bool:
        measured = ring_on(resident)
        if measured is not None:
            off.append(float(np.linalg.norm(measured[0] - NAME)))
            places.add(round(measured[1]))
        return len(off) >= 8 and max(places) - min(places) > 60

    until("the paper has moved", followed, 60)
    assert max(off) <= OFF_MM
    shot(resident, "points-resident")
    shot(clerk, "points-clerk")

    house.desk(sheet="away")
    resident.sees("紙を 見失いました")
    clerk.sees("紙を 見失いました")
    until("no ring without its paper", lambda: (p := paper_on(resident)) is not None and ring_in(p) is None)
    shot(resident, "points-lost-resident")
    shot(clerk, "points-lost-clerk")
    house.desk(sheet="lies")
    until("the ring is back", lambda: ring_on(resident))

    clerk.page.keyboard.press("F9")
    until("the paper has left the resident's screen", lambda: paper_on(resident) is None)
    expect(resident.page.locator("k-paper")).to_have_count(0)
    house.ends(clerk, resident)
    address = urlsplit(house.kiosk.address)
    with pytest.raises(urllib.error.HTTPError) as none:
        urllib.request.urlopen(f"http://{address.netloc}/paper?t={address.fragment}", timeout=10)
    none.value.close()
    assert none.value.code == 404
