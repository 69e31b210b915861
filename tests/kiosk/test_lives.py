"""What a visit left in memory ends with its process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.memory import found_in

pytestmark = pytest.mark.slow

PROGRAM = """
import os, signal, sys
from kiosk.lives import FRESH, run_lives

def visit():
    secret = os.urandom(32).hex()
    with open(sys.argv[2], "a") as marks:
        marks.write(secret + "\\n")
    print(os.getpid(), flush=True)
    os.read(0, 1)
    return FRESH

def ended():
    print(os.getpid(), flush=True)
    signal.pause()
    return 3

sys.exit(run_lives(visit if sys.argv[1] == "visit" else ended))
"""


def start(what: str, marks: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what, str(marks)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_next_visit_starts_in_a_clean_process(tmp_path: Path):
    with start("visit", tmp_path / "marks") as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        for visit in range(3):
            child = int(parent.stdout.readline())
            secrets = (tmp_path / "marks").read_text().split()
            words = {str(number): secret.encode() for number, secret in enumerate(secrets)}
            assert found_in(child, words) == {str(visit)}
            assert found_in(parent.pid, words) == set()
            parent.stdin.write(".")
            parent.stdin.flush()
        parent.terminate()


def test_a_stop_reaches_the_child_and_a_killed_parent_takes_it_along(tmp_path: Path):
    for number, code in ((signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)):
        with start("wait", tmp_path / "marks") as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            parent.send_signal(number)
            assert parent.wait(20) == code
            assert parent.stdout.read() == ""  # the pipe ends only when the child is gone too
            assert not os.path.exists(f"/proc/{child}/maps") or Path(f"/proc/{child}/maps").read_text() == ""
