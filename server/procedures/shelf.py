"""Every catalogue a case may name: the city's own as it is now, and those of before, kept beside the database.

A case is judged by the version it was begun with, also when the city's files have changed since.
"""

import logging
from datetime import date
from pathlib import Path

import msgspec

from server.core.checklist.catalogue import Catalogue
from server.core.checklist.deadline import OpenDays
from server.procedures import calendar
from server.procedures.load import SHIPPED, load

log = logging.getLogger(__name__)


class Shelf:
    """The catalogues of one city."""

    def __init__(self, folder: Path | None, kept: Path) -> None:
        """Read the city's folder, or the shipped one, and keep a copy of it. Raises CatalogueError."""
        self.current = load(folder or SHIPPED)
        self._kept = kept
        self._older: dict[str, Catalogue] = {}
        self._days: dict[tuple[str, date], OpenDays] = {}
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = kept / f"{self.current.version}.json"
        if not copy.exists():
            part = copy.with_suffix(".part")
            part.write_bytes(msgspec.json.encode(self.current))
            part.replace(copy)

    def at(self, version: str) -> Catalogue:
        """Return a catalogue by its version; one that is lost is answered with the current one, and said so in the log."""
        if version == self.current.version:
            return self.current
        if version not in self._older:
            try:
                text = (self._kept / f"{version}.json").read_bytes()
                self._older[version] = msgspec.json.decode(text, type=Catalogue)
            except (OSError, msgspec.DecodeError):
                log.warning("procedures %s are not kept: the current ones are used", version)
                self._older[version] = self.current
        return self._older[version]

    def open_days(self, catalogue: Catalogue, today: date) -> OpenDays:
        """Return when city hall is open, charted once a day."""
        key = (catalogue.version, today)
        if key not in self._days:
            self._days = {known: days for known, days in self._days.items() if known[1] == today}
            self._days[key] = calendar.open_days(catalogue.common.closed_days, today)
        return self._days[key]
