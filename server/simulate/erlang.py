"""Erlang C: how long people wait when arrivals are random, visits exponential, and one queue is served in order."""


def waits(arrivals_per_hour: float, minutes_per_visit: float, clerks: int) -> float:
    """Return the probability that somebody has to wait at all; 1 when there are too few clerks for ever."""
    load = arrivals_per_hour * minutes_per_visit / 60.0
    if load >= clerks:
        return 1.0
    blocked = 1.0  # Erlang B, by its recursion: no factorial overflows
    for n in range(1, clerks + 1):
        blocked = load * blocked / (n + load * blocked)
    return clerks * blocked / (clerks - load * (1.0 - blocked))


def mean_wait(arrivals_per_hour: float, minutes_per_visit: float, clerks: int) -> float:
    """Return the mean wait of everybody in minutes; infinity when the queue grows for ever."""
    load = arrivals_per_hour * minutes_per_visit / 60.0
    if load >= clerks:
        return float("inf")
    return waits(arrivals_per_hour, minutes_per_visit, clerks) * minutes_per_visit / (clerks - load)
