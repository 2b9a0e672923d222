"""Knows figures: what an image file is, how large it is printed, and how to make another file of it.

Nothing here writes to the disk, prints or judges a paper: whoever asks says what is wanted, and what follows.
"""

from citeproof.figures.colours import ColourFault, colour_faults
from citeproof.figures.files import Figure, FigureError, inspect, load
from citeproof.figures.forms import ending, form, wanted
from citeproof.figures.joining import joined, joined_width
from citeproof.figures.making import Wanted, made, with_carried_fonts
from citeproof.figures.sizes import COLUMN_WIDTH, TEXT_HEIGHT, TEXT_WIDTH, printed_width, resolution

__all__ = [
    "COLUMN_WIDTH",
    "TEXT_HEIGHT",
    "TEXT_WIDTH",
    "ColourFault",
    "Figure",
    "FigureError",
    "Wanted",
    "colour_faults",
    "ending",
    "form",
    "inspect",
    "joined",
    "joined_width",
    "load",
    "made",
    "printed_width",
    "resolution",
    "wanted",
    "with_carried_fonts",
]
