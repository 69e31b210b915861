"""A still of the resident's paper: asked for, agreed to or not, taken.

Rule 1: nothing is taken without a 「はい」 to this still; a 「はい」 holds for taking the same one again, until it is dropped.
Rule 2: a question never covers what the resident is doing with their card; the clerk hears "busy" instead.
"""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.events import StillAsked, StillDropped, StillFailed, Stills, StillTaken
from kiosk.flow.moves import Next, become, stay
from kiosk.flow.states import NOTICE_LASTS, InCall, Kiosk, StillOnDesk


def still_news(kiosk: Kiosk, call: InCall, event: Stills, now: float) -> Next:
    """Take over what the clerk and the camera say of a still."""
    here = call.still if call.still is not None and call.still.still == event.still else None
    match event:
        case StillAsked(still=id):
            return _asked(kiosk, call, here, id)
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


def _asked(kiosk: Kiosk, call: InCall, here: StillOnDesk | None, id: str) -> Next:
    if call.ticket.state != "serving":
        return kiosk, (do.RefuseStill(id, "held"),)
    if call.card is not None or call.known is not None:
        return kiosk, (do.RefuseStill(id, "busy"),)
    if here is None:
        return become(kiosk, replace(call, still=StillOnDesk(id)))
    if here.step != "agreed":
        return stay(kiosk)  # the console came back: the question stands, or the camera is at work
    return become(kiosk, replace(call, still=replace(here, step="taking"), notice=None), do.TakeStill(id))


def still_answered(kiosk: Kiosk, call: InCall, yes: bool) -> Next:
    """Answer the question; only one that stands before the resident can be answered."""
    still = call.still
    if still is None or still.step != "ask" or call.card is not None or call.ticket.state != "serving":
        return stay(kiosk)
    if yes:
        return become(kiosk, replace(call, still=replace(still, step="taking")), do.TakeStill(still.still))
    return become(kiosk, replace(call, still=None), do.RefuseStill(still.still, "no"))


def _noticed(call: InCall, notice: str, now: float) -> InCall:
    return replace(call, notice=notice, notice_until=now + NOTICE_LASTS)
