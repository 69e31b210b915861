"""What a writing process did to its log and when it spoke, read from strace's own words.

Power loss is modelled as the worst a disk may do: of the write-ahead log only what an fdatasync covered is left.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from server.store.sqlite import Synchronous
from tests.server.store.crash import ROOT, child

WAL = r"\d+<[^>]*-wal>"
LINE = re.compile(r"^\[?(?:pid +)?(?P<pid>\d+)\]? +(?P<rest>.*)$")
WRITE = re.compile(rf"pwrite64\({WAL}, .*, (?P<size>\d+), (?P<offset>\d+)\) = (?P<done>\d+)$")
SYNC = re.compile(rf"(?:fdatasync|fsync)\({WAL}\) += 0$")
ACK = re.compile(r"write\(1<[^>]*>, \"acked (?P<city>\w+) (?P<last>\d+)\\n\"")


@dataclass(frozen=True)
class Acknowledged:
    """One acknowledgement: how far the log was written and how far it was synced when it was given."""

    last: int
    written: int
    synced: int


def record(folder: Path, synchronous: Synchronous, appends: int) -> list[Acknowledged]:
    """Run the child under strace on `folder`/log.db, which exists and has an empty log; leave database and log behind."""
    trace = folder / "trace.txt"
    command = [
        "strace",
        "-f",
        "-y",
        "-s",
        "64",
        "-o",
        str(trace),
        "-e",
        "trace=pwrite64,fdatasync,fsync,write",
    ]
    options = ("--synchronous", synchronous, "--appends", str(appends))
    subprocess.run(
        [*command, *child(folder / "log.db", *options)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return read(trace.read_text(encoding="utf-8", errors="replace"))


def read(trace: str) -> list[Acknowledged]:
    """Follow the calls in the order they took effect: a write or sync when it returns, an acknowledgement when it begins."""
    acks: list[Acknowledged] = []
    begun: dict[str, str] = {}  # calls of other threads may come between the two halves of one
    written = synced = 0
    for line in trace.splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        pid, call = match["pid"], match["rest"]
        if ack := ACK.match(call):
            acks.append(Acknowledged(int(ack["last"]), written, synced))
        if call.endswith("<unfinished ...>"):
            begun[pid] = call.removesuffix("<unfinished ...>").rstrip()
            continue
        if resumed := re.match(r"<\.\.\. \w+ resumed>\s*(?P<end>.*)$", call):
            call = begun.pop(pid, "") + resumed["end"]
        if write := WRITE.match(call):
            written = max(written, int(write["offset"]) + int(write["done"]))
        elif SYNC.match(call):
            synced = written
    return acks
