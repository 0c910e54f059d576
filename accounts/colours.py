"""Colours derived from a brand's colour so that text on it and in it can be read (WCAG 2.2, 1.4.3)."""

from collections.abc import Callable

# Of text, and of what has to be seen but not read, such as the edge of a button (1.4.11).
READABLE, SEEN = 4.5, 3.0
WHITE, BLACK = "#ffffff", "#000000"
# The hardest surface of each scheme in static/css/survey.css (--soft): what reads on it reads on the others too.
LIGHT_SURFACE, DARK_SURFACE = "#eef1f4", "#242d36"
STEPS = 40


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (1…21) of two colours such as #155e75."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Return white or black, whichever reads better on `colour`; the better one is always above 4.5."""
    return max(WHITE, BLACK, key=_contrast_with(colour))


def ink(colour: str, surface: str) -> str:
    """Return `colour`, mixed with white or black just as far as it needs to be read on `surface`."""
    towards = text_on(surface)
    mixes = (_mix(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(mix for mix in mixes if contrast(mix, surface) >= READABLE)


def stands_out(colour: str, surface: str) -> bool:
    return contrast(colour, surface) >= SEEN


def edge(colour: str, surface: str) -> str:
    """Return the edge of a button of `colour` on `surface`: the colour itself, or where it hardly shows its ink."""
    return colour if stands_out(colour, surface) else ink(colour, surface)


def stylesheet(colour: str) -> str:
    """Return the custom properties that dress the survey page in a brand's colour."""
    return (
        f":root{{--brand:{colour};--on-brand:{text_on(colour)};"
        f"--ink-light:{ink(colour, LIGHT_SURFACE)};--ink-dark:{ink(colour, DARK_SURFACE)}}}\n"
    )


def _contrast_with(colour: str) -> Callable[[str], float]:
    return lambda other: contrast(colour, other)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _mix(colour: str, towards: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(towards), strict=True)
    return "#" + "".join(f"{round(here + (there - here) * share):02x}" for here, there in pairs)
