"""What a clerk and a resident do with a form, as hands do it."""

from playwright.sync_api import Page

from tests.stories.people import Resident, Seat


def field(page: Page, slot: str):
    """Return the field of the console that holds this value."""
    return page.locator(f'[data-slot="{slot}"]')


def put(page: Page, slot: str, value: str) -> None:
    """Type a value and leave the field."""
    one = field(page, slot)
    one.fill(value)
    one.press("Enter")


def add(page: Page, slot: str, value: str) -> None:
    """Write on behind what stands there when somebody comes to write, and leave the field."""
    one = field(page, slot)
    one.click()
    one.press_sequentially(value)
    one.press("Enter")


def choose(page: Page, slot: str, option: str) -> None:
    """Choose by the words of the option."""
    field(page, slot).select_option(label=option)


def leaf_to(resident: Resident, pages: int) -> None:
    """Leaf through: only at the end can anybody agree."""
    for number in range(1, pages):
        resident.sees(f"{number} / {pages} ページ")
        resident.press("つぎ")
    resident.sees(f"{pages} / {pages} ページ")


def sign(resident: Seat) -> None:
    """Write a few strokes into the frame."""
    box = resident.page.locator("k-sign canvas").bounding_box()
    assert box is not None
    mouse = resident.page.mouse
    for stroke in range(4):
        x = box["x"] + box["width"] * (0.15 + 0.18 * stroke)
        mouse.move(x, box["y"] + box["height"] * 0.3)
        mouse.down()
        for part in range(1, 9):
            mouse.move(x + part * 9, box["y"] + box["height"] * (0.3 + 0.05 * part))
        mouse.up()
