"""Writing and reading pages in a browser: the editor's tools, pictures, boxes, diagrams."""

import re
import uuid
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

PNG = BytesIO()
Image.new("RGB", (8, 8), "teal").save(PNG, "PNG")
PICTURE = {"name": "plan.png", "mimeType": "image/png", "buffer": PNG.getvalue()}
TEXT = """## Tasks

- [ ] paint the gate
- [x] oil the lock

```mermaid
graph TD
  A[Order <b>bold</b>] --> B{Paid?}
  B -->|yes| C[Send]
  B -->|no| A
```
"""


def begin_page(page: Page, title: str, text: str = "") -> None:
    """Open the editor of a new page in Everyone and fill it in."""
    page.goto("/wiki/new/?community=koko-talo")
    page.wait_for_selector("text-editor:defined", state="attached")
    page.fill("input[name=title]", f"{title} {uuid.uuid4().hex[:6]}")  # the house may have been written in before
    if text:
        page.fill("textarea[name=body]", text)


def save(page: Page) -> str:
    page.locator(".save-bar .button.primary").click()
    page.wait_for_selector("article.prose")
    return page.url


def test_keys_of_the_editor(as_person):
    page = as_person("aino")
    begin_page(page, "Keys of the editor", "word")
    field = page.locator("textarea[name=body]")
    field.press("ControlOrMeta+a")
    field.press("ControlOrMeta+b")
    expect(field).to_have_value("**word**")
    field.press("ControlOrMeta+i")
    expect(field).to_have_value(re.compile(r"_"))
    field.press("ControlOrMeta+k")
    expect(field).to_have_value(re.compile(r"\]\(url\)"))
    with page.expect_response(re.compile(r"/wiki/draft/$")):
        field.press("ControlOrMeta+s")
    field.press("ControlOrMeta+Enter")
    page.wait_for_selector("article.prose")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Ctrl S")


def test_table_callout_and_footnote_by_keyboard(as_person):
    page = as_person("aino")
    begin_page(page, "Tools of the editor", "Before")
    field = page.locator("textarea[name=body]")
    field.press("ControlOrMeta+End")
    page.locator("[data-editor-table]").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    column = page.locator("text-editor").get_attribute("data-words-column")
    expect(field).to_have_value(f"Before\n\n| {column} 1 | {column} 2 |\n| --- | --- |\n|   |   |\n|   |   |\n")
    expect(field).to_be_focused()
    page.keyboard.type("Price")
    expect(field).to_have_value(re.compile(rf"\| Price \| {column} 2 \|"))
    field.press("ControlOrMeta+End")
    page.locator("text-editor summary:has(+ .menu-list [data-editor-callout])").click()
    page.locator("[data-editor-callout=TIP]").click()
    page.keyboard.type("Be kind.")
    page.locator("[data-editor-footnote]").click()
    page.keyboard.type("Source.")
    expect(field).to_have_value(re.compile(r"> \[!TIP\]\n> Be kind\.\[\^1\]\n\n\[\^1\]: Source\.$"))
    save(page)
    expect(page.locator("article aside.callout-tip, article .callout-tip")).to_contain_text("Be kind.")
    expect(page.locator("article table th").first).to_have_text("Price")
    expect(page.locator("article .footnote")).to_contain_text("Source.")


def test_picture_is_described_before_it_is_put_in(as_person):
    page = as_person("aino")
    begin_page(page, "Picture with words")
    expect(page.locator(".editor-foot")).to_contain_text("25")
    field = page.locator("textarea[name=body]")
    page.set_input_files("[data-editor-files]", PICTURE)
    words = page.locator("[data-upload-words]")
    expect(words).to_be_visible()
    words.fill("A [teal] square")
    words.press("Enter")
    expect(field).to_have_value(re.compile(r"^!\[A \\\[teal\\\] square\]\(/files/[^)]+/plan\.png\)\n$"))
    page.set_input_files("[data-editor-files]", PICTURE)
    page.locator("[data-upload-skip]").click()
    expect(field).to_have_value(re.compile(r"!\[plan\.png\]"))
    page.set_input_files("[data-editor-files]", PICTURE)
    expect(words).to_be_visible()
    page.locator("[data-upload-cancel]").click()
    assert field.input_value().count("![") == 2
    save(page)
    expect(page.locator("article img").first).to_have_attribute("alt", "A [teal] square")


