"""A still of the resident's paper: asked for, agreed to or not, taken.

Rule 1: nothing is taken without a 「はい」 to this still; a 「はい」 holds for taking the same one again, until it is dropped.
Rule 2: a question never covers what the resident is doing with their card; the clerk hears "busy" instead.
Rule 3: one clerk at a time: while the resident is answering one, another hears "another".
"""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.events import StillAsked, StillDropped, StillFailed, Stills, StillTaken
from kiosk.flow.moves import Next, become, stay
from kiosk.flow.states import NOTICE_LASTS, InCall, Kiosk, StillOnDesk
from server.protocol.messages import TicketForKiosk


def still_news(kiosk: Kiosk, call: InCall, event: Stills, now: float) -> Next:
    """Take over what the clerk and the camera say of a still."""
    still = call.still
    here = still if still and (still.generation, still.still) == (event.generation, event.still) else None
    match event:
        case StillAsked():
            return _asked(kiosk, call, here, event)
        case StillDropped():
            return stay(kiosk) if here is None else become(kiosk, replace(call, still=None))
        case StillTaken(problem=problem):
            if here is None or here.step != "taking":
                return stay(kiosk)
            call = replace(call, still=replace(here, step="agreed"))
            return become(kiosk, _noticed(call, "still_done" if problem is None else f"still_{problem}", now))
        case StillFailed():
            if here is None:
                return stay(kiosk)
            return become(kiosk, _noticed(replace(call, still=None), "still_failed", now))


def still_of(still: StillOnDesk | None, ticket: TicketForKiosk) -> StillOnDesk | None:
    """Return the still, as long as the clerk who asked is here and may see the paper."""
    if still is None or still.generation == ticket.generation:
        return still
    asker = next((one for one in ticket.participants if one.generation == still.generation), None)
    return still if asker is not None and asker.state == "joined" and asker.may_see_papers else None


def _asked(kiosk: Kiosk, call: InCall, here: StillOnDesk | None, asked: StillAsked) -> Next:
    generation, id = asked.generation, asked.still
    held = any(one.held for one in call.ticket.participants if one.generation == generation)
    if held or call.ticket.state != "serving":
        return kiosk, (do.RefuseStill(generation, id, "held"),)
    if call.card is not None or call.known is not None:
        return kiosk, (do.RefuseStill(generation, id, "busy"),)
    still = call.still
    if still is not None and still.generation != generation and still.step != "agreed":
        return kiosk, (do.RefuseStill(generation, id, "another"),)
    if here is None:
        return become(kiosk, replace(call, still=StillOnDesk(generation, id)))
    if here.step != "agreed":
        return stay(kiosk)  # the console came back: the question stands, or the camera is at work
    taking = replace(call, still=replace(here, step="taking"), notice=None)
    return become(kiosk, taking, do.TakeStill(generation, id))


def still_answered(kiosk: Kiosk, call: InCall, yes: bool) -> Next:
    """Answer the question; only one that stands before the resident can be answered."""
    still = call.still
    if still is None or still.step != "ask" or call.card is not None or call.ticket.state != "serving":
        return stay(kiosk)
    if yes:
        taking = replace(call, still=replace(still, step="taking"))
        return become(kiosk, taking, do.TakeStill(still.generation, still.still))
    return become(kiosk, replace(call, still=None), do.RefuseStill(still.generation, still.still, "no"))


def _noticed(call: InCall, notice: str, now: float) -> InCall:
    return replace(call, notice=notice, notice_until=now + NOTICE_LASTS)
