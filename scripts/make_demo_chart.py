"""Draw the demo's picture, ``rlhf_collect/demo/images/rainfall.png``: twelve bars of a year's rain."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

RAIN = (62, 48, 51, 39, 44, 31, 22, 27, 46, 71, 78, 69)
"""Millimetres a month, January first; made up."""
MONTHS = "JFMAMJJASOND"
WIDTH, HEIGHT, LEFT, FOOT, STEP = 560, 320, 44, 40, 42
TARGET = Path(__file__).parent.parent / "rlhf_collect" / "demo" / "images" / "rainfall.png"


def main() -> None:
    """Draw and write the picture; the same every time."""
    image = Image.new("P", (WIDTH, HEIGHT), 0)
    image.putpalette([255, 255, 255, 39, 93, 140, 200, 205, 210, 40, 44, 50])
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=14)
    base = HEIGHT - FOOT
    for level in range(0, 100, 20):
        y = base - level * 3
        draw.line((LEFT, y, WIDTH - 10, y), fill=3 if level == 0 else 2)
        draw.text((LEFT - 8, y), str(level), fill=3, font=font, anchor="rm")
    for place, rain in enumerate(RAIN):
        x = LEFT + 10 + place * STEP
        draw.rectangle((x, base - rain * 3, x + 26, base - 1), fill=1)
        draw.text((x + 13, base + 8), MONTHS[place], fill=3, font=font, anchor="mt")
    draw.text((LEFT, 8), "Rain in mm", fill=3, font=font)
    TARGET.parent.mkdir(exist_ok=True)
    image.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
