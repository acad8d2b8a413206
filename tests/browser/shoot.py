"""Photograph every screen: `make screenshots` (ARGS="--only home,thread --widths 390 --fast").

Opens a house of its own with the demo company (or uses the one LOIKKA_HOUSE names) and writes screenshots/ with an index.html.
A machine without a good typeface makes poor pictures: Inter is used when it is installed (Debian: fonts-inter), never required.
"""

import argparse
import html
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.house import CHROMIUM_FLAGS, PASSWORD, ROOT, House, find_chromium, open_house
from tests.browser.screens import STRANGER, Screen, find_screens

OUT = ROOT / "screenshots"
WIDTHS = (390, 768, 1440)
SCHEMES = ("light", "dark")
LANGUAGES = ("fi", "en")
TALLEST = 6000  # a picture of a thousand posts helps nobody
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family"><string>system-ui</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>
<match target="pattern"><test name="family"><string>sans-serif</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match></fontconfig>"""


class Photographer:
    """One browser; a context for every person, scheme and language."""

    def __init__(self, browser: Browser, house: House, out: Path) -> None:
        self.browser, self.house, self.out = browser, house, out
        self.states: dict[str, dict] = {}
        self.pages: dict[tuple[str, str, str], Page] = {}

    def sign_in(self, who: str) -> dict:
        """Return the cookies of somebody, signed in through the form once."""
        if who != STRANGER and who not in self.states:
            context = self.browser.new_context(base_url=self.house.url)
            page = context.new_page()
            page.goto("/")
            page.fill("input[name=login]", f"{who}@loikka.example")
            page.fill("input[name=password]", PASSWORD)
            page.click(".form-actions .button.primary")
            page.wait_for_url(f"{self.house.url}/")
            self.states[who] = context.storage_state()
            context.close()
        return self.states.get(who, {})

    def page_of(self, who: str, scheme: str = "light", language: str = "fi") -> Page:
        """Return the person's page. The language is a setting of the person: take one language after the other."""
        if (who, scheme, language) not in self.pages:
            context = self.browser.new_context(
                base_url=self.house.url,
                storage_state=self.sign_in(who),
                color_scheme=scheme,
                locale={"fi": "fi-FI", "sv": "sv-FI"}.get(language, "en-GB"),
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto("/accounts/login/" if who == STRANGER else "/me/settings/")
            chooser = page.locator(f"button[name=language][value={language}]")
            if chooser.get_attribute("aria-current") != "true":
                with page.expect_navigation():
                    chooser.evaluate("button => button.form.requestSubmit(button)")
            self.pages[who, scheme, language] = page
        return self.pages[who, scheme, language]

    def shoot(self, screen: Screen, scheme: str, language: str, widths: list[int]) -> Iterator[str]:
        """Write the pictures of a screen and give their names."""
        page = self.page_of(screen.who, scheme, language)
        page.set_viewport_size({"width": widths[0], "height": 900})
        page.goto(screen.address)
        page.wait_for_timeout(150)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 844 if width < 720 else 900})
            page.wait_for_timeout(50)
            name = f"{screen.name}-{width}-{scheme}-{language}.png"
            # a window as high as the page: what sticks to its lower edge would stand in the middle of a long picture
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
            page.screenshot(path=self.out / name)
            yield name


def write_index(out: Path, pictures: dict[str, list[str]]) -> None:
    """Write a page that shows all of them, a row per screen."""
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><p>"
        + "".join(f'<a href="{one}" title="{one}"><img src="{one}" alt="{one}" loading="lazy"></a>' for one in names)
        for name, names in pictures.items()
    )
    style = "body{font:15px system-ui;margin:2rem}img{height:22rem;object-fit:cover;object-position:top;margin:4px}"
    (out / "index.html").write_text(
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Screens</title><style>{style}</style>{rows}</html>"
    )


def font_environment() -> dict[str, str]:
    """Return what makes Chromium write in Inter, where it is installed."""
    lister = shutil.which("fc-list")
    if not lister or not subprocess.run([lister, "Inter"], capture_output=True, check=False).stdout:
        return {}
    file = Path(tempfile.mkdtemp()) / "fonts.conf"
    file.write_text(FONTS)
    return {"FONTCONFIG_FILE": str(file)}


def main() -> None:
    """Open, sign in, photograph."""
    parser = argparse.ArgumentParser(description="Photograph every screen.")
    parser.add_argument("--only", default="", help="names of screens or beginnings of them, with commas")
    parser.add_argument("--widths", default=",".join(map(str, WIDTHS)))
    parser.add_argument("--schemes", default=",".join(SCHEMES))
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--fast", action="store_true", help="light and Finnish only")
    parser.add_argument("--out", type=Path, default=OUT)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    schemes, languages = (
        (["light"], ["fi"]) if wanted.fast else (wanted.schemes.split(","), wanted.languages.split(","))
    )
    starts = tuple(name for name in wanted.only.split(",") if name)
    pictures: dict[str, list[str]] = {}
    with open_house() as house, sync_playwright() as driver:
        fonts = {**os.environ, **font_environment()}
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS, env=fonts)
        photographer = Photographer(browser, house, wanted.out)
        screens = [one for one in find_screens(photographer.page_of) if not starts or one.name.startswith(starts)]
        for language, scheme, screen in product(languages, schemes, screens):
            widths = [int(width) for width in wanted.widths.split(",")]
            pictures.setdefault(screen.name, []).extend(photographer.shoot(screen, scheme, language, widths))
            sys.stdout.write(f"\r{language} {scheme} {screen.name:<40}")
            sys.stdout.flush()
        browser.close()
    write_index(wanted.out, pictures)
    sys.stdout.write(f"\n{sum(map(len, pictures.values()))} pictures in {wanted.out}/index.html\n")


if __name__ == "__main__":
    main()
