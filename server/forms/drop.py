"""File drop: a folder the back office, or its robot, takes packages from. A package is there whole or not at all."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from server.forms.export import DeliveryFailed, Package

MANIFEST = "manifest.json"
_ASIDE = ".komado-"


class FileDrop:
    """Puts each package into a folder of its own, written aside and renamed into place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept = False

    async def deliver(self, package: Package) -> None:
        """Write the package; one already taken or still lying there is not written again. Raises DeliveryFailed."""
        try:
            await asyncio.to_thread(self._write, package)
        except OSError as error:
            raise DeliveryFailed(
                type(error).__name__, again=True
            ) from None  # its message has paths, no content

    def _write(self, package: Package) -> None:
        self._sweep()
        target = self._folder / package.manifest.key
        if target.exists():
            if (target / MANIFEST).read_bytes() == package.files[MANIFEST]:
                return
            raise DeliveryFailed("another package has this name", again=False)
        aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=self._folder))  # mode 0700, same file system
        try:
            for name, data in package.files.items():
                with open(aside / name, "xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            _sync(aside)
            os.rename(aside, target)
            _sync(self._folder)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise

    def _sweep(self) -> None:
        """Take away what a server that was cut off left half written, once: it holds a resident's form in plain."""
        if not self._swept:
            for left in self._folder.glob(f"{_ASIDE}*"):
                shutil.rmtree(left)
            self._swept = True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
