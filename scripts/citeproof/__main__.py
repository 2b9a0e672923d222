"""Lets `python -m citeproof` do what the command `citeproof` does."""

import sys

from citeproof.cli import command

if __name__ == "__main__":
    sys.exit(command())
