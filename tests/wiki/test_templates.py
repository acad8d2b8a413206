"""New pages begin with a template of their section or of the house."""

import re

import pytest
from django.utils import timezone

from intranet.activity.models import Activity
from tests.wiki.test_visibility import CAST, READERS, WRITERS
from wiki import actions
from wiki.models import PageTemplate, WikiPage
from wiki.patterns.reading import KEYS, LANGUAGES, shipped
from wiki.titles import clean_tags


def body_of(html):
    return re.search(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)[1]


def test_new_page_begins_with_the_template_filled_in(cast, write, sign_in):
    page = write("Visit", "On {{date}} by {{author}} of {{ team }}.\n", tags=["visits"], language="en")
    client = sign_in(cast.ben)
    client.post(f"/wiki/id/{page.pk}/template/", {"title_pattern": "Visit of {{date}}: "})
    blank = client.get("/wiki/new/?community=yard").content.decode()
    assert f"template={page.pk}" in blank
    assert blank.index(f"template={page.pk}") < blank.index("template=how-to")
    html = client.get(f"/wiki/new/?community=yard&template={page.pk}").content.decode()
    today = timezone.localdate()
    assert f"{today.year}" in body_of(html)
    assert "by Ben Example of Yard." in body_of(html)
    assert "Visit of " in html
    assert 'value="visits"' in html
    assert "{{" not in body_of(html)


def test_editing_a_template_does_not_touch_pages_made_from_it(cast, write, sign_in):
    page = write("Pattern", "Old.")
    actions.mark_template(actor=cast.aino, page=page)
    html = sign_in(cast.aino).get(f"/wiki/new/?community=yard&template={page.pk}").content.decode()
    made = write("Made", body_of(html).strip())
    actions.save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body="New.")
    assert WikiPage.objects.get(pk=made.pk).body == "Old."
    assert "New." in body_of(sign_in(cast.aino).get(f"/wiki/new/?community=yard&template={page.pk}").content.decode())


def test_a_page_stops_being_a_template_and_trash_offers_none(cast, write, sign_in):
    page, other = write("Pattern"), write("Other pattern")
    for one in (page, other):
        actions.mark_template(actor=cast.aino, page=one)
    client = sign_in(cast.aino)
    client.post(f"/wiki/id/{page.pk}/template/", {"remove": "1", "title_pattern": ""})
    actions.trash_page(actor=cast.aino, page=other)
    html = client.get("/wiki/new/?community=yard").content.decode()
    assert "attern</a>" not in html
    assert [row.verb for row in Activity.objects.filter(verb__startswith="template.").order_by("pk")] == [
        "template.marked", "template.marked", "template.unmarked",
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["yard", "lab", "vault"])
@pytest.mark.parametrize("who", CAST)
def test_templates_are_offered_to_readers_and_made_by_members(cast, write, sign_in, who, place):
    page = write("Canary pattern", "canary text", community=getattr(cast, place))
    actions.mark_template(actor=cast.aino, page=page)
    client = sign_in(cast.people[who])
    reads, writes = who in READERS[place], who in WRITERS[place]
    listed = client.get(f"/api/v1/communities/{place}/templates")
    assert listed.status_code == (200 if reads else 404)
    assert ("canary" in listed.content.decode()) == reads
    # In another section it is not to be had by its number either.
    if who in WRITERS["yard"] and place != "yard":
        html = client.get(f"/wiki/new/?community=yard&template={page.pk}").content.decode()
        assert "canary" not in html
        assert "Canary" not in html
    expected = 302 if writes else 403 if reads else 404
    assert client.post(f"/wiki/id/{page.pk}/template/", {"title_pattern": "x"}).status_code == expected
    assert client.delete(f"/api/v1/pages/{page.pk}/template", headers={"x-csrftoken": "x"}).status_code in {
        204, 403, 404,
    }  # fmt: skip
    assert PageTemplate.objects.filter(page=page).exists() != writes


@pytest.mark.parametrize("pattern", ["x" * 201, "\x00", "{{author", "<script>alert(1)</script>", "a\nb"])
def test_odd_titles_are_answered(cast, write, sign_in, pattern):
    page = write("Pattern", "{{author}} {{nothing}} {{{{date}}}}")
    client = sign_in(cast.aino)
    answer = client.post(f"/wiki/id/{page.pk}/template/", {"title_pattern": pattern})
    assert answer.status_code == (422 if len(pattern) > 200 or pattern == "\x00" else 302)
    html = client.get(f"/wiki/new/?community=yard&template={page.pk}").content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("key", ["nothing", "-1", "9" * 30, "\x00", "../../etc/passwd", "٣"])
def test_templates_that_are_none_give_an_empty_page(cast, sign_in, key):
    answer = sign_in(cast.aino).get("/wiki/new/", {"community": "yard", "template": key})
    assert answer.status_code == 200
    assert body_of(answer.content.decode()).strip() == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_house_brings_seven_of_each_language(cast, write, language):
    patterns = shipped(language)
    assert tuple(pattern.key for pattern in patterns) == KEYS
    assert len({pattern.name for pattern in patterns}) == 7
    for pattern in patterns:
        assert clean_tags(list(pattern.tags)) == list(pattern.tags)
        page = write(f"{pattern.key} page", pattern.body, tags=pattern.tags, language=language)
        assert page.contents
        assert pattern.language == language
    headings = [re.findall(r"(?m)^#+", pattern.body) for pattern in patterns]
    assert headings == [re.findall(r"(?m)^#+", pattern.body) for pattern in shipped("en")]


def test_names_stay_in_text_when_they_look_like_placeholders(cast, write, sign_in):
    cast.aino.name = "{{date}} [[x]]"
    cast.aino.save()
    page = write("Pattern", "{{author}}")
    actions.mark_template(actor=cast.aino, page=page)
    html = sign_in(cast.aino).get(f"/wiki/new/?community=yard&template={page.pk}").content.decode()
    assert body_of(html).strip() == "{{date}} [[x]]"
