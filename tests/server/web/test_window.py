"""What a visitor's page decides by itself: which screen a view means, and what a narrow line may carry."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import json
from playwright.sync_api import Page

from server.protocol import messages as m
from server.protocol.values import TicketId

pytestmark = pytest.mark.browser

SCREENS = """async (models) => {
  const { screenOf } = await import('/window/flow.js');
  return models.map((model) => screenOf(model));
}"""


def model(state: str | None = None, *, goodbye: str | None = None, **view: Any) -> dict[str, Any]:
    ticket = None
    if state is not None:
        ticket = m.TicketForKiosk(id=TicketId("t1"), number=1, state=state, purpose="talk")  # pyright: ignore[reportArgumentType]
    seen = m.KioskView(seq=1, ticket=ticket, **({"open": True} | view))
    return {"grant": {"purpose": "talk"}, "goodbye": goodbye, "view": json.decode(json.encode(seen))}


def test_every_view_has_one_screen_and_a_visit_that_is_over_stays_over(visit: Callable[..., Page]) -> None:
    cases = {
        "hello": [model(), model("cancelled")],
        "closed": [model(open=False), model(closed={"talk": "system"}), model(unavailable=("talk",))],
        "waiting": [model("waiting"), model("offered")],
        "connecting": [model("connecting")],
        "call": [model("serving")],
        "held": [model("held")],
        "over": [model("wrapup"), model(spent=True, open=False)],
        "gone": [model(goodbye="revoked")],
        "elsewhere": [model("serving", goodbye="replaced")],
    }
    page = visit("/shared/icon.svg")
    for screen, models in cases.items():
        assert page.evaluate(SCREENS, models) == [screen] * len(models)


def test_the_picture_gives_way_to_the_voice_on_a_bad_line_and_comes_back(visit: Callable[..., Page]) -> None:
    page = visit("/shared/icon.svg")
    bits = page.evaluate(
        """async () => {
      const { nextBits } = await import('/window/flow.js');
      const shape = { least: 80000, most: 450000 };
      const seen = [];
      let bits = 300000;
      for (const loss of [0.2, 0.2, 0.03, 0, 0]) seen.push((bits = nextBits(bits, { loss, rtt: 0.1 }, shape)));
      for (let n = 0; n < 30; n += 1) bits = nextBits(bits, { loss: 0, rtt: 0.1 }, shape);
      return [...seen, bits];
    }"""
    )
    assert bits == [150_000, 80_000, 80_000, 88_000, 96_800, 450_000]
