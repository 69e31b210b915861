"""Masks over a still: nothing somebody meant to hide is left in sight, whichever way the picture is turned."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DRAWN = """async () => {
  const { LEAST, within } = await import('/console/masks.js');
  let seed = 11;
  const next = (least, most) => least + ((seed = (seed * 16807) % 2147483647) / 2147483647) * (most - least);
  const wrong = [];
  for (let n = 0; n < 4000; n += 1) {
    const size = { width: Math.round(next(20, 900)), height: Math.round(next(20, 900)) };
    const drawn = { x: next(-300, 1200), y: next(-300, 1200), width: next(-400, 400), height: next(-400, 400) };
    const box = within(drawn, size);
    const whole = Object.values(box).every(Number.isInteger);
    const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
    const seen = box.width >= LEAST && box.height >= LEAST;
    // What of the drawn box lies on the picture lies under the mask; a pixel's edge is rounding.
    const covers = ['x', 'y'].every((axis) => {
      const [long, most] = axis === 'x' ? ['width', size.width] : ['height', size.height];
      const from = Math.max(0, Math.min(drawn[axis], drawn[axis] + drawn[long]));
      const to = Math.min(most, Math.max(drawn[axis], drawn[axis] + drawn[long]));
      return to <= from || (box[axis] <= from + 1 && box[axis] + box[long] >= to - 1);
    });
    if (!whole || !inside || !seen || !covers) wrong.push({ size, drawn, box });
  }
  return wrong;
}"""
TURNED = """async () => {
  const { turned, turnedBack, turnedSize } = await import('/console/masks.js');
  const size = { width: 37, height: 23 };
  const found = [];
  for (const turn of [0, 90, 180, 270]) {
    const box = { x: 3, y: 5, width: 11, height: 7 };
    const picture = new OffscreenCanvas(size.width, size.height);
    const pen = picture.getContext('2d');
    pen.fillRect(box.x, box.y, box.width, box.height);
    const around = turnedSize(size, turn);
    const shown = new OffscreenCanvas(around.width, around.height).getContext('2d');
    shown.translate(around.width / 2, around.height / 2);
    shown.rotate((turn * Math.PI) / 180);
    shown.drawImage(picture, -size.width / 2, -size.height / 2);
    const { data } = shown.getImageData(0, 0, around.width, around.height);
    const black = [...Array(around.width * around.height).keys()].filter((at) => data[4 * at + 3] > 127);
    const xs = black.map((at) => at % around.width), ys = black.map((at) => Math.floor(at / around.width));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    const seen = { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
    found.push([seen, turned(box, size, turn), box, turnedBack(seen, size, turn)]);
  }
  return found;
}"""
DECIDED = """async () => {
  const { added, black, decided, placed, proposed, undecided, without } = await import('/console/masks.js');
  const size = { width: 500, height: 300 };
  const told = [];
  const tell = (masks) => told.push([undecided(masks), black(masks).map((mask) => mask.id)]);
  let masks = proposed([{ x: 10, y: 10, width: 90, height: 20, certain: true }, { x: 480, y: 290, width: 90, height: 20, certain: false }], size);
  tell(masks);
  tell((masks = decided(masks, 1, 'not_one')));
  tell((masks = added(masks, { x: 200, y: 200, width: -30, height: -30 }, size)));
  tell((masks = without(masks, 2)));
  tell((masks = added(masks, { x: 0, y: 0, width: 9, height: 9 }, size)));
  tell((masks = placed(masks, 4, { x: 490, y: 0, width: 40, height: 40 }, size)));
  return { told, last: masks.at(-1) };
}"""


def test_a_box_drawn_in_any_direction_stays_on_the_picture_and_covers_all_of_it_that_was_meant(
    visit: Callable[..., Page],
) -> None:
    assert visit("/shared/icon.svg").evaluate(DRAWN) == []


def test_a_box_lies_on_a_turned_picture_where_its_pixels_do_and_finds_the_way_back(
    visit: Callable[..., Page],
) -> None:
    for seen, said, box, back in visit("/shared/icon.svg").evaluate(TURNED):
        assert said == seen
        assert back == box


def test_a_proposal_is_black_until_somebody_says_that_it_is_no_number(visit: Callable[..., Page]) -> None:
    found = visit("/shared/icon.svg").evaluate(DECIDED)
    assert found["told"] == [
        [2, [1, 2]],
        [1, [2]],
        [1, [2, 3]],
        [0, [3]],
        [0, [3, 4]],
        [0, [3, 4]],
    ]
    assert found["last"] == {
        "x": 460, "y": 0, "width": 40, "height": 40, "id": 4, "state": "hidden", "certain": False,
    }  # fmt: skip
