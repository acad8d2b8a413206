"""The colours can be read: every pair of text and surface that the styles use, in light and in dark.

The tokens are read from the style sheet and turned from OKLCH into sRGB by the formulas of Björn Ottosson
(https://bottosson.github.io/posts/oklab/); contrast is WCAG 2.2's, from relative luminance.
"""

import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "frontend" / "css"
THEMES = ("light", "dark")
TEXT, CONTROL = 4.5, 3.0

OKLCH = r"oklch\((?P<l{0}>[\d.]+)% (?P<c{0}>[\d.]+) (?P<h{0}>[\d.]+|var\(--hue\))\)"
PAIR = re.compile(r"--(?P<name>[\w-]+): light-dark\(" + OKLCH.format("1") + ", " + OKLCH.format("2") + r"\)")

SURFACES = ["paper-0", "paper-1", "paper-2", "paper-3"]
SOFT = ["lake-soft", "sun-soft", "moss-soft", "clay-soft"]
# text -> the surfaces it stands on
TEXTS = {
    "ink-1": [*SURFACES, *SOFT, "mark"],
    "ink-2": [*SURFACES, *SOFT],
    "ink-3": [*SURFACES[:3], *SOFT],
    "ink-4": SURFACES[:3],
    "lake": ["paper-0", "paper-1", "paper-2", *SOFT],
    "lake-strong": ["paper-0", "paper-1", "paper-2", "lake-soft"],
    "sun": ["paper-0", "paper-1", "paper-2", "sun-soft"],
    "moss": ["paper-0", "paper-1", "paper-2", "moss-soft"],
    "clay": ["paper-0", "paper-1", "paper-2", "clay-soft"],
    "on-lake": ["lake", "lake-strong"],
    "on-clay": ["clay"],
    "paper-1": ["ink-1"],  # a toast
    "paper-0": ["moss"],  # the tick of a step that is done
}
# lines and marks that say what something is or how it stands
CONTROLS = {
    "line-strong": ["paper-0", "paper-1", "paper-2"],
    "lake": [*SURFACES, *SOFT],
    "clay": [*SURFACES, "clay-soft"],
    "moss": ["paper-0", "paper-1"],
    "sun": ["paper-0", "paper-1", "sun-soft"],
}


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Return the relative luminance of an OKLCH colour (lightness 0 to 1, hue in degrees), clipped into sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_
    green = -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_
    blue = -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Return WCAG's contrast of two luminances, from 1 to 21."""
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def colours(file: str, theme: str, hue: float = 0) -> dict[str, float]:
    """Return the luminance of every colour of a style sheet in one theme; `var(--hue)` is read as `hue`."""
    side = THEMES.index(theme) + 1
    found = {}
    for match in PAIR.finditer((CSS / file).read_text()):
        angle = match[f"h{side}"]
        found[match["name"]] = luminance(
            float(match[f"l{side}"]) / 100, float(match[f"c{side}"]), hue if angle.startswith("var") else float(angle)
        )
    return found


def too_weak(pairs: dict[str, list[str]], palette: dict[str, float], least: float) -> list[str]:
    """Return the pairs whose contrast is below `least`, with their figures."""
    return [
        f"{front} on {back}: {ratio:.2f}"
        for front, backs in pairs.items()
        for back in backs
        if (ratio := contrast(palette[front], palette[back])) < least
    ]


def test_formulas_agree_with_known_colours() -> None:
    assert contrast(luminance(1, 0, 0), luminance(0, 0, 0)) == pytest.approx(21, abs=0.01)
    # #767676, the lightest grey that reads on white, is oklch(56.52% 0 0)
    assert contrast(luminance(0.5652, 0, 0), 1) == pytest.approx(4.54, abs=0.02)
    # pure red #ff0000 is oklch(62.80% 0.2577 29.23) and has 4.00 on white
    assert contrast(luminance(0.6280, 0.2577, 29.23), 1) == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_every_surface_it_stands_on(theme: str) -> None:
    assert too_weak(TEXTS, colours("tokens.css", theme), TEXT) == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_control_and_state_stands_out_from_its_surface(theme: str) -> None:
    assert too_weak(CONTROLS, colours("tokens.css", theme), CONTROL) == []


@pytest.mark.parametrize("theme", THEMES)
def test_faces_and_dots_of_all_24_colours_can_be_told_from_the_paper(theme: str) -> None:
    paper = colours("tokens.css", theme)
    weak = []
    for hue in range(0, 360, 15):
        own = colours("hues.css", theme, hue)
        if contrast(own["hue-ink"], own["hue-fill"]) < TEXT or contrast(own["hue-ink"], paper["paper-0"]) < TEXT:
            weak.append(f"initials at {hue}")
        weak += [f"dot at {hue} on {back}" for back in SURFACES[:3] if contrast(own["hue-dot"], paper[back]) < CONTROL]
    assert weak == []


def test_styles_take_colours_from_the_tokens_only() -> None:
    """A colour written anywhere else would be outside these tests; the dimming behind a dialog is the one exception."""
    own = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|oklch\(|(?<![\w-])(?:white|black|red|gray|grey)(?![\w-])", re.I)
    strays = [
        f"{file.name}: {line.strip()[:80]}"
        for file in sorted(CSS.glob("*.css"))
        if file.name not in {"tokens.css", "hues.css"}
        for line in file.read_text().splitlines()
        if "::backdrop" not in line and "mask-image" not in line and own.search(line.split("/*")[0])
    ]
    assert strays == []
