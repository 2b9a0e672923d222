"""Finds colours of a figure that a colour-blind reader, or one of a grey print, cannot tell apart (APA 7.26).

Only figures of a few flat colours are judged: in a photograph or a heat map no two colours stand for two things.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from citeproof.figures.files import inspect
from citeproof.figures.making import pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from coloraide import Color
    from PIL.Image import Image

Seen = Literal["protan", "deutan", "grey"]
"""How colours are seen: without the red-sensitive cones, without the green-sensitive ones, or in a grey print."""


@dataclass(frozen=True, slots=True)
class ColourFault:
    """Two colours of a figure that are far apart, and hardly differ as they are `seen`."""

    first: str
    """As #rrggbb."""
    second: str
    seen: Seen
    distance: float
    """What is left between them: CIEDE2000, or for grey the difference in lightness (CIE L*, 0 to 100)."""


APART = 15.0
"""CIEDE2000 from which on readers with all cones tell two colours apart at a glance: they stand for two things."""

ALIKE = 8.0
"""CIEDE2000 below which two colours of a legend are hardly told apart.

It lies between what is made for colour-blind readers and what is known to fail them: the nearest two of Okabe and Ito's
eight colours keep 11.6, of Tol's bright seven 14.2; Excel's orange and green keep 6.2, a red and a green as dark 2.2.
"""

ALIKE_IN_GREY = 5.0
"""Difference in L* below which two greys are hardly told apart."""

_MOST = 12
"""Main colours of a figure that is still judged."""

_SAME = 5.0
"""CIEDE2000 below which two colours are one, drawn with some noise."""

_SHARE = 0.0005
"""Part of the figure that a main colour covers at least: a line from side to side, a dot or two."""

_ACROSS = 2000
"""Pixels that a drawing is looked at with, so that a line of 0.75 pt has an inside."""

_MOST_PIXELS = 4_000_000

_MOST_COLOURS = 65_536


def colour_faults(path: Path) -> tuple[ColourFault, ...]:
    """Give the pairs of main colours that some readers cannot tell apart, the nearest first.

    Dichromats' colours are those of Machado, Oliveira and Fernandes (2009) at full severity; distances are CIEDE2000
    (Sharma, Wu and Dalal, 2005). Raises what `made` raises; gives nothing for EPS.
    """
    figure = inspect(path)
    if figure.format == "EPS":
        return ()
    found = main_colours(pixels(figure, _ACROSS))
    return tuple(sorted(_faults(found), key=lambda fault: fault.distance)) if len(found) <= _MOST else ()


def _faults(colours: Iterable[tuple[int, int, int]]) -> Iterator[ColourFault]:
    told = [colour for colour in map(_colour, colours) if not _is_paper(colour)]
    for first, second in itertools.combinations(told, 2):
        if first.delta_e(second, method="2000") < APART:
            continue
        names = first.to_string(hex=True), second.to_string(hex=True)
        seen: Seen
        for seen in ("protan", "deutan"):
            left = _as_seen(first, seen).delta_e(_as_seen(second, seen), method="2000")
            if left < ALIKE:
                yield ColourFault(*names, seen, round(left, 1))
        left = abs(first.convert("lab-d65")["lightness"] - second.convert("lab-d65")["lightness"])
        if left < ALIKE_IN_GREY:
            yield ColourFault(*names, "grey", round(left, 1))


def _is_paper(colour: Color) -> bool:
    """Say whether a colour is that of the paper, or of pale lines that help the eye."""
    lightness, chroma, _ = colour.convert("lch-d65").coords()
    return bool(lightness > 88 and chroma < 5)  # noqa: PLR2004  (L* and C* of CIELAB; #dedede is as light)


def _as_seen(colour: Color, seen: Seen) -> Color:
    return colour.filter(seen, 1, method="machado").clip("srgb")


def _colour(rgb: tuple[int, int, int]) -> Color:
    from coloraide import Color  # noqa: PLC0415  (a large library that only this judgement needs)

    return Color("srgb", [value / 255 for value in rgb])


def main_colours(image: Image) -> list[tuple[int, int, int]]:
    """Give the colours that surfaces and lines of a picture have, the most frequent first; none of a photograph.

    A pixel counts if its three neighbours to the right and below have its colour, so that the edges of letters and
    lines, which are mixed, do not.
    """
    if image.width * image.height > _MOST_PIXELS:
        from PIL import Image as Images  # noqa: PLC0415

        scale = (_MOST_PIXELS / (image.width * image.height)) ** 0.5
        # The nearest pixel: a mean of several would be a colour that is not there.
        size = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
        image = image.resize(size, Images.Resampling.NEAREST)
    image.putalpha(_flat_parts(image))
    counted = image.getcolors(_MOST_COLOURS)
    if counted is None:
        return []
    several = ((count, cast("tuple[int, int, int, int]", rgba)) for count, rgba in counted)
    flat = sorted(((count, (red, green, blue)) for count, (red, green, blue, held) in several if held), reverse=True)
    least = _SHARE * image.width * image.height
    return _gathered(flat, least, _distance())


def _distance() -> Callable[[tuple[int, int, int], tuple[int, int, int]], float]:
    return lambda one, other: _colour(one).delta_e(_colour(other), method="2000")


def _gathered(
    flat: Iterable[tuple[int, tuple[int, int, int]]],
    least: float,
    distance: Callable[[tuple[int, int, int], tuple[int, int, int]], float],
) -> list[tuple[int, int, int]]:
    """Gather colours that are one but for some noise; give those that cover at least so many pixels.

    None where more than a quarter of the pixels are of colours that run into each other, as in a photograph.
    """
    cells: dict[tuple[int, ...], list[tuple[int, tuple[int, int, int]]]] = {}
    for count, rgb in flat:
        cells.setdefault(tuple(value >> 4 for value in rgb), []).append((count, rgb))
    gathered: list[_Shade] = []
    for members in sorted(cells.values(), key=lambda each: -sum(count for count, _ in each)):
        size, rgb = sum(count for count, _ in members), members[0][1]
        if size < least / 16:
            break
        shade = next((one for one in gathered if distance(one.rgb, rgb) < _SAME), None)
        if shade is None:
            if len(gathered) > 16 * _MOST:
                return []
            gathered.append(shade := _Shade(rgb))
        shade.size += size
        shade.pure += sum(count for count, each in members if _is_near(shade.rgb, each))
    blurred = sum(shade.size for shade in gathered if shade.pure < shade.size / 2)
    if blurred > sum(shade.size for shade in gathered) / 4:
        return []
    return [shade.rgb for shade in sorted(gathered, key=lambda one: -one.size) if shade.size >= least]


@dataclass(slots=True)
class _Shade:
    """A colour, how many pixels have it or one like it, and how many of them just this one."""

    rgb: tuple[int, int, int]
    size: int = 0
    pure: int = 0


def _is_near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(first - second) <= _NOISE for first, second in zip(one, other, strict=True))


_NOISE = 8
"""Steps of 255 by which neighbours of one colour differ in a JPEG."""


def _flat_parts(image: Image) -> Image:
    """Give a mask that is white where a pixel and its neighbours to the right and below have one colour."""
    from PIL import Image as Images  # noqa: PLC0415
    from PIL import ImageChops  # noqa: PLC0415

    differs = Images.new("L", image.size)
    for right, below in ((1, 0), (0, 1), (1, 1)):
        for band in ImageChops.difference(image, ImageChops.offset(image, -right, -below)).split():
            differs = ImageChops.lighter(differs, band)
    return differs.point(lambda value: 0 if value > _NOISE else 255)
