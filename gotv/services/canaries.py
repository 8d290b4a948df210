"""Looking for words in every file under some folders: what was erased must not be found again."""

import gzip
import mmap
import os
import stat
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

GZIP, A_PART = b"\x1f\x8b\x08", 1_000_000


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through, where something was found, and what could not be opened."""

    files: int
    size: int
    found: tuple[str, ...]
    shut: tuple[str, ...]


def search(folders: Iterable[Path], words: Sequence[str]) -> Search:
    """Look for these words in every file under these folders, byte by byte, and in what they link to."""
    sought = [word.encode() for word in words]
    files, size, found, shut = 0, 0, list[str](), list[str]()
    for path in sorted(_files(folders, shut)):
        try:
            with path.open("rb") as content:
                length = path.stat().st_size
                files, size = files + 1, size + length
                if length and (_holds(content.fileno(), sought) or _holds_squeezed(content, sought)):
                    found.append(str(path))
        except FileNotFoundError:
            continue  # a file of the database's that came and went meanwhile
        except OSError:
            shut.append(str(path))
    return Search(files, size, tuple(found), tuple(shut))


def _holds_squeezed(content: BinaryIO, sought: list[bytes]) -> bool:
    """The same in what gzip has squeezed: logs that were put away."""
    content.seek(0)
    if content.read(len(GZIP)) != GZIP:
        return False
    content.seek(0)
    longest, tail = max(map(len, sought), default=0), b""
    try:
        with gzip.open(content) as inside:
            while part := inside.read(A_PART):
                part = tail + part
                if any(word in part for word in sought):
                    return True
                # A word may lie across two parts.
                tail = part[-longest:]
    except (EOFError, zlib.error) as why:
        raise OSError(f"squeezed, and cut off or broken: {why}") from why
    return False


def _files(folders: Iterable[Path], shut: list[str]) -> set[Path]:
    """Each once, by whatever way it is reached. Folders that cannot be read are added to ``shut``."""
    seen: set[Path] = set()
    files: set[Path] = set()
    left = [folder.resolve() for folder in folders]
    while left:
        folder = left.pop()
        if folder in seen:
            continue
        seen.add(folder)
        try:
            inside = [Path(each.path) for each in os.scandir(folder)]
        except FileNotFoundError:
            continue  # it came and went meanwhile
        except OSError:
            shut.append(str(folder))
            continue
        for path in inside:
            try:
                # Asked strictly: pathlib is ever more silent about links in a circle and what nobody may read.
                path = path.resolve(strict=True)
                mode = path.stat().st_mode
            except FileNotFoundError:
                continue  # a link to nowhere, or gone meanwhile
            except (OSError, RuntimeError):
                shut.append(str(path))
                continue
            if stat.S_ISDIR(mode):
                left.append(path)
            elif stat.S_ISREG(mode):
                files.add(path)
    return files


def _holds(handle: int, sought: list[bytes]) -> bool:
    try:
        with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as content:
            return any(content.find(word) >= 0 for word in sought)
    except ValueError:
        return False  # emptied between two looks
