"""What a measurement is, and how a run is shown."""

import os
import platform
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured number; `target` is what the issue asks for, in the same unit."""

    bench: str
    what: str
    value: float
    unit: str
    target: float | None = None
    better: Literal["lower", "higher"] = "lower"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value <= self.target if self.better == "lower" else self.value >= self.target


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    machine: dict[str, str]
    rows: tuple[Row, ...]


def machine() -> dict[str, str]:
    """Describe the machine and how busy it is: these numbers mean little without it."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    memory = next(
        line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")
    )
    return {
        "cpu": f"{os.cpu_count()} x {model}",
        "memory": f"{int(memory.split()[1]) // 1024} MiB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def show(report: Report) -> str:
    """Return the run as a table for people."""
    lines = [f"{key}: {value}" for key, value in report.machine.items()] + [""]
    for row in report.rows:
        aim = "" if row.target is None else f"{'≤' if row.better == 'lower' else '≥'} {row.target:g}"
        mark = {None: " ", True: "✓", False: "✗"}[row.met]
        lines.append(
            f"{mark} {row.bench:<9} {row.what:<52} {row.value:>10.4g} {row.unit:<8} {aim:<9} {row.note}".rstrip()
        )
    return "\n".join(lines)


def spread(values: list[float]) -> tuple[float, float]:
    """Return median and 95th percentile."""
    ordered = sorted(values)
    return median(ordered), ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