def test_upload_on_its_way_is_seen_and_can_be_cancelled(as_person):
    page = as_person("aino")
    begin_page(page, "Upload on its way", "Text\n")
    page.route("**/files/upload/", lambda route: None)  # never answers
    page.set_input_files("[data-editor-files]", PICTURE)
    expect(page.locator(".upload progress")).to_be_visible()
    page.locator(".save-bar .button.primary").click()
    expect(page.locator(".editor-state")).to_have_text(
        page.locator("text-editor").get_attribute("data-words-still-uploading")
    )
    page.locator("[data-upload-cancel]").click()
    expect(page.locator(".upload")).to_have_count(0)
    expect(page.locator("textarea[name=body]")).to_have_value("Text\n")


def test_too_large_file_is_not_even_sent(as_person, tmp_path):
    page = as_person("aino")
    begin_page(page, "Too large")
    (tmp_path / "big.bin").write_bytes(b"0" * (25 * 2**20 + 1))
    page.set_input_files("[data-editor-files]", tmp_path / "big.bin")
    expect(page.locator(".editor-state")).to_have_text(re.compile(r"^big\.bin: .*25 M[BtT]"))


@pytest.mark.parametrize("scripts", [True, False])
def test_boxes_are_ticked_on_the_page(as_person, scripts):
    writer = as_person("aino")
    begin_page(writer, f"Boxes {scripts}", TEXT)
    address = save(writer)
    page = as_person("ben", scripts=scripts)
    page.goto(address)
    box = page.get_by_role("checkbox", name="paint the gate")
    expect(box).to_have_attribute("aria-checked", "false")
    box.click()
    expect(box).to_have_attribute("aria-checked", "true")
    page.wait_for_timeout(400)
    page.goto(address)
    expect(box).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("checkbox", name="oil the lock")).to_have_attribute("aria-checked", "true")


def test_box_of_a_line_that_moved_reloads_the_page_and_says_why(as_person):
    aino, ben = as_person("aino"), as_person("ben")
    begin_page(aino, "Boxes that move", TEXT)
    address = save(aino)
    ben.goto(address)
    aino.locator("[data-edit]").click()
    aino.locator("textarea[name=body]").fill(TEXT.replace("- [ ] paint", "- [ ] wash the gate\n- [ ] paint"))
    save(aino)
    ben.get_by_role("checkbox", name="paint the gate").click()
    expect(ben.locator(".toast.error")).to_be_visible()
    expect(ben.get_by_role("checkbox", name="wash the gate")).to_have_attribute("aria-checked", "false")
    expect(ben.get_by_role("checkbox", name="paint the gate")).to_have_attribute("aria-checked", "false")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_diagram_is_drawn_under_the_strict_policy_and_its_text_stays(as_person, scheme):
    page = as_person("aino", scheme=scheme)
    begin_page(page, f"Diagram {scheme}", TEXT + "\n```mermaid\nthis is <img src=x onerror=alert(1)> no diagram\n```\n")
    page.locator("[data-editor-tab=preview]").click()
    expect(page.locator(".editor-preview .diagram img")).to_be_visible()
    page.locator("[data-editor-tab=write]").click()
    save(page)
    picture = page.locator("article .diagram img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 100
    page.locator(".diagram summary").click()
    expect(page.locator(".diagram pre")).to_contain_text("B -->|yes| C[Send]")
    expect(page.locator("pre.mermaid", has_text="no diagram")).to_be_visible()


def test_preview_beside_the_text_follows_it_and_is_there_next_time(as_person):
    page = as_person("aino")
    begin_page(page, "Beside", "One **bold** word.")
    page.locator("[data-editor-tab=write]").focus()
    page.keyboard.press("ArrowLeft")  # round to the last of three
    expect(page.locator("[data-editor-tab=beside]")).to_be_focused()
    expect(page.locator(".editor-preview strong")).to_have_text("bold")
    page.locator("textarea[name=body]").fill("One *thin* word.")
    expect(page.locator(".editor-preview em")).to_have_text("thin")
    page.goto("/wiki/new/?community=koko-talo")
    expect(page.locator("[data-editor-tab=beside]")).to_have_attribute("aria-selected", "true")
    expect(page.locator("textarea[name=body]")).to_be_visible()
    page.locator("[data-editor-tab=write]").click()
    expect(page.locator(".editor-preview")).to_be_hidden()


def test_pages_without_a_diagram_load_no_library(as_person):
    page = as_person("aino")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    begin_page(page, "Plain", "Plain words.")
    save(page)
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "mermaid" in url or "diagram" in url]
