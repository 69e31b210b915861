"""What outlives the program that shows it: a place in the queue, and a code somebody is writing down.

Only the first view after a start brings it back, and only to a screen at which nobody has begun anything.
"""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.moves import Next, become, later_for, numbered, stay
from kiosk.flow.states import (
    LIVE_QUEUE,
    PROMPT_LASTS,
    Farewell,
    Idle,
    Kiosk,
    Prompting,
    State,
    Unserved,
    Waiting,
)
from server.protocol.messages import KioskView, PutAway


def shown_again(kiosk: Kiosk, view: KioskView, now: float) -> Next | None:
    """Return the queue, or the screen with the code, of the visit before this start; None = nothing to bring back."""
    if kiosk.server is not None or not isinstance(kiosk.state, Idle):
        return None
    kiosk, kept = replace(kiosk, server=view), view.on_screen
    if view.ticket is not None and view.ticket.state in LIVE_QUEUE:
        # Somebody else may stand here now: whoever waits says so, or the place goes on to the next.
        kiosk = replace(kiosk, patience=Prompting(now + PROMPT_LASTS))
        return become(kiosk, Waiting(ticket=view.ticket, returned="restarted"))
    if kept is None:
        return None
    until = now + kept.left
    if view.postponed is not None and view.postponed.ticket == kept.ticket:
        lane = view.postponed
        return become(kiosk, Unserved(reason=lane.how, until=until, number=lane.number, postponed=lane))
    later = later_for(kiosk, kept.ticket)
    return become(
        kiosk,
        Farewell(
            ticket=kept.ticket, number=kept.number, ended_by="clerk", since=now, until=until, later=later
        ),
    )


def put_away(before: Kiosk, after: Kiosk) -> Next:
    """Tell the server when the end of a visit left the screen, whatever took it away: no restart brings it back.

    Also of a farewell without a code: the clerk may still give its paper one, and its resident has left by then.
    """
    visit = _last_words(before.state)
    if visit is None or _last_words(after.state) == visit:
        return stay(after)
    after, command = numbered(after)
    return after, (do.Tell(PutAway(id=command, ticket=visit)),)


def _last_words(state: State) -> str | None:
    """Return the visit whose end is on the screen, with the code it has or may get."""
    if isinstance(state, Unserved):
        return state.postponed.ticket if state.postponed is not None and state.postponed.code else None
    return state.ticket if isinstance(state, Farewell) else None
