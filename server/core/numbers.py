"""The city's key figures, each with one fixed definition, computed from visits and from nothing else.

Definitions (queue.md §5 of the design's references; where the field has several, the choice is written here):

wait            first arrival → first conversation, whoever answered and however often it went back
short abandon   gave up within `SHORT_ABANDON`: pressed by mistake, not driven away by waiting
service level   answered within the target ÷ (all that ended − short abandons); `service_level_all` counts those too
handling time   talk (without hold) + hold + wrap-up, of visits that were served
reservations    no-show: reserved times nobody came to ÷ (those + reserved times somebody came to)
callbacks       reached ÷ those that were reached or closed; a call nobody answers does not end the wait, and who is
                still to be called is neither
told            served visits whose wait was reckoned before somebody answered; whoever is answered at once is not
told kept       answered by the upper end of the first range that was told; what the city promises (8 of 10)
told half, most answered within the reckoned p50 and p80: 50 % and 80 % if the reckoning is true
repeat ring     rung at more than one clerk, or more than once, before somebody answered
one contact     of visits whose result was noted: settled (`SETTLED`) by the first clerk, handed to nobody else
transfers       handed to another desk or person, per served visit
lines lost      conversations that did not come about or broke off between kiosk and clerk, per served visit
uptime          kiosks connected ÷ (connected + gone unawares), within opening hours (`machines.py`)
device faults   a device of a kiosk stopped working, per 100 visits
occupancy       bound ÷ (bound + ready) of all staff
over time       occupancy by hour, uptime by day, faults by week: the same, cut finer (`trends.py`)
revisits        not counted: the journal cannot know that two visits were one person (decision 0019)
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil

import msgspec

from server.core.hours import local
from server.core.visits import Duty, Promises, Visit
from server.protocol.values import Key

SHORT_ABANDON = 10.0
"""Seconds; a resident who leaves sooner did not leave because of the wait."""

SMALL = 5
"""Published groups of fewer visits than this are not shown (k-anonymity of open data)."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one group of visits. Durations in seconds, shares 0..1; None = nothing to compute it from."""

    visits: int
    served: int
    open: int  # not over yet
    cancelled: int
    abandoned: int
    short_abandons: int
    no_shows: int
    expired: int
    wait_mean: float | None
    wait_p50: float | None
    wait_p80: float | None
    wait_p90: float | None
    wait_longest: float | None
    service_level: float | None
    service_level_all: float | None
    abandonment: float | None
    talk_mean: float | None
    hold_mean: float | None
    wrapup_mean: float | None
    handling_mean: float | None
    missed_offers: int
    declined_offers: int
    transfers: int
    returned: int  # visits with more than one clerk
    card_share: float | None  # of served: four attributes or identity came from the card
    text_share: float | None
    printed: int
    prints_failed: int
    reserved: int = 0
    callbacks: int = 0  # went home to be called
    callbacks_reached: float | None = None  # of those that are settled
    told: int = 0
    told_kept: float | None = None
    told_half: float | None = None
    told_most: float | None = None
    explained: int = 0  # visits that came to be later than told, and were told why
    no_show_share: float | None = None
    repeat_rings: float | None = None
    transfers_mean: float | None = None
    lines_lost: int = 0
    noted: int = 0  # visits whose result somebody noted
    one_contact: float | None = None
    lines_lost_share: float | None = None
    prints_failed_share: float | None = None
    other_language_share: float | None = None  # of all: English or easy Japanese
    unnoted_share: float | None = None  # of those that are over and were served: nobody noted a result


class Row(msgspec.Struct, frozen=True):
    """One group and its figures."""

    key: str
    figures: Figures


GROUPS: dict[str, Callable[[Visit], str]] = {
    "day": lambda visit: visit.day,
    "hour": lambda visit: f"{local(visit.arrived.wall).hour:02}",
    "lane": lambda visit: visit.lane,
    "purpose": lambda visit: visit.purpose,
    "kiosk": lambda visit: visit.kiosk if visit.site is None else f"{visit.kiosk}@{visit.site}",
    "language": lambda visit: visit.language,
}
"""What figures can be grouped by."""

SETTLED = frozenset({"done", "referred", "completed"})
"""Results after which nobody has to come or call again for the same thing; the keys of `city.toml`."""

CARD_READ = frozenset({"shared", "valid", "unchecked"})


