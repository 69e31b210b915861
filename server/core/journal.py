"""The port the stores implement: one numbered sequence of events per municipality, and the answers given.

The journal is the truth. It holds ticket numbers, lanes, states, times and ids: no names, no answers, no text.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from server.protocol.values import CommandId, MunicipalityId, RefusalCode


class Now(msgspec.Struct, frozen=True):
    """Time as data. `elapsed` is monotonic, survives restarts and drives every deadline;
    `wall` (seconds since 1970, UTC) only opens lanes, dates papers and numbers the day."""

    elapsed: float
    wall: float


class Entry(msgspec.Struct, frozen=True):
    """One event as written: `body` is its JSON."""

    seq: int
    at: Now
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """What one command was answered; recorded in the same transaction as its events (idempotency, I7)."""

    actor: str
    command: CommandId
    digest: bytes  # SHA-256 of the command's JSON: another body under the same id is refused
    refused: RefusalCode | None
    elapsed: float


class Snapshot(msgspec.Struct, frozen=True):
    """A folded board, so that a start need not replay everything."""

    seq: int
    board: bytes


class Conflict(Exception):
    """Somebody else wrote first: catch up and decide again."""


class NotStored(Exception):
    """The store could not make it durable (disk full, I/O error): nothing was written, nothing may leave."""


class Journal(Protocol):
    """One gap-free sequence per municipality, safe against kill -9 and power loss."""

    async def append(
        self, city: MunicipalityId, expected_seq: int, entries: Sequence[Entry], answers: Sequence[Answer]
    ) -> None:
        """Write all entries (numbered from `expected_seq` + 1) and answers in one durable transaction.

        Raises Conflict when the sequence has moved or an answer already exists, NotStored when the disk refuses;
        in both cases nothing was written.
        """
        ...

    async def since(self, city: MunicipalityId, seq: int, limit: int | None = None) -> Sequence[Entry]:
        """Return the entries after `seq`, oldest first; at most `limit` of them."""
        ...

    async def answer(self, city: MunicipalityId, actor: str, command: CommandId) -> Answer | None:
        """Return what this command was answered, if it was."""
        ...

    async def save_snapshot(self, city: MunicipalityId, snapshot: Snapshot) -> None:
        """Keep a folded board; older ones may go."""
        ...

    async def latest_snapshot(self, city: MunicipalityId) -> Snapshot | None:
        """Return the newest folded board."""
        ...
