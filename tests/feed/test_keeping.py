"""Bookmarks and pins."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from feed import actions as posts
from feed.keeping import actions
from feed.models import Bookmark, PinDismissal
from feed.moderation.actions import hide_post
from feed.rows import Item
from feed.threads.actions import move_thread
from wiki.actions import create_page


def text_of(answer) -> str:
    return answer.content.decode()


def soon(days: int = 3):
    return timezone.localdate() + timedelta(days=days)


# --- Bookmarks -------------------------------------------------------------------------------------------------------


def test_a_bookmark_is_private_and_found_by_its_note_and_its_text(cast, say, sign_in):
    post, other = say(cast.aino, cast.yard, "The blue pump"), say(cast.aino, cast.lab, "The red valve")
    client = sign_in(cast.ben)
    for one, note in ((post, "for the audit"), (other, "")):
        assert client.post(reverse("feed:bookmark", args=[one.pk]), {"note": note}).status_code == 302
    page = text_of(client.get("/bookmarks/"))
    assert "The blue pump" in page
    assert "for the audit" in page
    assert "The red valve" not in text_of(client.get("/bookmarks/?q=audit"))
    assert "The red valve" in text_of(client.get("/bookmarks/?q=VALVE"))
    assert "The blue pump" not in text_of(client.get(f"/bookmarks/?in={cast.lab.pk}"))
    for person in (cast.aino, cast.mika, cast.root):
        assert "blue pump" not in text_of(sign_in(person).get("/bookmarks/"))
        drop = reverse("feed:bookmark_drop", args=[Bookmark.objects.first().pk])
        assert sign_in(person).post(drop).status_code == 404


def test_keeping_twice_changes_the_note(cast, say):
    post = say(cast.aino, cast.yard)
    first = actions.keep_bookmark(actor=cast.ben, post=post, note="one")
    assert actions.keep_bookmark(actor=cast.ben, post=post, note="two") == first
    assert Bookmark.objects.get().note == "two"
    with pytest.raises(ValidationError):
        actions.keep_bookmark(actor=cast.ben, post=post, note="x" * 501)


@pytest.mark.parametrize("lost", ["left", "moved", "hidden", "deleted"])
def test_a_bookmark_of_what_is_out_of_sight_shows_nothing_of_it(cast, say, sign_in, program, lost):
    place = cast.lab if lost == "left" else cast.yard
    person = cast.ben if lost == "left" else cast.cleo
    post = say(cast.aino, place, "Quite telling words")
    actions.keep_bookmark(actor=person, post=post, note="my note")
    if lost == "left":
        person.memberships.filter(community=cast.lab).delete()
    elif lost == "moved":
        move_thread(actor=cast.mika, thread=post, community=cast.vault)
    elif lost == "hidden":
        hide_post(actor=cast.mika, post=post, reason="No")
    else:
        posts.delete_post(actor=cast.aino, post=post)
    client = sign_in(person)
    page = text_of(client.get("/bookmarks/"))
    assert "my note" in page
    assert "You cannot see this any more" in page
    for word in ("telling", "Aino Example", f"/threads/{post.pk}/"):
        assert word not in page, word
    assert "my note" not in text_of(client.get("/bookmarks/?q=telling"))
    assert "my note" not in text_of(client.get(f"/bookmarks/?in={place.pk}"))
    kept = program(person).get("/bookmarks").json()["items"][0]
    assert (kept["title"], kept["url"], kept["note"]) == ("", "", "my note")


def test_pages_are_kept_too(cast, sign_in):
    page = create_page(actor=cast.aino, community=cast.lab, title="Handbook of pumps", body="Text")
    client = sign_in(cast.ben)
    assert client.post(reverse("feed:bookmark_page", args=[page.pk]), {"note": "read"}).status_code == 302
    assert "Handbook of pumps" in text_of(client.get("/bookmarks/?q=handbook"))
    assert sign_in(cast.cleo).get(reverse("feed:bookmark_page", args=[page.pk])).status_code == 404
    cast.ben.memberships.filter(community=cast.lab).delete()
    assert "Handbook" not in text_of(client.get("/bookmarks/"))


@pytest.mark.parametrize("number", [3, 30])
def test_the_list_of_bookmarks_takes_a_fixed_number_of_queries(
    cast, say, sign_in, django_assert_max_num_queries, number
):
    """Session, person, menu, communities, bookmarks, posts; and one the onboarding path may use."""
    for n in range(number):
        actions.keep_bookmark(actor=cast.ben, post=say(cast.aino, cast.yard, f"Text {n}"))
    client = sign_in(cast.ben)
    client.get("/bookmarks/")
    with django_assert_max_num_queries(7):
        assert len(client.get("/bookmarks/").context["kept"]) == number


@pytest.mark.parametrize("query", ["?q=%00", "?in=x", "?in=99999999999999999999", "?q=" + "x" * 5000])
def test_made_up_questions_do_no_harm(cast, sign_in, query):
    assert sign_in(cast.ben).get(f"/bookmarks/{query}").status_code == 200
    assert sign_in(cast.ben).get("/bookmarks/?after=nonsense").status_code == 400


# --- Pins ------------------------------------------------------------------------------------------------------------


def order_of(client, query=""):
    items = client.get(f"/communities/yard/{query}").context["items"]
    return [item.row["body"] for item in items if isinstance(item, Item)]  # and not a line of what was moved away


def test_a_pin_stands_on_top_once_until_its_day_is_over(cast, say, sign_in):
    old = say(cast.aino, cast.yard, "Old and pinned")
    for n in range(25):
        say(cast.aino, cast.yard, f"New {n}")
    actions.pin_thread(actor=cast.mika, thread=old, until=soon())
    client = sign_in(cast.ben)
    for query in ("", "?order=newest"):
        shown = order_of(client, query)
        assert shown[0] == "Old and pinned"
        assert shown[1] == "New 24"
        assert len(shown) == 21
    older = client.get("/communities/yard/?order=activity").context["older"]
    assert "Old and pinned" not in order_of(client, older)
    old.refresh_from_db()
    old.pinned_until = timezone.now() - timedelta(minutes=1)
    old.save()
    assert order_of(client)[0] == "New 24"
    assert "Old and pinned" in order_of(client, older)


def test_a_pin_that_is_new_anyway_is_shown_once(cast, say, sign_in):
    say(cast.aino, cast.yard, "First")
    post = say(cast.aino, cast.yard, "Second")
    actions.pin_thread(actor=cast.mika, thread=post, until=soon())
    say(cast.aino, cast.yard, "Third")
    assert order_of(sign_in(cast.ben)) == ["Second", "Third", "First"]


def test_who_takes_a_pin_down_sees_it_in_its_place_others_on_top(cast, say, sign_in):
    post = say(cast.aino, cast.yard, "Pinned")
    actions.pin_thread(actor=cast.mika, thread=post, until=soon())
    say(cast.aino, cast.yard, "Newer")
    client = sign_in(cast.ben)
    answer = client.post(reverse("feed:pin_dismiss", args=[post.pk]), follow=True)
    assert order_of(client) == ["Newer", "Pinned"]
    assert order_of(sign_in(cast.aino)) == ["Pinned", "Newer"]
    assert f"/threads/{post.pk}/pin/dismiss/?show" in text_of(answer)
    client.post(f"/threads/{post.pk}/pin/dismiss/?show")
    assert order_of(client) == ["Pinned", "Newer"]
    actions.dismiss_pin(actor=cast.ben, thread=post)
    actions.pin_thread(actor=cast.mika, thread=post, until=soon(9))
    assert not PinDismissal.objects.exists()


def test_three_pins_and_no_more_by_moderators_alone(cast, say):
    threads = [say(cast.aino, cast.yard, f"Text {n}") for n in range(4)]
    for thread in threads[:3]:
        actions.pin_thread(actor=cast.mika, thread=thread, until=soon())
    with pytest.raises(ValidationError) as refused:
        actions.pin_thread(actor=cast.mika, thread=threads[3], until=soon())
    assert refused.value.code == "full"
    actions.pin_thread(actor=cast.mika, thread=threads[0], until=soon(5))  # its day may change
    actions.unpin_thread(actor=cast.mika, thread=threads[0])
    actions.pin_thread(actor=cast.mika, thread=threads[3], until=soon())
    for person in (cast.aino, cast.cleo, cast.root):
        with pytest.raises(PermissionDenied):
            actions.pin_thread(actor=person, thread=threads[0], until=soon())
    for until in (soon(-1), soon(400)):
        with pytest.raises(ValidationError):
            actions.pin_thread(actor=cast.mika, thread=threads[3], until=until)


def test_a_pin_ends_when_its_thread_is_moved_hidden_or_deleted(cast, say, sign_in):
    post = say(cast.aino, cast.yard, "Pinned")
    actions.pin_thread(actor=cast.mika, thread=post, until=soon())
    move_thread(actor=cast.mika, thread=post, community=cast.lab)
    post.refresh_from_db()
    assert post.pinned_until is None
    other = say(cast.aino, cast.yard, "Gone")
    actions.pin_thread(actor=cast.mika, thread=other, until=soon())
    posts.delete_post(actor=cast.aino, post=other)
    assert order_of(sign_in(cast.ben)) == []


def test_a_bad_day_is_said_next_to_the_field(cast, say, sign_in):
    post = say(cast.aino, cast.yard)
    for until in ("", "nonsense", "2001-01-01", "99999-01-01"):
        answer = sign_in(cast.mika).post(reverse("feed:pin", args=[post.pk]), {"until": until})
        assert answer.status_code == 422


def test_a_deletion_taken_back_does_not_make_a_fourth_pin(cast, say):
    threads = [say(cast.aino, cast.yard, f"Thread {number}") for number in range(4)]
    for thread in threads[:3]:
        actions.pin_thread(actor=cast.mika, thread=thread, until=soon())
    posts.delete_post(actor=cast.mika, post=threads[0])
    back = posts.restore_post(actor=cast.mika, post=threads[0])
    assert back.pinned_until is not None  # its place was free
    posts.delete_post(actor=cast.mika, post=threads[0])
    actions.pin_thread(actor=cast.mika, thread=threads[3], until=soon())
    back = posts.restore_post(actor=cast.mika, post=threads[0])
    assert back.pinned_until is None
    assert actions.pins_of(cast.yard.pk).count() == actions.MOST_PINS
