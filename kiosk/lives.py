"""One process per visit: what a visit left in memory ends with its process.

Python cannot wipe its own heap: a name lives on in freed blocks of decoders, strings and queues. So the parent, which never sees anything
personal, loads the heavy libraries once and forks a child for each visit; a child that says `FRESH` is replaced at once by a new one.
Forking takes milliseconds and shares the libraries' memory; the parent must have no threads and no event loop of its own.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

FRESH = 76
"""Exit code of a child whose visit is over."""
RESTART = 75
"""Exit code that asks systemd for a restart of the whole agent (EX_TEMPFAIL)."""

_PR_SET_PDEATHSIG = 1


def run_lives(live: Callable[[], int]) -> int:
    """Run `live` in one child after the other until one ends with another code than `FRESH`; return that code.

    SIGTERM and SIGINT are handed on to the child. A child ends with its parent, also when that is killed.
    """
    parent = os.getpid()
    while True:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            os._exit(_one_life(live, parent))

        def hand_on(number: int, _frame: object, child: int = child) -> None:
            os.kill(child, number)

        before = {number: signal.signal(number, hand_on) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            _, status = os.waitpid(child, 0)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        code = os.waitstatus_to_exitcode(status)
        if code != FRESH:
            return code if code >= 0 else 128 - code


def _one_life(live: Callable[[], int], parent: int) -> int:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return 1  # the parent died between fork and prctl
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        code = live()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code
