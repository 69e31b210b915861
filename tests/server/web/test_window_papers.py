"""What a visitor's window decides of papers is what a kiosk decides of them, over any order of what can happen."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from kiosk.flow import events as ev
from kiosk.flow.effects import Tell
from kiosk.flow.form import form_came, form_replied, form_touched, pictures_came
from kiosk.flow.states import InCall, Kiosk
from kiosk.media import marks
from kiosk.sheet.track import Dot
from server.protocol.messages import AnswerForm, FormShown
from server.protocol.values import FormRow, FormSheet
from tests.kiosk.flow.examples import NOW, ticket

pytestmark = pytest.mark.browser

WORDS = ("next", "previous", "yes", "no", "row", "unsure", "back", "look", "cannot", "close")
FORMS = """async (walks) => {
  const { formCame, replied, touched } = await import('/window/desk.js');
  const ROWS = 4;
  return walks.map((walk) => {
    let desk = null;
    return walk.map(({ shown, pictures, control, refused }) => {
      let tell = null;
      if (shown) desk = formCame(desk, shown, ROWS);
      else if (desk && pictures) desk = { ...desk, pictures: Array(pictures).fill('data:') };
      else if (desk && control) ({ desk, tell } = touched(desk, control, ROWS));
      else if (desk?.sending && refused !== undefined) desk = replied(desk, refused);
      return [desk && [desk.step, desk.page, desk.picture, desk.sending, desk.problem], tell && [tell.answer, tell.row ?? null]];
    });
  });
}"""
MARKS = """async (walks) => {
  const { EMPTY, after, asked } = await import('/window/leaves.js');
  return walks.map((walk) => {
    let board = EMPTY;
    return walk.map((text) => {
      const wish = asked(text);
      if (wish) board = after(board, wish);
      const { leaf, of, look, dot, lines } = board;
      return [leaf, of, [look.zoom, look.x, look.y, look.turn], dot, lines];
    });
  });
}"""


def _shown(chance: random.Random, revision: int) -> FormShown:
    stage = chance.choice(("filling", "filling", "reading", "reading", "agreed", "signed"))
    rows = tuple(FormRow(label=f"{n}") for n in range(chance.choice((1, 4, 5, 11))))
    sheet = FormSheet(
        form=chance.choice(("a", "a", "a", "b")),
        title="",
        plain="",
        stage=stage,
        rows=rows,
        changed=chance.choice((None, len(rows) - 1)),
        signature=chance.random() < 0.8,
    )
    gone = chance.random() < 0.05
    return FormShown(ticket="t1", generation=1, revision=revision, sheet=None if gone else sheet)


def _form_walk(chance: random.Random) -> tuple[list[Any], list[Any]]:
    """Return what happens, and what a kiosk makes of it."""
    kiosk = replace(Kiosk(boot="b"), state=InCall(ticket=ticket("serving", 1), since=NOW))
    happened: list[Any] = []
    expected: list[Any] = []
    revision = 1
    for _ in range(25):
        told = None
        match chance.choice(("shown", "touched", "touched", "touched", "pictures", "replied")):
            case "shown":
                revision += chance.random() < 0.8
                shown = _shown(chance, revision)
                happened.append({"shown": msgspec.to_builtins(shown)})
                kiosk, _ = form_came(kiosk, ev.FormCame(shown))
            case "pictures":
                happened.append({"pictures": 2})
                call = kiosk.state
                assert isinstance(call, InCall)
                if call.form is not None:
                    kiosk, _ = pictures_came(kiosk, ev.PicturesCame(call.form.shown.revision, 2))
            case "replied":
                refused = chance.choice((None, "invalid", "store", "stale"))
                happened.append({"refused": refused})
                call = kiosk.state
                assert isinstance(call, InCall)
                if call.form is not None and call.form.sending is not None:
                    kiosk, _ = form_replied(kiosk, ev.Replied(call.form.sending, refused))
            case _:
                word = chance.choice(WORDS)
                row = 3 if word == "row" else None
                happened.append({"control": f"form:{word}" + ("" if row is None else f":{row}")})
                kiosk, effects = form_touched(kiosk, ev.OnForm(word, row))
                told = next((one.command for one in effects if isinstance(one, Tell)), None)
        call = kiosk.state
        assert isinstance(call, InCall)
        form = call.form
        expected.append(
            [
                form and [form.step, form.page, form.picture, form.sending is not None, form.problem],
                [told.answer, told.row] if isinstance(told, AnswerForm) else None,
            ]
        )
    return happened, expected


def test_a_form_goes_through_the_same_steps_in_a_window_as_at_a_kiosk(visit: Callable[..., Page]) -> None:
    chance = random.Random(5)
    walks = [_form_walk(chance) for _ in range(400)]
    found = visit("/shared/icon.svg").evaluate(FORMS, [happened for happened, _ in walks])
    for (happened, expected), said in zip(walks, found, strict=True):
        assert said == expected, happened
    steps = {one[0][0] for walk in found for one in walk if one[0]}
    assert steps == {"follow", "told", "read", "which", "look", "sign", "helped", "signed"}


def _wish(chance: random.Random) -> dict[str, Any]:
    spot = [chance.choice((0.0, 0.25, 0.5, 1.0)), chance.choice((0.1, 0.75))]
    return chance.choice(
        (
            {"do": "leaf", "number": chance.randrange(4), "of": 3},
            {"do": "leaf", "number": chance.randrange(1, 4), "of": 3},
            {"do": "point", "at": spot},
            {"do": "ink", "points": [spot] * chance.choice((0, 1, 64)), "begins": chance.random() < 0.4},
            {"do": "ink", "points": [spot], "begins": True},
            {"do": "look", "zoom": chance.choice((100, 150, 200)), "x": spot[0], "y": spot[1]},
            {"do": "undo"},
            {"do": "clear"},
            {"do": "lift"},
            {"do": "point", "at": [2, 0]},
            {"do": "leaf", "number": 99},
            {"do": "look", "zoom": 125},
            {"do": "jump"},
        )
    )


def test_what_the_clerk_points_at_stands_where_it_would_at_a_kiosk(visit: Callable[..., Page]) -> None:
    chance = random.Random(7)
    walks = [[msgspec.json.encode(_wish(chance)).decode() for _ in range(60)] for _ in range(60)]
    found = visit("/shared/icon.svg").evaluate(MARKS, walks)
    for walk, said in zip(walks, found, strict=True):
        board = marks.Board()
        for text, (leaf, of, look, dot, lines) in zip(walk, said, strict=True):
            wish = marks.asked(text)
            if wish is not None and (isinstance(wish, marks.Leaf) or board.leaf):
                board = marks.after(board, wish, lambda spot: Dot(*spot))
            assert (leaf, of) == (board.leaf, board.of), walk
            if board.leaf:
                own = board.look
                assert look == [own.zoom, own.x, own.y, own.turn], walk
                assert dot == (None if board.dot is None else [board.dot.x, board.dot.y]), walk
                assert lines == [[[one.x, one.y] for one in stroke.points] for stroke in board.strokes], walk
