"""Draws that are the same on every Python: only ``Random.random`` is called, the rest is spelled out."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A seeded source of every random decision of the story."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def happens(self, share: float) -> bool:
        """Return True with the given probability."""
        return self._random() < share

    def between(self, low: float, high: float) -> float:
        """Return a number between the two, all equally likely."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """Return one of the things, all equally likely."""
        return things[int(self._random() * len(things))]

    def weighted(self, weights: Mapping[str, float]) -> str:
        """Return one of the keys, each as likely as its weight says."""
        left = self._random() * sum(weights.values())
        for key, weight in weights.items():
            left -= weight
            if left < 0:
                return key
        return key

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a lognormal number (Box and Muller's way to a normal one)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._random()))
        return median * math.exp(sigma * radius * math.cos(2.0 * math.pi * self._random()))

    def hex(self, digits: int) -> str:
        """Return random hexadecimal digits."""
        return "".join("0123456789abcdef"[int(self._random() * 16)] for _ in range(digits))

    def uuid(self) -> str:
        """Return something that looks like a random UUID."""
        return f"{self.hex(8)}-{self.hex(4)}-4{self.hex(3)}-a{self.hex(3)}-{self.hex(12)}"
