"""What the screen shows while a time is reserved."""

from kiosk.flow.places import Reserving, pages, shown
from kiosk.flow.reserving import whole
from server.protocol import screen as s


def reserve_screen(state: Reserving) -> s.Keypad | s.Reserve:
    """Return the screen of this step; the telephone number is typed on the pad everybody knows."""
    if state.step == "telephone":
        return s.Keypad(
            what="telephone",
            digits=state.digits,
            ready=whole(state),
            booking=True,
            problem=state.problem,
        )
    made = state.made
    return s.Reserve(
        step=state.step,
        purpose=state.purpose,
        shown=shown(state),
        less=state.page > 0,
        more=state.page + 1 < pages(state),
        day=state.day if state.step == "times" else "",
        chosen=state.chosen,
        number=state.digits if state.step == "confirm" else "",
        loading=state.starts is None and state.step == "places",
        sending=state.command is not None,
        problem=state.problem,
        code="" if made is None else made.code,
        bring=() if made is None else made.bring,
        printed=state.printed,
    )
