"""Every state with every event: the table a reviewer reads, and what must hold in all of it."""

from pathlib import Path

import pytest

from kiosk.flow import states as st
from kiosk.flow.states import Kiosk
from kiosk.flow.step import key_of, step, touch_of
from kiosk.flow.view import display_for, tag_of
from tests.kiosk.flow.examples import EVENTS, NOW, STATES, in_call

TABLE = Path(__file__).with_name("flow.table.md")


def label(kiosk: Kiosk) -> str:
    """Return a state in a few words, without anything personal."""
    state = kiosk.state
    words = [type(state).__name__]
    if isinstance(state, st.InCall):
        words.append(state.ticket.state)
        if state.still:
            words.append(f"still {state.still.step}")
        if state.card:
            words.append(type(state.card.step).__name__)
            if isinstance(state.card.step, st.PinEntry):
                words.append(str(state.card.step.entered))
    if isinstance(state, st.Unserved | st.OutOfOrder):
        words.append(state.reason)
    if isinstance(state, st.Wiping):
        words.append("done" if state.done else "")
    if isinstance(state, st.Waiting) and state.survey is not None:
        words += ["sending" if state.survey.sending else "", state.survey.at or "questions"]
    if kiosk.quitting:
        words.append("(quitting)")
    if isinstance(kiosk.patience, st.Prompting):
        words.append("(prompting)")
    return " ".join(word for word in words if word)


def table() -> str:
    rows = ["| on | in | effects | becomes |", "|---|---|---|---|"]
    unmoved = 0
    for event_name, event in EVENTS.items():
        alike: dict[tuple[str, str], list[str]] = {}
        for state_name, before in STATES.items():
            after, effects = step(before, event, NOW)
            # Bookkeeping alone (a device, a clock, patience) moves nothing a reviewer needs to see.
            if label(after) == label(before) and not effects:
                unmoved += 1
                continue
            deeds = ", ".join(_deed(effect) for effect in effects) or "-"
            becomes = label(after) if label(after) != label(before) else "="
            alike.setdefault((deeds, becomes), []).append(state_name)
        rows += [
            f"| {event_name} | {'; '.join(names)} | {deeds} | {to} |" for (deeds, to), names in alike.items()
        ]
    rows.append("")
    rows.append(f"{unmoved} further pairs move nothing.")
    return "\n".join(rows) + "\n"


def _deed(effect: object) -> str:
    command = getattr(effect, "command", None) or getattr(effect, "body", None)
    inner = f"({type(command).__name__})" if command is not None and not isinstance(command, str) else ""
    return f"{type(effect).__name__}{inner}"


def test_the_table_of_states_and_events_is_the_committed_one():
    """To accept a change: `python -m tests.kiosk.flow.test_step`, and read the diff."""
    assert table() == TABLE.read_text("utf-8")


@pytest.mark.parametrize("name", STATES)
def test_every_state_has_a_screen_and_answers_every_event(name: str):
    for event in EVENTS.values():
        after, _ = step(STATES[name], event, NOW)
        assert tag_of(display_for(after, NOW).screen)


def test_a_press_meant_for_an_older_screen_does_nothing():
    before = STATES["Choosing 1"]
    confirming, _ = step(before, EVENTS["choose tennyu"], NOW)
    assert confirming.place == confirming.seq
    assert touch_of(confirming, "confirm", confirming.seq - 1) is None
    assert touch_of(confirming, "confirm", confirming.seq) is not None
    assert touch_of(confirming, "setting:large", 0) is not None
    assert key_of(confirming, "1", confirming.seq - 1) is None


def test_what_changes_without_another_screen_does_not_age_a_press():
    before = in_call()
    after, _ = step(before, EVENTS["clerk says"], NOW)
    assert after.seq > before.seq
    assert touch_of(after, "end", before.place) is not None


def test_a_control_of_no_screen_is_no_event():
    ready = STATES["Idle"]
    for control in ("", "setting", "setting:volume:3", "purpose", "page:3", "__import__"):
        assert touch_of(ready, control, ready.seq) is None


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
