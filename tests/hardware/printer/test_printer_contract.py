"""What every printer driver promises, on each transport. The TCP driver speaks to the simulated printer over a real socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.errors import DriverMissing
from hardware.ports import Bitmap
from hardware.printer.file import FileTransport
from hardware.printer.raster import RasterPrinter
from hardware.printer.simulated import SimulatedPrinter
from hardware.printer.tcp import TcpTransport, check_address

pytestmark = pytest.mark.slow

PAGE = Bitmap(width=576, rows=bytes(i % 251 for i in range(72 * 300)))


@pytest.fixture(params=["simulated", "tcp"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[tuple[RasterPrinter, SimulatedPrinter]]:
    paper = SimulatedPrinter()
    if request.param == "simulated":
        yield RasterPrinter(paper, patience=0.2, page_time=0.2), paper
        return
    server = await paper.serve()
    port = server.sockets[0].getsockname()[1]
    printer = RasterPrinter(TcpTransport("127.0.0.1", port), patience=0.2, page_time=0.2)
    yield printer, paper
    await printer.close()
    server.close()


async def test_a_page_comes_out_as_it_was_given(desk: tuple[RasterPrinter, SimulatedPrinter]):
    printer, paper = desk
    assert await printer.print(PAGE) == "printed"
    assert await printer.print(PAGE) == "printed"
    assert paper.pages == [PAGE, PAGE]


async def test_without_paper_nothing_is_sent(desk: tuple[RasterPrinter, SimulatedPrinter]):
    printer, paper = desk
    paper.paper = "out"
    assert await printer.print(PAGE) == "paper_out"
    assert (await printer.status()).paper == "out"
    paper.paper = "enough"
    assert await printer.print(PAGE) == "printed"
    assert paper.pages == [PAGE]


async def test_an_open_cover_is_said(desk: tuple[RasterPrinter, SimulatedPrinter]):
    printer, paper = desk
    paper.cover_open = True
    assert await printer.print(PAGE) == "cover_open"


async def test_paper_that_ends_in_the_middle_is_never_called_printed(
    desk: tuple[RasterPrinter, SimulatedPrinter],
):
    printer, paper = desk
    for rows in (1, 64, 150, 299):
        paper.paper, paper.out_after_rows, paper._buffer = "enough", rows, b""
        assert await printer.print(PAGE) == "paper_out"


async def test_a_silent_printer_is_unknown_not_ok(desk: tuple[RasterPrinter, SimulatedPrinter]):
    printer, paper = desk
    paper.silent = True
    assert not (await printer.status()).answered
    assert await printer.print(PAGE) == "unknown"


async def test_paper_near_its_end_still_prints_and_is_reported(desk: tuple[RasterPrinter, SimulatedPrinter]):
    printer, paper = desk
    paper.paper = "near_end"
    assert (await printer.status()).paper == "near_end"
    assert await printer.print(PAGE) == "printed"


async def test_an_unplugged_printer_is_unknown_and_works_again_when_plugged():
    paper = SimulatedPrinter(unplugged=True)
    printer = RasterPrinter(paper, patience=0.2, page_time=0.2)
    assert await printer.print(PAGE) == "unknown"
    paper.unplugged = False
    assert await printer.print(PAGE) == "printed"


async def test_a_file_takes_the_same_bytes_and_its_outcome_is_unknown(tmp_path: Path):
    printer = RasterPrinter(FileTransport(tmp_path / "lp"), patience=0.1, page_time=0.1)
    assert await printer.print(PAGE) == "unknown"
    replay = SimulatedPrinter()
    await replay.write((tmp_path / "lp").read_bytes())
    assert replay.pages == [PAGE]


def test_a_network_printer_needs_its_network_to_be_called_trusted():
    check_address("127.0.0.1", False)
    check_address("192.0.2.1", True)
    with pytest.raises(DriverMissing, match="trusted_network"):
        check_address("192.0.2.1", False)
