"""`python -m server.procedures.check FOLDER`: for the city's staff, before they put changed procedures to use."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from server.core.checklist.catalogue import Catalogue
from server.procedures.load import examine
from server.procedures.reading import Problem
from server.procedures.texts import REPORT


def check(folder: Path) -> list[Problem]:
    """Return everything that is wrong or doubtful in a folder of procedures."""
    return examine(folder)[1]


def main(argv: Sequence[str] | None = None) -> int:
    """Print what is wrong, or what the folder holds; 0 means it may be put to use."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) != 1:
        sys.stderr.write(REPORT["usage"] + "\n")
        return 2
    catalogue, problems = examine(Path(arguments[0]))
    sys.stdout.write("\n".join(_report(arguments[0], catalogue, problems)) + "\n")
    return 1 if catalogue is None else 0


def _report(folder: str, catalogue: Catalogue | None, problems: list[Problem]) -> list[str]:
    rows = [
        REPORT["problem"].format(
            place=p.place, mark=REPORT[p.severity], key=f"{p.key}: " if p.key else "", sentence=p.sentence
        )
        for p in problems
    ]
    if catalogue is None:
        tally = Counter(p.severity for p in problems)
        return [*rows, REPORT["bad"].format(folder=folder, errors=tally["error"], warnings=tally["warning"])]
    rows.append(REPORT["good"].format(folder=folder, version=catalogue.version))
    for event in catalogue.events.values():
        marks = Counter(p.conf for p in event.procedures)
        rows.append(
            REPORT["event"].format(
                label=event.label.formal,
                procedures=len(event.procedures),
                questions=len(event.questions),
                u=marks["U"],
                k=marks["K"],
            )  # fmt: skip
        )
    return rows


if __name__ == "__main__":
    sys.exit(main())
