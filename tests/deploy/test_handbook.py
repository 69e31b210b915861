"""What the handbook tells a technician to type is understood by the programs, and the units start what exists."""

import re
import shlex
from pathlib import Path

import pytest

from kiosk.__main__ import parser as kiosk_parser
from server.__main__ import _parser as server_parser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PLACES = [
    *sorted((ROOT / "deploy" / "handbook").glob("*.md")),
    *sorted((ROOT / "deploy").glob("*/*.service")),
]


def commands() -> list[tuple[str, str]]:
    """Every full command line of ours, with the file it stands in."""
    found: list[tuple[str, str]] = []
    for place in PLACES:
        for line in place.read_text("utf-8").splitlines():
            match = re.search(
                r"(?:^|ExecStart=|`)(?:/opt/komado/venv/bin/)?(komado-(?:server|kiosk)(?: [^`|]*)?)", line
            )
            if match and "systemctl" not in line:
                found.append((place.name, match[1].strip()))
    return found


@pytest.mark.parametrize(("place", "line"), commands())
def test_a_command_in_the_handbook_is_understood(place: str, line: str):
    program, *words = shlex.split(line)
    parse = server_parser() if program == "komado-server" else kiosk_parser()
    parse.parse_args(words)


def test_the_handbook_has_commands_at_all():
    assert len(commands()) >= 8


def test_the_index_names_every_page():
    folder = ROOT / "deploy" / "handbook"
    named = set(re.findall(r"\]\(([\w.-]+)\)", (folder / "README.md").read_text("utf-8")))
    assert named == {page.name for page in folder.glob("*.md")} - {"README.md"}


def test_every_file_a_page_of_the_handbook_names_exists():
    for place in PLACES:
        for name in re.findall(r"deploy/[\w./-]+\.\w+", place.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{place.name}: {name}"
