"""Makes the README's picture of the pages from a PDF: the first pages side by side, small.

Usage: python scripts/pictures.py PAPER.pdf
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).parent.parent / ".github" / "pictures" / "pages.png"
PAGES, DPI, GAP = 4, 50, 12


def main(pdf: str) -> int:
    """Render the first pages with poppler and lay them out in one row."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-png", "-r", str(DPI), "-l", str(PAGES), pdf, f"{folder}/page"], check=True)
        pages = [Image.open(path).convert("L") for path in sorted(Path(folder).glob("page*.png"))]
        width = sum(page.width for page in pages) + GAP * (len(pages) + 1)
        sheet = Image.new("L", (width, pages[0].height + 2 * GAP), 200)
        left = GAP
        for page in pages:
            sheet.paste(page, (left, GAP))
            left += page.width + GAP
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(16).save(TARGET, optimize=True)
    print(f"wrote {TARGET.name}, {TARGET.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
