"""Who acts, and what outlives one action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dubu_desktop.domain.lifecycle import Role

if TYPE_CHECKING:
    from dubu_desktop.intake.photo import PhotoWorker


@dataclass(frozen=True)
class Actor:
    """The person at the keyboard: chosen and recorded, not proven (contracts.md §3)."""

    id: bytes
    name: str
    roles: frozenset[Role]


class Tools:
    """What outlives one action: the child process that reads photos. Closed with the house."""

    def __init__(self) -> None:
        self._photos: PhotoWorker | None = None

    def photos(self) -> PhotoWorker:
        """The one reader of photos, started when first needed."""
        from dubu_desktop.intake.photo import PhotoWorker

        if self._photos is None:
            self._photos = PhotoWorker()
        return self._photos

    def close(self) -> None:
        """End the child process."""
        if self._photos is not None:
            self._photos.close()
            self._photos = None
