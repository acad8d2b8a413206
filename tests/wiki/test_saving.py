"""A page is written and written again; nobody's text is ever lost."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import PageLogEntry

from intranet.activity.models import Activity
from wiki import actions
from wiki.models import Draft, VersionNote, WikiPage

BASE = "# Plan\n\nOne.\n\nTwo.\n\nThree.\n"


def save(actor, page, base, body, **more):
    return actions.save_page(actor=actor, page=page.pk, base_revision_id=base, body=body, **more)


def test_new_page_has_everything_a_reader_and_wagtail_need(cast, write):
    page = write("Työterveys & vapaat", "# Ylös\n\nTeksti #vapaat [[Muualla]]", tags=["edut"], summary="Alku")
    page = WikiPage.objects.get(pk=page.pk)
    assert page.address == "yard/tyoterveys-vapaat"
    assert "Teksti" in page.html
    assert [tag["name"] for tag in page.tag_names] == ["edut", "vapaat"]
    assert sorted(page.tags.names()) == ["edut", "vapaat"]
    assert page.version == 1
    assert page.live_revision_id == page.latest_revision_id
    version = page.latest_revision.as_object()
    assert (version.title, version.body, version.address, version.html) == (
        page.title,
        page.body,
        page.address,
        page.html,
    )
    assert page.get_parent().specific.community == cast.yard
    note = VersionNote.objects.get(page=page)
    assert (note.number, note.author, note.summary, note.added) == (1, cast.aino, "Alku", note.added)
    assert PageLogEntry.objects.filter(page=page, action="wagtail.create").exists()
    assert Activity.objects.get(verb="page.published").object_id == str(page.pk)


def test_tree_stays_a_tree(write):
    from wagtail.models import Page

    top = write("Top")
    for number in range(12):
        write(f"Below {number}", parent=top)
    write("Deeper", parent=WikiPage.objects.get(title="Below 3"))
    assert Page.find_problems() == ([], [], [], [], [])
    assert WikiPage.objects.get(pk=top.pk).get_children().count() == 12


def test_save_upon_the_current_version_makes_the_next_one(cast, write):
    page = write("Plan", BASE)
    saved = save(cast.ben, page, page.live_revision_id, BASE + "\nFour.\n", summary="More", is_minor=True)
    assert (saved.version, saved.merged_with) == (2, None)
    page = WikiPage.objects.get(pk=page.pk)
    assert page.body.endswith("Four.\n")
    assert page.contributors == [cast.ben.pk, cast.aino.pk]
    note = VersionNote.objects.get(page=page, number=2)
    assert (note.is_minor, note.summary, note.removed) == (True, "More", 0)


def test_same_text_again_makes_no_version(cast, write):
    page = write("Plan", BASE)
    assert not save(cast.aino, page, page.live_revision_id, BASE).is_new
    assert VersionNote.objects.filter(page=page).count() == 1


def test_changes_in_different_places_are_merged_and_both_are_in_the_history(cast, write):
    page = write("Plan", BASE)
    base = page.live_revision_id
    save(cast.ben, page, base, BASE.replace("One.", "One, by Ben."))
    saved = save(cast.aino, page, base, BASE.replace("Three.", "Three, by Aino."))
    assert saved.merged_with == cast.ben
    text = WikiPage.objects.get(pk=page.pk).body
    assert "One, by Ben." in text
    assert "Three, by Aino." in text
    assert [note.author for note in page.version_notes.order_by("number")] == [cast.aino, cast.ben, cast.aino]


def test_changes_in_one_place_save_nothing_and_keep_mine_as_draft(cast, write):
    page = write("Plan", BASE)
    base = page.live_revision_id
    theirs = BASE.replace("Two.", "Two, says Ben.")
    mine = BASE.replace("Two.", "Two, says Aino.")
    save(cast.ben, page, base, theirs)
    conflict = save(cast.aino, page, base, mine)
    assert isinstance(conflict, actions.Conflict)
    assert (conflict.base, conflict.mine, conflict.theirs, conflict.author) == (BASE, mine, theirs, cast.ben)
    assert WikiPage.objects.get(pk=page.pk).body == theirs
    assert Draft.objects.get(author=cast.aino, page=page).body == mine


def test_my_own_request_sent_twice_is_no_conflict(cast, write):
    page = write("Plan", BASE)
    base = page.live_revision_id
    save(cast.aino, page, base, BASE + "\nFour.\n")
    again = save(cast.aino, page, base, BASE + "\nFour.\n")
    assert isinstance(again, actions.Saved)
    assert not again.is_new
    assert VersionNote.objects.filter(page=page).count() == 2


def test_what_only_the_other_changed_stays(cast, write):
    page = write("Plan", BASE, tags=["old", "kept"])
    base = page.live_revision_id
    save(cast.ben, page, base, BASE, title="Great plan", tags=["kept", "new"])
    save(cast.aino, page, base, BASE + "\nFour.\n", title="Plan", tags=["old", "kept", "mine"])
    page = WikiPage.objects.get(pk=page.pk)
    assert page.title == "Great plan"
    assert {tag["name"] for tag in page.tag_names} == {"kept", "new", "mine"}


def test_two_new_titles_are_a_conflict(cast, write):
    page = write("Plan", BASE)
    base = page.live_revision_id
    save(cast.ben, page, base, BASE, title="Ben's plan")
    conflict = save(cast.aino, page, base, BASE + "x", title="Aino's plan")
    assert isinstance(conflict, actions.Conflict)
    assert (conflict.title, conflict.their_title) == ("Aino's plan", "Ben's plan")


def test_base_of_another_page_is_no_base(cast, write):
    page, other = write("Plan", BASE), write("Other", "secret base")
    conflict = save(cast.aino, page, other.live_revision_id, "Something else\n")
    assert isinstance(conflict, actions.Conflict)
    assert conflict.base == ""


def test_restore_is_a_new_version_that_names_its_source(cast, write):
    page = write("Plan", BASE)
    save(cast.ben, page, page.live_revision_id, "Gone\n", title="Plan B")
    actions.restore_version(actor=cast.mika, page=page.pk, number=1)
    page = WikiPage.objects.get(pk=page.pk)
    assert (page.title, page.body, page.version) == ("Plan", BASE, 3)
    assert VersionNote.objects.get(page=page, number=3).restored_from.number == 1


@pytest.mark.parametrize("who", ["cleo", "gita", "root"])
def test_only_members_write(cast, write, who):
    page = write("Plan", BASE)
    person = cast.people[who]
    refusal = WikiPage.DoesNotExist if who == "gita" else PermissionDenied
    with pytest.raises(refusal):
        save(person, page, page.live_revision_id, "mine")
    hidden = write("Hidden", community=cast.vault)
    with pytest.raises(WikiPage.DoesNotExist):
        save(person, hidden, hidden.live_revision_id, "mine")


@pytest.mark.parametrize(
    "title", ["", "   ", "\x00", "\u202e", "🎉" * 300, "🎉", "a" * 201, "---", None, 7, ["x"]], ids=repr
)
def test_bad_title_is_refused_with_a_message(cast, title):
    with pytest.raises(ValidationError) as refusal:
        actions.create_page(actor=cast.aino, community=cast.yard, title=title, body="text")
    assert refusal.value.message_dict["title"]


def test_title_is_once_in_a_place_whatever_its_capitals(cast, write):
    write("Budget")
    with pytest.raises(ValidationError) as refusal:
        write("  BUDGET ")
    assert "already" in refusal.value.message_dict["title"][0]
    other = write("Elsewhere")
    assert write("Budget", parent=other).address == "yard/elsewhere/budget"


def test_titles_with_one_slug_get_different_addresses(write):
    assert write("C").address == "yard/c"
    assert write("C++").address == "yard/c-2"


@pytest.mark.parametrize(
    "body", ["a\x00b", "\ud800", "x\u202ey", "[" * 5_000, "> " * 1_000 + "deep", "`" * 6_000], ids=len
)
def test_odd_texts_are_stored_cleaned(write, body):
    page = WikiPage.objects.get(pk=write("Odd", body).pk)
    assert "\x00" not in page.body


def test_text_of_five_megabytes_is_refused_with_a_message(write):
    with pytest.raises(ValidationError) as refusal:
        write("Big", "x" * 5_000_000)
    assert "too long" in refusal.value.message_dict["body"][0]


@pytest.mark.parametrize("tags", ["a, b c, #D", ["a", "b-c", "d"]])
def test_tags_come_from_a_line_or_a_list(write, tags):
    page = write("Tagged", tags=tags)
    assert [tag["name"] for tag in page.tag_names] == ["a", "b-c", "d"]


def test_bad_tag_is_refused(write):
    with pytest.raises(ValidationError) as refusal:
        write("Tagged", tags="<script>")
    assert "tags" in refusal.value.message_dict


def test_save_is_lean(cast, write, django_assert_max_num_queries):
    page = write("Plan", BASE + "[[Budget]] @ben.example #tag", tags=["x"])
    # Two of them are the savepoint of a test, one the lock of the row that PostgreSQL needs.
    with django_assert_max_num_queries(16):
        save(cast.ben, page, page.live_revision_id, BASE + "[[Budget]] [[New]] @ben.example #tag", tags=["x"])
