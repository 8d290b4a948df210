"""Where backups are put: a folder of the house's own, though several houses may be told the same place."""

import hmac
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where backups are put, with whose right, and by which tools. ``url`` is that of the owner of the tables."""

    folder: Path
    url: str
    key: str
    tools: str = ""


def fingerprint(key: str) -> str:
    """Says whether two keys are the same, and nothing else about them."""
    return hmac.new(key.encode(), b"backup", "sha256").hexdigest()[:16]


def folder_of(shared: Path, key: str) -> Path:
    """The house's own folder in one that several houses may be told: the key says whose it is."""
    return shared / f"house-{fingerprint(key)}"


def of_others(place: Place) -> list[Path]:
    """Dumps beside ours that this house did not make: another house's, or its own under another key."""
    beside = place.folder.parent
    every = [*beside.glob("gotv-*.dump"), *beside.glob("house-*/gotv-*.dump")]
    return sorted(file for file in every if file.parent != place.folder)


def on_another_disk(folder: Path, home: Path) -> bool:
    """Whether the backups would outlive the disk that the house is on."""
    return folder.is_dir() and home.is_dir() and folder.stat().st_dev != home.stat().st_dev
