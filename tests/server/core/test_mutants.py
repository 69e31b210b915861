"""Planted bugs, one at a time: the simulation with its checks must notice each, or it proves nothing.

A bug is a line of the core replaced by a wrong one. Only the bytecode of the module's functions is exchanged, so
every caller runs the wrong line while all classes stay the same; the true bytecode is put back afterwards.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType

import msgspec
import pytest

from server import cards_read
from server.core import (
    afterwards,
    becoming,
    calling,
    company,
    decide,
    estimate,
    evolve,
    fairness,
    matching,
    orders,
    parties,
    skills,
    supervising,
    telling,
    ticket,
    watching,
)
from server.core.booking import deciding
from tests.server import test_cards_read
from tests.server.core import (
    test_afterwards,
    test_estimate,
    test_fairness,
    test_hall,
    test_identification,
    test_parties,
    test_supervising,
    test_telling,
    test_watching,
)
from tests.server.core.booking import test_moving
from tests.server.core.desk import Desk
from tests.server.core.example import BOSS, HALL, KITA, city, with_hall
from tests.server.core.rush import rush
from tests.server.core.test_simulation import simulate

pytestmark = pytest.mark.slow

MUTANTS: dict[str, tuple[ModuleType, str, str]] = {
    "anybody may accept another clerk's offer": (
        ticket, "ring = ring_of(state, staff)\n    return ring if", "ring = rings_at(state)[0]\n    return ring if",
    ),
    "an old generation may accept": (
        ticket, "ring if ring is not None and ring.generation == generation else None", "ring",
    ),
    "an old generation may end a call": (ticket, "if generation != state.generation:\n        return _STALE\n    return None if staff", "if False:\n        return _STALE\n    return None if staff"),
    "a proof of an old generation counts": (orders, "order.generation == judged.generation == ticket.state.generation", "order.generation"),
    "a proof counts twice": (orders, 'return () if order.settled_by == judged.command else Refusal("stale")', "pass"),
    "an old generation may hang up": (ticket, "return None if generation == state.generation else _STALE", "return None"),
    "an offer does not raise the generation": (ticket, "generation=next_claim(ticket),\n                    deadline=until,\n                    overtakes", "generation=state.generation,\n                    deadline=until,\n                    overtakes"),
    "picking from the queue does not raise the generation": (ticket, "generation=next_claim(ticket), deadline=until\n", "generation=generation, deadline=until\n"),
    "an offer never expires": (ticket, 'return _unanswered(ticket, state, ring, "no_answer", lane, now)', "return ()"),
    "a lost kiosk is forgotten on the way back": (becoming, "kiosk_lost=lost)", "kiosk_lost=None)"),
    "a clerk is rung while holding a ticket": (matching, 'and seat.chosen == "ready" and seat.ticket is None', 'and seat.chosen == "ready"'),
    "a clerk is rung who is not there": (matching, "return seat.connected and", "return"),
    "one clerk gets two offers at once": (matching, "del floor.free[staff]", "pass"),
    "the newest ticket is served first": (matching, "waiting = fairness.in_order(waiting, city)", "waiting = fairness.in_order(waiting, city)[::-1]"),
    "a ticket rings though its kiosk is gone": (fairness, "isinstance(one.state, Waiting) and one.state.kiosk_lost is None]", "isinstance(one.state, Waiting)]"),
    "a declined ticket never rings there again": (matching, "else passed[staff] + machine.REST", "else inf"),
    "nobody is rung when a ticket comes back": (decide, "offers = matching.offers(after, city, now.elapsed)", "offers = () if len(decided) == 1 else matching.offers(after, city, now.elapsed)"),
    "a kiosk may take many tickets": (decide, "if here is not None:  #", "if False:  #"),
    "numbers go by how many are waiting": (decide, "number=board.days.get(day, Day()).issued + 1", "number=len(board.tickets) + 1"),
    "a busy clerk may pick another ticket": (decide, "if not matching.is_free(seat):", "if False:"),
    "a clerk without socket may accept": (decide, "if not seat.connected:\n        return Refusal(\"not_now\")  # a wish", "if False:\n        return Refusal(\"not_now\")  # a wish"),
    "a clerk is not freed at the end": (evolve, "seat = replace(seats[staff], ticket=None,", "seat = replace(seats[staff],"),
    "a clerk is not bound by an offer": (evolve, "seats[staff] = replace(seats[staff], ticket=after.id,", "seats[staff] = replace(seats[staff],"),
    "what is over stays on the board": (evolve, "for id, ticket in board.tickets.items() if id != after.id}", "for id, ticket in {**board.tickets, after.id: after}.items()}"),
    "a returned ticket goes to the end": (evolve, "tickets = {**board.tickets, after.id: after}", "tickets = {**{i: t for i, t in board.tickets.items() if i != after.id}, after.id: after}"),
    "a card request outlives its call": (evolve, 'if order.kind == "card" and', "if False and"),
    "one order id is used twice": (orders, "if any(placed.id == order for other", "if False and any(placed.id == order for other"),
    "a kiosk restarts before somebody's eyes": (orders, 'case "restart":\n                if resident is None:', 'case "restart":\n                if True:'),
    # skills
    "anybody answers any lane": (skills, "if not has(person, skill):\n            return inf", "if not has(person, skill):\n            return 0.0"),
    "a ring opens too soon": (skills, "one.after for one in lane.rings", "0.0 for one in lane.rings"),
    "a later ring never opens": (skills, "if _in(person, one)", "if _in(person, one) and not one.after"),
    "a wish is not insisted on": (skills, "in lane.insists for wish", "in () for wish"),
    "a wish is forgotten": (skills, "lacking = [wish for wish in wishes if", "lacking = [wish for wish in () if"),
    "a wish holds everybody else off for ever": (skills, "after = max(after, lane.prefers_for)", "after = inf"),
    "an empty first ring is waited for": (skills, "return 0.0 if first == inf else first", "return 0.0"),
    # the bound and the order
    "an overtake is not counted": (matching, "tuple(one.id for one in passed_by), fairness.why", "(), fairness.why"),
    "an overtake by picking is not counted": (decide, "overtakes=ids, why=why", "overtakes=(), why=why"),
    "only the first overtake is counted": (fairness, "overtaken_by=(*ticket.overtaken_by, by)", "overtaken_by=ticket.overtaken_by or (by,)"),
    "an overtake is counted for who cannot be answered": (matching, "            and self.released(one, staff) <= now\n        ]\n\n    def _answers_after", "        ]\n\n    def _answers_after"),
    "two offers at once do not know of each other's overtakes": (matching, "if passed_by:  # one more", "if False:  # one more"),
    "the bound gives no place": (fairness, "return (False, URGENT, ticket.since, ticket.rank)", "return (True, ticket.level, ticket.since, ticket.rank)"),
    "the bound is one too large": (fairness, "len(ticket.overtaken_by) >= allowed", "len(ticket.overtaken_by) > allowed"),
    "picking may break the bound": (decide, "if any(fairness.reached(one, city) for one in passed_by):", "if False:"),
    "an appointment holds back who is at the bound": (matching, "if fairness.reached(ticket, self.city):\n            return False\n        mine", "if False:\n            return False\n        mine"),
    "a business share holds back who is at the bound": (matching, 'lane.kind != "business" or fairness.reached(ticket, self.city)', 'lane.kind != "business"'),
    "seniority is forgotten within a class": (fairness, "else (True, one.level, one.since, one.rank)", "else (True, one.level, -one.since, -one.rank)"),
    "a transferred ticket is a new arrival": (becoming, "        lane=event.lane,\n        handed=handed,", "        lane=event.lane,\n        arrived=event.at,\n        handed=handed,"),
    # the hall
    "a number is given up before three calls": (calling, "if state.calls >= CALLS else", "if True else"),
    "who was given up is over at once": (ticket, "(e.NeverCame(ticket=id, at=now, staff=state.staff),) if _due(state.deadline, now)", "(e.NeverCame(ticket=id, at=now, staff=state.staff),) if True"),
    "whoever is brought back goes to the end": (becoming, "state=Waiting(generation=state.generation), changed=at, aside_until=None", "state=Waiting(generation=state.generation), changed=at, aside_until=None, since=at"),
    "a number is set aside for ever": (ticket, "if ticket.asides >= lane.asides_at_most:", "if False:"),
    "a number is not even set aside once": (ticket, "if ticket.asides >= lane.asides_at_most:", "if True:"),
    "a number is called three times in one breath": (calling, "state.calls < CALLS and now >= state.called + CALL_GAP", "state.calls < CALLS"),
    "a number is called for ever": (calling, "state.calls < CALLS and now >=", "now >="),
    "whoever was given up is brought back by an old picture of them": (calling, "case Absent() if command.generation == ticket.state.generation:", "case Absent():"),
    # a place at another time
    "a full place takes one more who moves": (deciding, "if (no := _no_place(book, lane, command.starts, found.wishes, now)) is not None:", "if False:"),
    "a move forgets the skills that were asked for": (deciding, "command.starts, found.wishes, now", "command.starts, (), now"),
    "what is only held is moved": (deciding, 'return Refusal("not_now")  # not theirs yet', 'return (e.PlaceMoved(booking=found.id, starts=command.starts, free_at=now.elapsed, at=now.elapsed),)  # not theirs yet'),
    "the old place is had again at once": (deciding, "free_at = now.elapsed + 60.0 * lane.reservations.cool_down_minutes", "free_at = now.elapsed"),
    "the same move again is refused": (deciding, "if found.starts == command.starts:", "if False:"),
    # what a card said
    "a telephone's claim is a card's word": (cards_read, 'or device.kind == "window" or', "or"),
    "a card is read that nobody asked for": (cards_read, "return post.ticket if asked else None", "return post.ticket"),
    "the last card of a family is forgotten": (cards_read, "digest)[-MOST:]", "digest)[:MOST]"),
    "any card of the visit vouches for every word": (cards_read, "hmac.compare_digest(digest, one) for one", "True for one"),
    "what a card said outlives its visit": (cards_read, "if one in going_on}", "if True}"),
    # put right afterwards
    "what is erased is put right": (afterwards, "not isinstance(state, Done) or not recorded(ticket, city, now)", "not isinstance(state, Done)"),
    "anybody puts a result right": (afterwards, "if state.staff != staff:", "if False:"),
    # company
    "a transfer nobody takes is forgotten": (ticket, "if ticket.handed is not None and _due(ticket.handed.until, now):", "if False:"),
    "a transfer comes back to the wrong lane": (becoming, "back = replace(ticket, lane=handed.lane,", "back = replace(ticket, lane=ticket.lane,"),
    "anybody picks what is meant for one person": (matching, "if ticket.handed is not None:\n                return inf", "if ticket.handed is not None:\n                return 0.0"),
    "an invitation has no number of its own": (parties, "generation=next_claim(ticket),\n            deadline", "generation=ticket.state.generation,\n            deadline"),
    "an old number joins": (parties, "if command.generation != party.generation:", "if False:"),
    "an old number leads": (parties, "if command.generation != state.generation:", "if False:"),
    "an invitation rings for ever": (ticket, "if _due(party.deadline, now):", "if False:"),
    "a busy colleague is invited": (parties, "or not matching.is_free(seat):", "or False:"),
    "a crowd joins": (parties, "if len(ticket.parties) >= BESIDES:", "if False:"),
    "company is not freed at the end": (becoming, "changed=at, parties=(), asked=(), handed=None, only=None)", "changed=at, asked=(), handed=None, only=None)"),
    "whoever was only asked leads": (parties, 'if party.deadline is not None or party.role in ("interpreter", "monitor"):', "if False:"),
    "anybody comes in unasked": (watching, "if not may_enter(city.staff.get(staff)):", "if False:"),
    "somebody watches from nowhere": (watching, "if not seat.connected or seat.ticket is not None or", "if seat.ticket is not None or"),
    "a crowd watches": (watching, "len(ticket.parties) >= BESIDES:", "False:"),
    "who changes how they watch is somebody new": (watching, "role, party.generation, now", "role, next_claim(ticket), now"),
    "whoever watches is shown as a colleague": (company, "role=party.role,", 'role="second",'),
    "whoever watches is sent out": (parties, 'if party.role == "monitor" and (command.gone or command.held):', "if False:"),
    "whoever gave a call on is rung in the same breath": (matching, "return max(self.released(ticket, staff), self._resting.get(staff, 0.0))", "return self.released(ticket, staff)"),
    "a breath holds back what comes back to its sender": (matching, "for id, until in resting.items() if id not in meant}", "for id, until in resting.items()}"),
    "a breath never ends": (matching, "at := floor.rings_from(ticket, staff)", "at := floor.released(ticket, staff)"),
    # what people are told
    "a wait gets longer in silence": (telling, "tickets[id], why[id] = fresh, _why(board, ticket, fresh, now)", "tickets[id] = fresh"),
    "a promise moves back unsaid": (telling, "by = min(heard.by, fresh.by) if high == fresh.high else heard.by", "by = heard.by + 1.0"),
    "a wait of nothing is told": (telling, "high = STEP * max(1, ceil(p80 / 60.0 / STEP))", "high = STEP * ceil((p80 - 60.0) / 60.0 / STEP)"),
    "the middle is above the end": (telling, "return min(high, STEP * max(1, round(p50 / 60.0 / STEP))), high", "return high + STEP, high"),
    "who is already called is told a wait": (telling, "if ticket is None or not isinstance(ticket.state, Waiting):", "if ticket is None:"),
    "a promise that slips is held": (telling, "if heard is not None and now + fresh.p80 > heard.by + SLACK:", "if False:"),
    "a wait nobody can tell is not explained": (telling, 'why[id] = "fewer_staff"', "pass"),
    "the urgent are reckoned last": (estimate, "self.waiting = fairness.in_order(waiting, city)", "self.waiting = fairness.in_order(waiting, city)[::-1]"),
    "a running visit is reckoned from its start": (estimate, "left = rest(whole, self.now - ticket.state.since)", "left = whole"),
    "whoever may not answer is counted": (estimate, "len(seats) if kind[n] < inf else 0", "len(seats)"),
    "a clerk takes any number at once": (estimate, "heapreplace(heap, heap[0] + one)", "heap[0]"),
    "few visits speak for a purpose": (estimate, "measured = sorted(seen if len(seen) >= ENOUGH else others)", "measured = sorted(seen or others)"),
    # the floor
    "a closed lane gives numbers": (decide, "if lane.id in supervising.closed_today(board, now):", "if False:"),
    "a lane stays closed for ever": (supervising, "if one.day == today}", "if True}"),
    "anybody ends a call for help": (supervising, "if call.staff != staff and not supervises(city.staff.get(staff)):", "if False:"),
    "anybody moves who waits": (supervising, "if not supervises(city.staff.get(staff)):\n                return Refusal(\"not_yours\")\n            return _steers", "if False:\n                return Refusal(\"not_yours\")\n            return _steers"),
    "a pause counts as somebody who answers": (matching, 'seat.chosen == "ready" or seat.ticket is not None for seat in present', 'True for seat in present'),
    "who is rung is moved under the clerk's hand": (supervising, "if not isinstance(ticket.state, Waiting):", "if False:"),
    "a moved ticket is a new arrival": (becoming, "                lane=event.lane,\n                standing=at,\n                handed=None,", "                lane=event.lane,\n                arrived=at,\n                standing=at,\n                handed=None,"),
}  # fmt: skip


@contextmanager
def planted(module: ModuleType, right: str, wrong: str) -> Iterator[None]:
    """Run with this bug in the module."""
    assert module.__file__ is not None
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert right in source, "the line this bug replaces is gone: plant it anew"
    scratch = dict(vars(module))
    exec(compile(source.replace(right, wrong), f"{module.__name__} with a bug", "exec"), scratch)
    true, wrongs = _functions(vars(module), module), _functions(scratch, module)
    codes = {name: one.__code__ for name, one in true.items()}
    try:
        for name, one in true.items():
            one.__code__ = wrongs[name].__code__
        skills._known.clear()  # pyright: ignore[reportPrivateUsage]  what the true code found would hide the bug
        yield
    finally:
        skills._known.clear()  # pyright: ignore[reportPrivateUsage]
        for name, one in true.items():
            one.__code__ = codes[name]


def _functions(names: dict[str, object], module: ModuleType) -> dict[str, FunctionType]:
    """Return a module's own functions and the methods of its plain classes."""
    found: dict[str, FunctionType] = {}
    for name, one in names.items():
        if isinstance(one, FunctionType) and one.__module__ == module.__name__:
            found[name] = one
        elif (
            isinstance(one, type)
            and one.__module__ == module.__name__
            and not issubclass(one, msgspec.Struct)
        ):
            methods = {f"{name}.{key}": f for key, f in vars(one).items() if isinstance(f, FunctionType)}
            found |= methods
    return found


