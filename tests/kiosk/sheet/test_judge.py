"""Promises about what a clerk is told about a still."""

import numpy as np
import pytest

from kiosk.sheet.find import find_sheet
from kiosk.sheet.judge import Key, judge
from tests.kiosk.sheet.pages import Kind, page
from tests.kiosk.sheet.scene import (
    Bend,
    Image,
    Pose,
    camera,
    glare,
    hand,
    lay,
    project,
    shoot,
    table,
)

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 2800, 2100


def take(
    kind: Kind = "form", *, pose: Pose | None = None, spoil: str = "", blur: float = 0.7, light: float = 1.0
) -> Image:
    """Photograph one sheet with a camera of six million dots, with one thing wrong at most."""
    rng = np.random.default_rng(7)
    canvas = table("grey", WIDTH, HEIGHT, rng)
    matrix = camera(pose or Pose(turn=3, tilt=5, lean=60, size=0.93), WIDTH, HEIGHT)
    corners = lay(canvas, page(kind), matrix)
    if spoil == "hand":
        hand(
            canvas,
            corners[1] * 0.35 + corners[3] * 0.15 + corners[2] * 0.5,
            np.array([-1.0, -0.1]),
            rng,
            HEIGHT / 330,
        )
    lit = np.full((HEIGHT, WIDTH), light * 0.9, np.float32)
    image = shoot(canvas, lit, rng, noise=2.0, blur=blur, quality=88)
    if spoil == "glare":
        glare(image, project(matrix, Bend().space(Bend().corners * 0.0 + (45, 60)))[0], 150, rng)
    return image


def findings(image: Image) -> dict[Key, str | None]:
    return {finding.key: finding.place for finding in judge(image, find_sheet(image))}


@pytest.mark.parametrize("kind", ["form", "letter", "certificate", "flyer", "sparse"])
def test_a_good_still_has_nothing_wrong(kind: Kind):
    assert findings(take(kind)) == {}


def test_no_sheet_is_said():
    assert findings(table("wood", 1280, 720, np.random.default_rng(3))) == {"no_sheet": None}


def test_two_papers_upon_each_other_are_said():
    assert judge(table("wood", 640, 480, np.random.default_rng(3)), None, stacked=True)[0].key == "two_papers"


def test_a_corner_beyond_the_picture_is_named():
    found = findings(take(pose=Pose(turn=12, tilt=3, size=0.93, at=(0.5, 0.6))))
    assert found.get("cut_off") in {"bottom", "bottom_left", "bottom_right"}


def test_a_hand_over_the_edge_is_named():
    assert findings(take(spoil="hand")).get("hand") in {"right", "bottom_right"}


def test_a_reflection_that_drowns_print_is_placed():
    assert findings(take(spoil="glare")).get("glare") == "top_left"


def test_a_still_out_of_focus_is_blurred():
    assert set(findings(take("letter", blur=4.5))) == {"blurred"}


def test_a_dark_still_is_too_dark():
    assert "dark" in findings(take(light=0.3))


def test_a_sheet_far_away_is_too_small():
    image = take(pose=Pose(turn=2, size=0.5))
    small = [finding for finding in judge(image, find_sheet(image)) if finding.key == "small"]
    assert small[0].measure == pytest.approx(0.5 * HEIGHT / 297 * 25.4, rel=0.06)
