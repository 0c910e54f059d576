"""The bytes of a letter."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from delivery.composing import Letter


def build(letter: "Letter") -> bytes:
    raise NotImplementedError