WAITS = (
    test_estimate.test_who_is_ahead_and_what_the_running_visit_has_lasted_already_is_what_one_waits_for,
    test_estimate.test_a_second_clerk_halves_the_wait_and_one_who_may_not_answer_changes_nothing,
    test_estimate.test_the_urgent_are_reckoned_first,
    test_estimate.test_a_purpose_speaks_for_itself_from_twenty_visits_on_and_before_that_the_next_best_does,
    test_estimate.test_nobody_who_may_answer_means_no_estimate_and_a_free_clerk_means_no_wait,
    test_telling.test_a_visit_that_takes_longer_is_explained_for_a_while_and_the_range_is_told_anew,
    test_telling.test_a_clerk_who_stops_working_is_the_reason_that_is_given,
    test_telling.test_a_reckoning_of_a_moment_ago_tells_nobody_who_is_already_called,
    test_telling.test_whatever_is_reckoned_no_range_ever_gets_worse_in_silence,
)


CARDS = (
    test_cards_read.test_a_card_is_known_again_only_in_its_own_visit_and_only_word_for_word,
    test_cards_read.test_a_family_lays_on_several_cards_and_of_a_visit_that_is_over_nothing_stays,
    test_cards_read.test_what_a_visitors_own_telephone_says_of_a_card_is_a_claim,
)
PLACES = (
    test_moving.test_it_keeps_its_digits_and_the_old_place_comes_back_after_a_while,
    test_moving.test_a_move_that_cannot_be_leaves_everything_as_it_was,
    test_moving.test_moving_asks_for_the_skills_the_reservation_was_made_for,
)
NUMBERS = (
    test_hall.test_nobody_is_given_up_before_three_calls,
    test_hall.test_whoever_is_not_there_keeps_the_place_and_is_called_again_later,
    test_hall.test_whoever_never_comes_is_over_ten_minutes_after_the_second_time,
    test_hall.test_whoever_was_given_up_and_comes_after_all_is_brought_back_to_their_place_by_any_clerk,
)


