"""Files that were downloaded before, on disk. The service says by the ETag whether a file is still current."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Iterable, NamedTuple, Optional, Union

MAX_BYTES = 2**31
"""When a new file makes the cache larger than this, the files that were not used longest are deleted."""


class CachedFile(NamedTuple):
    """A stored file. The file begins with one line of JSON; its content begins at `offset`."""

    path: Path
    etag: str
    offset: int

    def read(self) -> bytes:
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            return file.read()


def default_folder() -> Path:
    """`ACTBENCH_CACHE`, or the folder for caches of this system."""
    named = os.environ.get("ACTBENCH_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "actbench" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "actbench"


class Cache:
    """A folder with one file for each address. Several processes may use it at the same time."""

    def __init__(self, folder: Union[str, Path, None] = None) -> None:
        self.folder = Path(folder) if folder is not None else default_folder()

    def find(self, url: str) -> Optional[CachedFile]:
        """The stored file of this address; None if there is none, or if it cannot be read."""
        path = self._path(url)
        try:
            with open(path, "rb") as file:
                line = file.readline()
            os.utime(path)
            header = json.loads(line)
            return CachedFile(path, header["etag"], len(line)) if header["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def store(self, url: str, etag: str, chunks: Iterable[bytes]) -> Optional[CachedFile]:
        """Stores a file under a new name and renames it when it is complete. None if the folder cannot be written."""
        line = json.dumps({"url": url, "etag": etag}).encode() + b"\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
        except OSError:
            return None
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(line)
                for chunk in chunks:
                    file.write(chunk)
            os.replace(name, self._path(url))
        except BaseException:
            _remove(Path(name))
            raise
        self._shrink()
        return CachedFile(self._path(url), etag, len(line))

    def clear(self) -> None:
        """Deletes all stored files."""
        for path in self.folder.glob("*.cached"):
            _remove(path)

    def _path(self, url: str) -> Path:
        return self.folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.cached"

    def _shrink(self) -> None:
        found = []
        for path in self.folder.glob("*.cached"):
            try:
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
            except OSError:
                continue
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found)[:-1]:
            if total <= MAX_BYTES:
                return
            _remove(path)
            total -= size


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        pass
