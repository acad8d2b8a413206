"""Drawn faces for the people of the demo company: flat shapes, no photos of anybody."""

import colorsys
import io
from typing import Any

from PIL import Image, ImageDraw

SIZE = 512  # pixels a side while drawing; the photo pipeline makes the sizes that are shown
SKINS = ["#f6dcc8", "#f0c9ab", "#dfa981", "#b97a50", "#8a5636", "#5d3a26"]
HAIRS = ["#1f1a17", "#3b2a20", "#6b4a2f", "#a9744a", "#d9b26b", "#c9c4bd", "#8f8b88", "#8c3b1f"]
INK = "#2b2522"

Draw = ImageDraw.ImageDraw


def hue_colour(hue: int, lightness: float, saturation: float) -> str:
    """Return the hex colour of one of the 24 hues; lightness and saturation from 0 to 1."""
    red, green, blue = colorsys.hls_to_rgb((hue % 24) / 24, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def draw_avatar(look: dict[str, Any]) -> bytes:
    """Return a PNG of a face.

    `look`: skin 0-5, hair 0-7, hair_style (short, long, bun, curly, bald, bob, ponytail, beard-short), shirt and
    background 0-23, glasses and beard as booleans. Equal looks give equal pictures.
    """
    skin, hair = SKINS[look.get("skin", 1) % 6], HAIRS[look.get("hair", 2) % 8]
    style = str(look.get("hair_style", "short"))
    shirt = hue_colour(look.get("shirt", 0), 0.42, 0.45)
    image = Image.new("RGB", (SIZE, SIZE), hue_colour(look.get("background", 12), 0.84, 0.42))
    draw = ImageDraw.Draw(image)
    _hair_behind(draw, style, hair)
    draw.ellipse((76, 390, 436, 720), fill=shirt)
    draw.rounded_rectangle((218, 320, 294, 430), 38, fill=_darker(skin))
    draw.polygon([(206, 404), (306, 404), (256, 456)], fill=skin)
    draw.ellipse((142, 224, 178, 284), fill=skin)
    draw.ellipse((334, 224, 370, 284), fill=skin)
    draw.rounded_rectangle((158, 116, 354, 380), 98, fill=skin)
    _face(draw, look, skin)
    if look.get("beard") or style == "beard-short":
        draw.pieslice((158, 214, 354, 388), 12, 168, fill=hair)
        draw.rounded_rectangle((222, 320, 290, 342), 11, fill=_darker(skin))
    _hair_front(draw, style, hair)
    if look.get("glasses"):
        for left in (180, 268):
            draw.rounded_rectangle((left, 226, left + 64, 280), 22, outline=INK, width=8)
        draw.line((244, 246, 268, 246), fill=INK, width=8)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _darker(colour: str) -> str:
    return "#" + "".join(f"{int(int(colour[i : i + 2], 16) * 0.88):02x}" for i in (1, 3, 5))


def _face(draw: Draw, look: dict[str, Any], skin: str) -> None:
    for centre in (212, 300):
        draw.ellipse((centre - 10, 242, centre + 10, 264), fill=INK)
        draw.arc((centre - 26, 208, centre + 26, 250), 205, 335, fill=INK, width=7)
    draw.arc((238, 262, 274, 302), 20, 160, fill=_darker(skin), width=8)
    draw.arc((212, 284, 300, 346), 25, 155, fill="#8f3f39", width=9)


def _hair_behind(draw: Draw, style: str, hair: str) -> None:
    if style == "long":
        draw.rounded_rectangle((118, 110, 394, 470), 120, fill=hair)
    elif style == "bob":
        draw.rounded_rectangle((126, 104, 386, 356), 110, fill=hair)
    elif style == "curly":
        for x, y in ((120, 170), (110, 240), (128, 306), (318, 306), (336, 240), (326, 170)):
            draw.ellipse((x - 26, y - 26, x + 86, y + 86), fill=hair)
    elif style == "bun":
        draw.ellipse((204, 28, 308, 132), fill=hair)
    elif style == "ponytail":
        draw.rounded_rectangle((330, 120, 424, 400), 46, fill=hair)


def _hair_front(draw: Draw, style: str, hair: str) -> None:
    if style == "bald":
        return
    if style == "curly":
        for x in range(150, 350, 40):
            draw.ellipse((x - 14, 76, x + 62, 170), fill=hair)
        return
    draw.pieslice((150, 92, 362, 330), 180, 360, fill=hair)
    if style in {"short", "beard-short"}:
        draw.rounded_rectangle((150, 176, 174, 240), 10, fill=hair)
        draw.rounded_rectangle((338, 176, 362, 240), 10, fill=hair)
