"""Who hears that their telephone is about to ring: the first in line, before the first call, while somebody works."""

from msgspec.structs import replace

from server.core.city import Callbacks
from server.core.coming import is_coming
from server.core.commands import CallbackWanted
from server.protocol import messages as m
from server.protocol.values import TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, MINAMI, OPEN_LANE, SATO, city


def coming(desk: Desk) -> list[str]:
    return [one.id for one in desk.board.tickets.values() if is_coming(desk.board, desk.city, one)]


def test_only_the_first_in_line_and_only_until_somebody_calls_them():
    desk = Desk(city(replace(OPEN_LANE, callbacks=Callbacks(after_minutes=0, retry_minutes=(15,)))))
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    desk.staff(SATO, m.Pause(id=desk.id(), reason="lunch"))
    first, second = desk.take(KITA), desk.take(MINAMI)
    for kiosk, ticket in ((KITA, first), (MINAMI, second)):
        desk.news(CallbackWanted(kiosk, TicketId(ticket)))
    assert coming(desk) == [first]
    desk.staff(SATO, m.SetReady(id=desk.id()))
    assert desk.name(first) == "Offered"
    assert coming(desk) == [first, second]
    assert desk.accept(SATO, first) is None
    assert coming(desk) == [second]
    tried = m.SettleCallback(
        id=desk.id(), ticket=first, generation=desk.state(first).generation, outcome="not_reached"
    )
    assert desk.staff(SATO, tried) is None
    assert first not in coming(desk), "the second try is announced to nobody: it may be in the evening"
