"""Our commands, each in a process of its own that was forked from one which had loaded them: a story house needs six or more."""

import contextlib
import io
import multiprocessing
import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["server.__main__", "kiosk.__main__"])


def run(module: str, *arguments: str, words: str = "") -> str:
    """Run one of our commands to its end, `words` typed into it; fail with what it said."""
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_perform, args=(theirs, module, arguments, words))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), f"{module} {arguments}: not within {PATIENCE:g} s"
        code, said = ours.recv()
    except EOFError:
        code, said = -1, "it ended without a word"
    finally:
        ours.close()
        process.join(PATIENCE)
        process.close()
    assert code == 0, f"{module} {arguments}: {said}"
    return said


def _perform(tell: Connection, module: str, arguments: tuple[str, ...], words: str) -> None:
    os.chdir(ROOT)
    from kiosk.__main__ import main as kiosk  # loaded before the fork
    from server.__main__ import main as server

    said = io.StringIO()
    sys.stdin = io.StringIO(words)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = {"server": server, "kiosk": kiosk}[module](list(arguments))
        except SystemExit as leaving:
            code = leaving.code
    tell.send((code, said.getvalue()))