def figures(visits: Iterable[Visit], target: float) -> Figures:
    """Return the figures of these visits; `target` is the service level's limit in seconds."""
    all_ = list(visits)
    served = [visit for visit in all_ if visit.started is not None]
    over = [visit for visit in all_ if visit.started is not None or visit.closed is not None]
    gone = [visit for visit in over if visit.started is None and visit.outcome in ("cancelled", "abandoned")]
    short = [visit for visit in gone if (visit.waited or 0.0) < SHORT_ABANDON]
    waits = sorted(visit.waited or 0.0 for visit in served)
    in_time = sum(wait <= target for wait in waits)
    talks = [talk for visit in served if (talk := _talk(visit)) is not None]
    holds = [visit.held for visit in served]
    wraps = [visit.closed - visit.ended for visit in served if visit.closed is not None and visit.ended]
    prints = [outcome for visit in all_ for outcome in visit.prints]
    told = [
        (visit.told, after)
        for visit in served
        if visit.told and (after := visit.waited_since_told) is not None
    ]
    ended = [visit for visit in served if visit.outcome == "done"]
    noted = [visit for visit in ended if visit.result not in (None, "unrecorded")]
    talk, hold, wrap = mean(talks), mean(holds), mean(wraps)
    return Figures(
        visits=len(all_),
        served=len(served),
        open=len(all_) - len(over),
        cancelled=_ended(all_, "cancelled"),
        abandoned=_ended(all_, "abandoned"),
        short_abandons=len(short),
        no_shows=_ended(all_, "no_show"),
        expired=_ended(all_, "expired"),
        wait_mean=mean(waits),
        wait_p50=quantile(waits, 0.5),
        wait_p80=quantile(waits, 0.8),
        wait_p90=quantile(waits, 0.9),
        wait_longest=waits[-1] if waits else None,
        service_level=share(in_time, len(over) - len(short)),
        service_level_all=share(in_time, len(over)),
        abandonment=share(len(gone) - len(short), len(over) - len(short)),
        talk_mean=talk,
        hold_mean=hold,
        wrapup_mean=wrap,
        handling_mean=None if talk is None or hold is None else talk + hold + (wrap or 0.0),
        missed_offers=sum(len(visit.missed) for visit in all_),
        declined_offers=sum(visit.declined for visit in all_),
        transfers=sum(visit.transfers for visit in all_),
        returned=sum(len(set(visit.staff)) > 1 for visit in all_),
        card_share=share(sum(not CARD_READ.isdisjoint(visit.card) for visit in served), len(served)),
        text_share=share(sum(visit.wants_text for visit in served), len(served)),
        printed=prints.count("printed"),
        prints_failed=len(prints) - prints.count("printed"),
        reserved=sum(visit.reserved for visit in all_),
        callbacks=sum(visit.callback is not None for visit in all_),
        callbacks_reached=_reached(all_),
        told=len(told),
        told_kept=share(sum(60.0 * range_.high >= after for range_, after in told), len(told)),
        told_half=share(sum(range_.p50 >= after for range_, after in told), len(told)),
        told_most=share(sum(range_.p80 >= after for range_, after in told), len(told)),
        explained=sum(visit.explained > 0 for visit in all_),
        no_show_share=share(_ended(all_, "no_show"), sum(visit.answered is not None for visit in all_)),
        repeat_rings=share(sum(bool(visit.missed) or visit.declined > 0 for visit in all_), len(all_)),
        transfers_mean=share(sum(visit.transfers for visit in served), len(served)),
        lines_lost=sum(visit.lines_lost for visit in all_),
        noted=len(noted),
        one_contact=share(sum(_at_once(visit) for visit in noted), len(noted)),
        lines_lost_share=share(sum(visit.lines_lost for visit in served), len(served)),
        prints_failed_share=share(len(prints) - prints.count("printed"), len(prints)),
        other_language_share=share(sum(visit.language != "ja" for visit in all_), len(all_)),
        unnoted_share=share(len(ended) - len(noted), len(ended)),
    )


def grouped(visits: Iterable[Visit], by: str, target: float) -> list[Row]:
    """Return one row per group, in the order of their keys. Raises KeyError for an unknown grouping."""
    key = GROUPS[by]
    groups: dict[str, list[Visit]] = {}
    for visit in visits:
        groups.setdefault(key(visit), []).append(visit)
    return [Row(name, figures(groups[name], target)) for name in sorted(groups)]


def published(rows: Iterable[Row]) -> list[Row]:
    """Return what may be shown to everybody: groups of fewer than `SMALL` visits are left out."""
    return [row for row in rows if row.figures.visits >= SMALL]


def occupancy(duties: Iterable[Duty]) -> float | None:
    """Return the share of their time on duty that staff were bound by residents."""
    bound = ready = 0.0
    for duty in duties:
        bound += duty.bound
        ready += duty.ready
    return share(bound, bound + ready)


def no_shows_of_reservations(promises: Iterable[Promises]) -> float | None:
    """Return the share of reservations whose time came and nobody else did."""
    came = missed = 0
    for day in promises:
        came += day.came
        missed += day.missed
    return share(missed, came + missed)


def missed_by(visits: Iterable[Visit]) -> dict[Key, int]:
    """Return how often it rang out at whose desk."""
    counts: dict[Key, int] = {}
    for visit in visits:
        for staff in visit.missed:
            counts[staff] = counts.get(staff, 0) + 1
    return counts


def quantile(ordered: Sequence[float], part: float) -> float | None:
    """Return the smallest value that at least this share does not exceed (nearest rank)."""
    return ordered[max(0, ceil(part * len(ordered)) - 1)] if ordered else None


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean."""
    return sum(values) / len(values) if values else None


def share(part: float, whole: float) -> float | None:
    """Return a quotient, or None where there is nothing to divide by."""
    return part / whole if whole > 0 else None


def _at_once(visit: Visit) -> bool:
    return visit.result in SETTLED and len(set(visit.staff)) == 1 and visit.transfers == 0


def _talk(visit: Visit) -> float | None:
    if visit.started is None or visit.ended is None:
        return None
    return max(0.0, visit.ended - visit.started - visit.held)


def _reached(visits: Sequence[Visit]) -> float | None:
    settled = [
        visit
        for visit in visits
        if visit.callback == "reached" or (visit.callback and visit.closed is not None)
    ]
    return share(sum(visit.callback == "reached" for visit in settled), len(settled))


def _ended(visits: Sequence[Visit], outcome: str) -> int:
    return sum(visit.outcome == outcome for visit in visits)
