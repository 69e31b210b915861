"""How often somebody may knock: pure functions over frozen values; the caller holds the clock.

Two shapes. A token bucket refuses what comes faster than a steady rate (sockets). Back-off makes each further wrong
password cost a longer wait, and never locks an account for good (OWASP ASVS 5.0, 6.3.1): a lock would let anybody
keep a clerk out.
"""

from typing import NamedTuple


class Rate(NamedTuple):
    """`per_second` on average, `burst` at once."""

    per_second: float
    burst: float


class Bucket(NamedTuple):
    """What is left, as of `at`."""

    tokens: float
    at: float


def full(rate: Rate, now: float) -> Bucket:
    """Return a bucket nobody has drawn from."""
    return Bucket(rate.burst, now)


def draw(bucket: Bucket, rate: Rate, now: float) -> tuple[Bucket, bool]:
    """Take one token; False when there is none, and then nothing is taken."""
    # A clock that steps back gives no tokens and takes none away.
    tokens = min(rate.burst, bucket.tokens + max(0.0, now - bucket.at) * rate.per_second)
    if tokens < 1.0:
        return Bucket(tokens, now), False
    return Bucket(tokens - 1.0, now), True


def until_next(bucket: Bucket, rate: Rate) -> float:
    """Return how many seconds until a token is there again."""
    return max(0.0, (1.0 - bucket.tokens) / rate.per_second)


class Patience(NamedTuple):
    """`free` mistakes cost nothing; then the wait doubles from `first` to `longest`; `forget` seconds clear them."""

    free: int
    first: float = 1.0
    longest: float = 300.0
    forget: float = 900.0


class Mistakes(NamedTuple):
    """Mistakes in a row and when the last one was."""

    row: int = 0
    last: float = 0.0


ACCOUNT = Patience(free=4)
ADDRESS = Patience(free=20)  # a city hall may sit behind one address
CODES = Patience(free=5)


def wait(mistakes: Mistakes, patience: Patience, now: float) -> float:
    """Return how many seconds the next try has to wait; 0 = it may come."""
    if mistakes.row <= patience.free or now - mistakes.last >= patience.forget:
        return 0.0
    doublings = min(mistakes.row - patience.free - 1, 30)
    return max(0.0, mistakes.last + min(patience.longest, patience.first * 2.0**doublings) - now)


def mistake(mistakes: Mistakes, patience: Patience, now: float) -> Mistakes:
    """Return the record after one more mistake."""
    before = 0 if now - mistakes.last >= patience.forget else mistakes.row
    return Mistakes(before + 1, now)


class Ledger:
    """Mistakes by name, bounded: the oldest names go first, so that nobody can fill our memory with invented ones."""

    def __init__(self, patience: Patience, limit: int = 10_000) -> None:
        self._patience = patience
        self._limit = limit
        self._by_name: dict[str, Mistakes] = {}

    def wait(self, name: str, now: float) -> float:
        """Return how many seconds this name has to wait."""
        return wait(self._by_name.get(name, Mistakes()), self._patience, now)

    def mistake(self, name: str, now: float) -> None:
        """Note a mistake."""
        record = mistake(self._by_name.pop(name, Mistakes()), self._patience, now)
        while len(self._by_name) >= self._limit:
            del self._by_name[next(iter(self._by_name))]
        self._by_name[name] = record

    def success(self, name: str) -> None:
        """Forget what was wrong before."""
        self._by_name.pop(name, None)

    def forgive(self, name: str) -> None:
        """Take back one mistake."""
        if record := self._by_name.pop(name, None):
            self._by_name[name] = Mistakes(max(0, record.row - 1), record.last)

    @property
    def size(self) -> int:
        """How many names are remembered."""
        return len(self._by_name)
