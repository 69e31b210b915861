"""A kiosk that gives the numbers of a hall, and one that is asked each morning where it stands.

The first keeps nobody: one press, a number, a paper, and the next person. No camera, no card, nothing personal.
"""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.moves import Next, become, numbered, stay
from kiosk.flow.states import Asking, Idle, Kiosk, Numbered, Standing
from server.protocol.messages import KioskView, MoveHere, PlaceToStand
from server.protocol.values import Key, PrintOutcome

SHOWN = 25.0  # seconds a number stays while its paper is on its way: whoever is next presses sooner
TAKEN_WITHIN = 7.0  # after the paper came out
READ_WITHIN = 30.0  # when there is no paper and the number has to be remembered


def gives_numbers(kiosk: Kiosk) -> bool:
    """Tell whether this kiosk gives the numbers of a hall."""
    return kiosk.server is not None and kiosk.server.kind == "counter"


def nobody_for(kiosk: Kiosk) -> dict[str, Key]:
    """Return the wishes nobody at a desk answers now, and those whose lane is closed, with the reason."""
    view = kiosk.server
    if view is None:
        return {}
    return {**{purpose: "no_staff" for purpose in view.unavailable}, **view.closed}


def unplaced(kiosk: Kiosk) -> tuple[PlaceToStand, ...]:
    """Return where this kiosk can stand, while nobody has said where it does."""
    return () if kiosk.server is None or not kiosk.link_up else kiosk.server.places


def given(kiosk: Kiosk, asking: Asking, view: KioskView, now: float) -> Next:
    """Show the number once the server has given it for this very press."""
    number = view.given
    if number is None or number.order != asking.command:
        return stay(kiosk)
    return become(kiosk, Numbered(number, until=now + SHOWN))


def printed(kiosk: Kiosk, state: Numbered, order: str, outcome: PrintOutcome, now: float) -> Kiosk:
    """Say what became of the paper of the number that is shown."""
    if order != state.given.order:
        return kiosk
    until = now + (TAKEN_WITHIN if outcome == "printed" else READ_WITHIN)
    return replace(kiosk, state=replace(state, outcome=outcome, until=until))


def stand(kiosk: Kiosk, index: int) -> Next:
    """Whoever set the kiosk up chose a place; it is asked once more before it counts."""
    places = unplaced(kiosk)
    if not isinstance(kiosk.state, Idle | Standing) or not 0 <= index < len(places):
        return stay(kiosk)
    return become(kiosk, Standing(places[index]))


def stands(kiosk: Kiosk, state: Standing) -> Next:
    """Say where this kiosk is today."""
    kiosk, command = numbered(kiosk)
    return become(kiosk, Idle(), do.Tell(MoveHere(id=command, site=state.place.id)))
