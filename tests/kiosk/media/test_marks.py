"""Marks in millimetres: what each wish does, and that a place of the picture is the place of the paper under it."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.marks import (
    DOTS,
    LEAF_DOTS,
    STROKES,
    Board,
    Clear,
    Freeze,
    Ink,
    Leaf,
    Lift,
    Look,
    Point,
    Show,
    Spot,
    Undo,
    after,
    asked,
    on_paper,
    to_sent,
)
from kiosk.sheet.geometry import A4, apply, inverse
from kiosk.sheet.track import Dot, Stroke

LOOKS = st.builds(
    Look,
    zoom=st.sampled_from((100, 150, 200)),
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    turn=st.sampled_from((0, 90, 180, 270)),
)


def place(spot: Spot) -> Dot | None:
    """A paper that fills the left half of the picture."""
    return Dot(spot[0] * 100, spot[1] * 100) if spot[0] <= 0.5 else None


def board(*wishes: object) -> Board:
    made = Board()
    for wish in wishes:
        made = after(made, wish, place)  # pyright: ignore[reportArgumentType]
    return made


def test_pointing_shows_the_paper_to_both_and_lifting_leaves_it_shown():
    pointed = board(Point((0.2, 0.3)))
    assert pointed.shown
    assert pointed.dot == Dot(20, 30)
    lifted = after(pointed, Lift(), place)
    assert lifted.shown
    assert lifted.dot is None


def test_pointing_beside_the_paper_points_nowhere():
    assert board(Point((0.2, 0.3)), Point((0.9, 0.3))).dot is None


def test_ending_takes_marks_and_stillness_and_keeps_how_it_is_looked_at():
    ended = board(
        Point((0.1, 0.1)), Ink(((0.1, 0.1),), begins=True), Freeze(True), Look(zoom=150), Show(False)
    )
    assert ended == Board(look=Look(zoom=150))


def test_a_line_goes_on_until_another_begins_and_the_last_can_be_taken_back():
    first = Ink(((0.1, 0.1), (0.2, 0.1)), begins=True)
    more, second = Ink(((0.3, 0.1), (0.9, 0.1))), Ink(((0.4, 0.4),), begins=True)
    drawn = board(first, more, second)
    assert [len(stroke.points) for stroke in drawn.strokes] == [3, 1], "what lies beside the paper is no ink"
    assert after(drawn, Undo(), place).strokes == drawn.strokes[:1]
    assert after(drawn, Clear(), place).empty
    assert board(Undo()) == Board()


def test_no_clerk_can_draw_without_end():
    many = board(*(Ink(((0.1, 0.1),), begins=True) for _ in range(STROKES + 5)))
    assert len(many.strokes) == STROKES
    long = board(*(Ink(((0.1, 0.1),) * 64) for _ in range(DOTS)))
    assert len(long.strokes[0].points) == DOTS


@pytest.mark.parametrize("zoom", [100, 150, 200])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (0.5, 0.5)])
def test_what_is_looked_at_never_leaves_the_picture(zoom: int, x: float, y: float):
    look = board(Look(zoom=zoom, x=x, y=y)).look  # type: ignore[arg-type]
    corners = apply(inverse(to_sent(look, (1280, 720), (1280, 720))), np.array([[0, 0], [1279, 719.0]]))
    assert corners.min() >= -1
    assert (corners <= (1280, 720)).all()


@given(LOOKS, st.sampled_from(((1280, 720), (1920, 1080), (2592, 1944))))
def test_turned_and_enlarged_the_picture_keeps_its_proportions(look: Look, camera: tuple[int, int]):
    matrix = to_sent(look, camera, (1280, 720))[:2, :2]
    assert np.allclose(matrix @ matrix.T, np.eye(2) * np.linalg.det(matrix))


def test_at_rest_the_picture_is_the_cameras():
    assert np.allclose(to_sent(Look(), (1280, 720), (1280, 720)), np.eye(3))


def test_upright_again_after_four_turns():
    corner = np.array([[0.0, 0.0]])
    turned = [
        apply(to_sent(Look(turn=turn), (720, 720), (720, 720)), corner)[0] for turn in (0, 90, 180, 270)
    ]  # type: ignore[arg-type]
    assert np.allclose(turned, [(0, 0), (719, 0), (719, 719), (0, 719)])


@pytest.mark.parametrize(
    ("dot", "then"),
    [
        (Dot(50, 50), Dot(50, 50)),
        (Dot(-5, 300), Dot(0, 297)),
        (Dot(-40, 50), None),
        (Dot(50, 400), None),
    ],
)
def test_just_beside_the_edge_is_the_edge_and_farther_off_is_nowhere(dot: Dot, then: Dot | None):
    assert on_paper(dot, A4) == then


@given(st.one_of(st.text(max_size=300), st.binary(max_size=50), st.none()))
def test_whatever_comes_over_the_channel_is_a_wish_or_nothing(message: object):
    assert asked(message) is None or isinstance(message, str)


def test_what_the_console_writes_is_understood():
    text = msgspec.json.encode({"do": "ink", "points": [[0, 1]], "begins": True}).decode()
    assert asked(text) == Ink(((0, 1),), begins=True)
    assert asked('{"do":"look","zoom":150,"x":0.2,"y":0.3,"turn":90}') == Look(150, 0.2, 0.3, 90)
    assert asked('{"do":"look","zoom":9000}') is None
    assert asked(msgspec.json.encode({"do": "ink", "points": [[0, 1]] * 65}).decode()) is None


def test_a_stroke_is_kept_in_millimetres():
    assert board(Ink(((0.1, 0.2),), begins=True)).strokes == (Stroke((Dot(10, 20),)),)


def nowhere(_spot: Spot) -> Dot | None:
    raise AssertionError("a shared page has its own places")


def test_a_shared_page_has_its_marks_in_its_own_parts_and_keeps_its_lines_while_others_are_looked_at():
    board = Board(shown=True, dot=Dot(3, 4), strokes=(Stroke((Dot(1, 1),)),))
    board = after(board, Leaf(1, 2), nowhere)
    assert (board.shown, board.dot, board.strokes) == (False, None, ())
    board = after(board, Ink(((0.1, 0.2), (0.3, 0.4)), begins=True), nowhere)
    board = after(board, Point((0.5, 0.25)), nowhere)
    assert board.dot == Dot(0.5, 0.25)
    assert not board.shown
    turned = after(board, Leaf(2, 2), nowhere)
    assert (turned.dot, turned.strokes) == (None, ())
    back = after(turned, Leaf(1, 2), nowhere)
    assert back.strokes == (Stroke((Dot(0.1, 0.2), Dot(0.3, 0.4))),)
    assert after(after(back, Undo(), nowhere), Freeze(True), nowhere).strokes == ()
    assert after(after(board, Lift(), nowhere), Clear(), nowhere).strokes == ()


def test_putting_the_pages_away_or_showing_the_paper_leaves_nothing_of_them():
    board = after(after(Board(), Leaf(1, 2), nowhere), Point((0.5, 0.5)), nowhere)
    assert after(board, Show(on=False), nowhere) == board
    assert after(board, Show(on=True), nowhere) == Board(shown=True)
    assert after(board, Leaf(0), nowhere) == Board()
    shown = Board(shown=True)
    assert after(shown, Leaf(0), nowhere) == shown


def test_lines_on_a_shared_page_have_an_end():
    board = after(Board(), Leaf(1, 1), nowhere)
    for _ in range(100):
        board = after(board, Ink(tuple((0.5, 0.5) for _ in range(60)), begins=True), nowhere)
    assert sum(len(stroke.points) for stroke in board.strokes) <= LEAF_DOTS
