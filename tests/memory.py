"""Look for words in the memory of a process (Linux, same user or root)."""

import re
from pathlib import Path


def writable_regions(pid: int) -> list[tuple[int, int]]:
    """Return (start, end) of each readable and writable mapping."""
    regions: list[tuple[int, int]] = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
        if match and "[v" not in line:
            regions.append((int(match[1], 16), int(match[2], 16)))
    return regions


def found_in(pid: int, words: dict[str, bytes]) -> set[str]:
    """Return the names of the words that stand anywhere in what this process has written to."""
    found: set[str] = set()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end in writable_regions(pid):
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, OverflowError):
                continue  # a guard page, or gone meanwhile
            found |= {name for name, word in words.items() if word in data}
    return found


def children(pid: int) -> list[int]:
    """Return all descendants of a process."""
    below: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            below += [child, *children(child)]
    return below


def started_with(word: str) -> list[int]:
    """Return every process that has this word in its command line, and all below it."""
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (folder / "cmdline").read_bytes():
                found |= {int(folder.name), *children(int(folder.name))}
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return sorted(found)
