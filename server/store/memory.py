"""A journal that lives as long as its process: for tests, rehearsals and the pure simulation.

It keeps every promise of the port but durability; the contract suite runs on it and on SQLite alike.
"""

from collections.abc import Sequence

from server.core.journal import Answer, Conflict, Entry, Snapshot
from server.protocol.values import CommandId, MunicipalityId


class MemoryJournal:
    """One gap-free sequence per municipality, in memory."""

    def __init__(self) -> None:
        self._entries: dict[MunicipalityId, list[Entry]] = {}
        self._answers: dict[tuple[MunicipalityId, str, CommandId], Answer] = {}
        self._snapshots: dict[MunicipalityId, Snapshot] = {}

    async def append(
        self, city: MunicipalityId, expected_seq: int, entries: Sequence[Entry], answers: Sequence[Answer]
    ) -> None:
        """Write all entries and answers, or raise Conflict and write nothing."""
        written = self._entries.setdefault(city, [])
        if len(written) != expected_seq:
            raise Conflict
        if [entry.seq for entry in entries] != list(range(expected_seq + 1, expected_seq + 1 + len(entries))):
            raise ValueError("entries are numbered from the expected seq on, without a gap")
        keys = [(city, answer.actor, answer.command) for answer in answers]
        if len(set(keys)) < len(keys) or any(key in self._answers for key in keys):
            raise Conflict
        written.extend(entries)
        self._answers.update(zip(keys, answers, strict=True))

    async def since(self, city: MunicipalityId, seq: int, limit: int | None = None) -> Sequence[Entry]:
        """Return the entries after `seq`, oldest first; at most `limit` of them."""
        found = self._entries.get(city, [])[seq:]
        return tuple(found if limit is None else found[:limit])

    async def answer(self, city: MunicipalityId, actor: str, command: CommandId) -> Answer | None:
        """Return what this command was answered, if it was."""
        return self._answers.get((city, actor, command))

    async def save_snapshot(self, city: MunicipalityId, snapshot: Snapshot) -> None:
        """Keep the newest folded board."""
        known = self._snapshots.get(city)
        if known is None or known.seq <= snapshot.seq:
            self._snapshots[city] = snapshot

    async def latest_snapshot(self, city: MunicipalityId) -> Snapshot | None:
        """Return the newest folded board."""
        return self._snapshots.get(city)
