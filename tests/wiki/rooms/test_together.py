"""Two people write in one page at the same time: what they see, what is saved, who is named."""

from django.test import Client

from tests.wiki.rooms.editors import Editor, until
from wiki import actions
from wiki.models import Draft, Room, WikiPage


def test_two_people_see_each_other_type(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    assert aino.text == ben.text == plan.body
    aino.write("First line, by Aino.\n\nLast line.\n")
    assert ben.sees("by Aino")
    ben.add("And one by Ben, with 😀.\n")
    assert aino.sees("And one by Ben, with 😀.\n")
    assert aino.text == ben.text
    assert WikiPage.objects.get(pk=plan.pk).body == plan.body


def test_both_see_who_is_there_and_where_the_cursor_is(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    assert until(lambda: [who["name"] for who in aino.people] == ["Aino Example", "Ben Example"])
    number = ben.said("hello")[0]["you"]
    ben.say(type="caret", caret=["AAEBBA==", "AAEBBA=="])
    assert until(lambda: aino.said("caret"))
    assert aino.said("caret")[0] == {"type": "caret", "n": number, "caret": ["AAEBBA==", "AAEBBA=="]}
    mika = come(cast.mika, plan)
    assert [who["caret"] for who in mika.people if who["n"] == number] == [["AAEBBA==", "AAEBBA=="]]
    ben.go()
    assert until(lambda: [who["name"] for who in aino.people] == ["Aino Example", "Mika Example"])


def test_save_lists_everybody_who_took_part_and_moves_the_room_on(cast, plan, come):
    aino, ben, mika = come(cast.aino, plan), come(cast.ben, plan), come(cast.mika, plan)
    aino.add("By Aino.\n")
    assert ben.sees("By Aino")
    ben.add("By Ben.\n")
    assert aino.sees("By Ben")
    assert aino.kept()
    assert ben.kept()
    assert ben.save(title="Plan").status_code == 302
    saved = WikiPage.objects.get(pk=plan.pk)
    assert saved.body == "First line.\n\nLast line.\nBy Aino.\nBy Ben.\n"
    assert saved.version == 2
    assert saved.contributors == [cast.ben.pk, cast.aino.pk]
    note = saved.version_notes.first()
    assert (note.author, note.together) == (cast.ben, [cast.aino.pk])
    for editor in (aino, mika):
        assert until(lambda editor=editor: editor.said("saved"))
        told = editor.said("saved")[0]
        assert (told["by"], told["version"], told["base"]) == ("Ben Example", 2, saved.live_revision_id)
        assert told["clean"] is True
    aino.add("More.\n")
    assert aino.save(title="Plan").status_code == 302
    note = saved.version_notes.first()
    assert (note.number, note.author, note.together) == (3, cast.aino, [])


def test_words_typed_after_a_save_are_not_doubled_and_not_lost(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    aino.write("First line go\n\nLast line.\n")
    assert ben.sees("line go\n")
    aino.write("First line goes\n\nLast line.\n")
    # Ben presses Save before he has seen the last two letters.
    ben.document = type(ben.document)()
    ben.document.apply([come(cast.mika, plan).document.update])
    assert ben.save(title="Plan").status_code == 302
    assert until(lambda: aino.said("saved"))
    aino.write("First line goes on\n\nLast line.\n")
    assert aino.save(title="Plan").status_code == 302
    assert WikiPage.objects.get(pk=plan.pk).body == "First line goes on\n\nLast line.\n"


def test_two_who_save_at_once_in_the_same_line_meet_no_conflict(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    for editor in (aino, ben):
        editor.fall()
    aino.write("First line by Aino.\n\nLast line.\n")
    ben.write("Ben: First line.\n\nLast line.\n")
    assert aino.save(title="Plan").status_code == 302
    assert ben.save(title="Plan").status_code == 302
    assert WikiPage.objects.get(pk=plan.pk).body == "Ben: First line by Aino.\n\nLast line.\n"
    notes = WikiPage.objects.get(pk=plan.pk).version_notes.all()
    assert [note.merged_with_id for note in notes] == [notes[1].pk, None, None]


def test_save_from_outside_is_merged_into_the_room_and_nobody_writes_over_it(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    aino.write("First line by Aino.\n\nLast line.\n")
    assert ben.sees("by Aino")
    assert aino.kept()
    result = actions.save_page(
        actor=cast.mika, page=plan, base_revision_id=plan.live_revision_id, body="First line.\n\nLast line by Mika.\n"
    )
    merged = "First line by Aino.\n\nLast line by Mika.\n"
    for editor in (aino, ben):
        assert until(lambda editor=editor: editor.said("saved"))
        assert editor.text == merged
        assert editor.base == result.page.live_revision_id
        assert editor.said("saved")[0]["clean"] is False
    assert aino.save(title="Plan").status_code == 302
    assert WikiPage.objects.get(pk=plan.pk).body == merged


def test_save_from_outside_in_the_same_line_leaves_both_words_standing(cast, plan, come):
    aino = come(cast.aino, plan)
    aino.write("First line by Aino.\n\nLast line.\n")
    assert aino.kept()
    actions.save_page(
        actor=cast.mika, page=plan, base_revision_id=plan.live_revision_id, body="First line by Mika.\n\nLast line.\n"
    )
    assert until(lambda: aino.said("saved"))
    assert "Aino" in aino.text
    assert "Mika" in aino.text


def test_tick_and_restore_reach_the_room(cast, come):
    page = actions.create_page(actor=cast.aino, community=cast.lab, title="Tasks", body="- [ ] paint\n- [ ] oil\n")
    aino = come(cast.aino, page)
    aino.write("- [ ] paint the gate\n- [ ] oil\n")
    assert aino.kept()
    actions.tick_box(actor=cast.ben, page=page, base_revision_id=page.live_revision_id, box=0, is_done=True)
    assert aino.sees("- [x] paint the gate\n- [ ] oil\n")
    actions.restore_version(actor=cast.ben, page=page, number=1)
    assert aino.sees("- [ ] paint the gate\n- [ ] oil\n")


def test_save_upon_an_older_version_that_overlaps_asks_as_ever(cast, plan, come):
    aino = come(cast.aino, plan)
    aino.fall()
    aino.write("First line by Aino.\n\nLast line.\n")
    actions.save_page(
        actor=cast.mika, page=plan, base_revision_id=plan.live_revision_id, body="First line by Mika.\n\nLast line.\n"
    )
    assert aino.save(title="Plan").status_code == 409
    assert Draft.objects.get(author=cast.aino, page=plan).body == aino.text


def test_document_that_does_not_say_the_saved_text_is_passed_over(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    ben.add("By Ben.\n")
    assert ben.kept()
    assert aino.sees("By Ben.")
    assert aino.save(title="Plan", text="Something else.\n").status_code == 302
    saved = WikiPage.objects.get(pk=plan.pk)
    assert saved.version_notes.first().together == []
    assert ben.sees("Something else.")
    assert "By Ben." in ben.text


def test_form_without_scripts_goes_on_as_before(cast, plan, come, sign_in):
    aino = come(cast.aino, plan)
    aino.add("Live.\n")
    assert aino.kept()
    client: Client = sign_in(cast.ben)
    form = {"title": "Plan", "body": "First, by form.\n\nLast line.\n", "base_revision": plan.live_revision_id}
    for junk in ({}, {"live_key": "x", "live_state": "???"}, {"live_key": aino.key, "live_state": "AAAA"}):
        answer = client.post(f"/wiki/id/{plan.pk}/edit/", form | {"language": "en"} | junk)
        assert answer.status_code == 302
    assert aino.sees("First, by form.\n\nLast line.\nLive.\n")


def test_draft_of_somebody_who_left_goes_when_the_others_save_what_she_typed(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    aino.add("By Aino.\n")
    assert ben.sees("By Aino")
    actions.save_draft(actor=cast.aino, page=plan, base_revision_id=plan.live_revision_id, body=aino.text)
    aino.go()
    ben.add("By Ben.\n")
    assert ben.kept()
    actions.save_draft(actor=cast.mika, page=plan, base_revision_id=plan.live_revision_id, body="My own thing\n")
    assert ben.save(title="Plan").status_code == 302
    assert [draft.author for draft in Draft.objects.all()] == [cast.mika]


def test_room_begins_from_the_saved_page_and_not_from_what_somebody_left_unsaved(cast, plan, come):
    aino = come(cast.aino, plan)
    aino.add("Not saved.\n")
    assert aino.kept()
    key = aino.key
    aino.go()
    assert until(lambda: Room.objects.get(page=plan).open_until == {})
    ben = come(cast.ben, plan)
    assert ben.text == plan.body
    assert ben.key != key


def test_whoever_falls_off_the_network_merges_when_she_is_back(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    ben.fall()
    ben.write("First line, offline.\n\nLast line.\n")
    aino.add("Meanwhile.\n")
    assert aino.kept()
    ben.words.clear()
    ben.connect()
    for editor in (aino, ben):
        assert editor.sees("First line, offline.\n\nLast line.\nMeanwhile.\n")


def test_alone_and_off_the_network_the_room_waits(cast, plan, come):
    aino = come(cast.aino, plan)
    aino.add("Kept.\n")
    assert aino.kept()
    aino.fall()
    assert until(lambda: not aino.people or True)
    again: Editor = come(cast.aino, plan)
    assert again.key == aino.key
    assert again.text.endswith("Kept.\n")


def test_text_typed_elsewhere_is_woven_in(cast, plan, come):
    aino, ben = come(cast.aino, plan), come(cast.ben, plan)
    aino.add("By Aino.\n")
    assert ben.sees("By Aino")
    ben.say(type="bring", base=plan.live_revision_id, text="First line of a draft.\n\nLast line.\n")
    assert until(lambda: ben.said("brought"))
    for editor in (aino, ben):
        assert editor.sees("First line of a draft.\n\nLast line.\nBy Aino.\n")
    ben.say(type="bring", before=ben.text, text=ben.text + "On.\n")
    assert aino.sees("By Aino.\nOn.\n")
