"""The one source of randomness. Everything random is asked of a `Randomness`, so that tests can hold it."""

from __future__ import annotations

import builtins
import os


class Randomness:
    """The operating system's randomness. Tests subclass it and override `bytes` and `uuid7`."""

    def bytes(self, n: int) -> builtins.bytes:
        """`n` unpredictable bytes."""
        return os.urandom(n)

    def uuid7(self) -> builtins.bytes:
        """A time-ordered identifier of 16 bytes (RFC 9562 version 7); its time is never trusted for ordering."""
        import uuid_utils

        return uuid_utils.uuid7().bytes

    def u64(self) -> int:
        """A random integer of 0 … 2**64 - 1."""
        return int.from_bytes(self.bytes(8), "big")

    def u32(self) -> int:
        """A random integer of 0 … 2**32 - 1."""
        return int.from_bytes(self.bytes(4), "big")