def many_days(seeds: int = 24) -> None:
    """Run rare scenes, then both simulations on these seeds: faults in two cities by turns, and rush hours."""
    test_fairness.test_before_a_late_tick_nobody_is_picked_past_the_bound()
    test_fairness.test_two_clerks_who_are_free_at_the_same_moment_do_not_both_pass_one_at_its_bound()
    test_fairness.test_a_firm_at_the_bound_is_served_though_its_lane_has_its_share()
    test_parties.test_four_parties_and_no_more()
    test_parties.test_a_transfer_that_is_refused_is_back_with_its_sender()
    test_supervising.test_a_lane_nobody_answers_is_said_at_once_and_once()
    test_watching.test_nobody_watches_without_a_console_from_another_call_or_before_voice_flows()
    test_watching.test_whoever_watches_is_not_sent_out_leads_nothing_and_writes_nothing()
    test_watching.test_four_are_in_a_call_at_most_and_a_running_search_is_not_disturbed()
    test_identification.test_a_second_proof_a_foreign_one_and_an_old_generation_change_nothing()
    test_supervising.test_a_lane_closed_for_today_gives_no_number_says_why_and_serves_who_waits()
    test_supervising.test_tomorrow_a_lane_is_open_again_by_itself_and_nothing_is_announced()
    test_supervising.test_only_who_waits_is_moved_and_only_as_they_were_seen()
    test_supervising.test_a_call_is_ended_by_whoever_made_it_or_by_a_supervisor(BOSS)
    test_supervising.test_one_who_waits_is_moved_to_another_lane_with_their_seniority()
    for scene in (
        *WAITS,
        *CARDS,
        *PLACES,
        test_afterwards.test_a_result_is_put_right_by_its_clerk_alone_and_counted_as_the_newest,
    ):
        scene()
    for scene in NUMBERS:
        desk = Desk(with_hall(city()))
        desk.kiosk_on(KITA, HALL)
        scene(desk)
    for seed in range(1, seeds + 1):
        rush(seed)
        simulate(seed, 1500)


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_planted_bug_is_noticed(bug: str):
    module, right, wrong = MUTANTS[bug]
    assert module is sys.modules[module.__name__]
    with planted(module, right, wrong), pytest.raises((AssertionError, KeyError)):
        many_days()


def test_without_a_bug_the_same_seeds_pass():
    many_days(2)
