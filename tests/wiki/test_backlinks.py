"""What links to a page: pages, posts and steps of paths, each shown to those who may read it and to nobody else."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from feed.actions import delete_post, edit_post, publish_post, reply_to_post
from feed.models import Post
from intranet.activity.models import Activity
from intranet.people.actions import change_community
from wiki import actions, reading
from wiki.models import PostLink, WikiPage
from wiki.onboarding.actions import create_path, remove_step, save_step
from wiki.onboarding.models import Step, StepLink

READERS = {
    "yard": {"aino", "ben", "cleo", "mika", "root"},
    "lab": {"aino", "ben", "mika"},  # Gita reads the lab, but not the page in the yard
    "vault": {"aino", "ben", "mika"},
}
CAST = ("aino", "ben", "cleo", "mika", "gita", "root")
MARK = "Kuukkeli"


def read_diary():
    """Call the readers this is about with what they have not had, as the dispatcher does."""
    rows = list(Activity.objects.filter(dispatched_at__isnull=True).order_by("pk"))
    for name in ("wiki", "steps"):
        import_string(settings.ACTIVITY_READERS[name])(rows)
    Activity.objects.filter(pk__in=[row.pk for row in rows]).update(dispatched_at=timezone.now())


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def step_on(path, text="", actor=None, **fields):
    return save_step(actor=actor or path.owner, path=path, kind="read", title="Read it", text=text, **fields)


def seen_by(user, page):
    around = reading.surroundings(user, {"pk": page.pk, "contributors": []})
    return {kind: len(around[kind]) for kind in ("posts", "steps")}


@pytest.mark.parametrize("place", sorted(READERS))
@pytest.mark.parametrize("who", CAST)
def test_posts_and_steps_that_link_here_are_shown_to_their_readers_only(cast, write, sign_in, who, place):
    page = write("Coffee")
    community = getattr(cast, place)
    publish_post(actor=cast.aino, community=community, body=f"{MARK} says [[Coffee]]")
    path = create_path(actor=cast.mika, community=community, title=f"{MARK} path")
    step_on(path, page=page)
    read_diary()
    answer = sign_in(cast.people[who]).get(page.get_absolute_url())
    if who == "gita":
        assert answer.status_code == 404
        return
    told = answer.content.decode()
    reads = who in READERS[place]
    assert told.count(MARK) == (2 if reads else 0)
    assert ("What links here" in told) == reads
    assert (f"/paths/{path.slug}/" in told) == reads
    assert ("/threads/" in told) == reads
    assert seen_by(cast.people[who], page) == {"posts": int(reads), "steps": int(reads)}


@pytest.mark.parametrize(
    "body",
    ["[[Coffee]]", "[[coffee|a cup]]", "[x](/wiki/yard/coffee/)", "http://testserver/wiki/yard/coffee/", "[y](/wiki/id/{pk}/#h)"],
)  # fmt: skip
def test_a_post_links_by_title_and_by_address(cast, write, body):
    page = write("Coffee")
    post = publish_post(actor=cast.ben, community=cast.yard, body=body.format(pk=page.pk))
    read_diary()
    (shown,) = reading.surroundings(cast.aino, {"pk": page.pk, "contributors": []})["posts"]
    assert (shown["author"], shown["place"], shown["url"]) == ("Ben Example", "Yard", post.get_absolute_url())


def test_replies_link_too_and_lead_to_themselves(cast, write):
    page = write("Coffee")
    thread = publish_post(actor=cast.ben, community=cast.yard, body="Where?")
    reply = reply_to_post(actor=cast.aino, post=thread, body="In [[Coffee]]")
    read_diary()
    (shown,) = reading.surroundings(cast.aino, {"pk": page.pk, "contributors": []})["posts"]
    assert (shown["url"], shown["title"]) == (reply.get_absolute_url(), "In Coffee")


def test_deleted_and_edited_posts_link_no_more(cast, write):
    page = write("Coffee")
    gone = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]]")
    other = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]]")
    read_diary()
    assert seen_by(cast.aino, page)["posts"] == 2
    delete_post(actor=cast.ben, post=gone)
    assert seen_by(cast.aino, page)["posts"] == 1  # at once, not when the diary is read
    edit_post(actor=cast.ben, post=other, body="Tea")
    read_diary()
    assert seen_by(cast.aino, page)["posts"] == 0
    assert not PostLink.objects.filter(source=other).exists()


def test_a_post_that_names_no_page_has_no_rows(cast, write):
    write("Coffee")
    publish_post(actor=cast.ben, community=cast.yard, body="`[[Coffee]]` and /wiki/yard/coffee and [z](/wiki/)")
    read_diary()
    assert not PostLink.objects.exists()


def test_links_across_closed_communities_bind_nothing(cast, write):
    page = write("Secret", community=cast.vault)
    publish_post(actor=cast.aino, community=cast.lab, body="[[Secret]] [x](/wiki/vault/secret/)")
    read_diary()
    assert list(PostLink.objects.values_list("key", "target")) == [("secret", None)]
    assert seen_by(cast.aino, page)["posts"] == 0


def test_the_number_of_queries_stays(cast, write, sign_in, django_assert_num_queries):
    page = write("Coffee")
    path = create_path(actor=cast.mika, community=cast.yard, title="First days")
    client = sign_in(cast.aino)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page.get_absolute_url())
    with CaptureQueriesContext(connection) as before:
        client.get(page.get_absolute_url())
    for number in range(40):
        publish_post(actor=cast.ben, community=cast.yard, body=f"{number} [[Coffee]]")
        step_on(path, text="[[Coffee]]")
    read_diary()
    with django_assert_num_queries(len(before)):
        html = client.get(page.get_absolute_url()).content.decode()
    assert seen_by(cast.aino, page) == {"posts": 30, "steps": 40}
    assert "39 Coffee" in html
    assert ">9 Coffee" not in html  # the newest thirty


def test_the_dialog_before_deleting_says_all_that_links_here(cast, write, sign_in):
    page = write("Coffee")
    write("Guide", "[[Coffee]]")
    publish_post(actor=cast.ben, community=cast.yard, body="Try [[Coffee]]")
    step_on(create_path(actor=cast.mika, community=cast.vault, title="Hidden way"), page=page)
    read_diary()
    told = sign_in(cast.ben).get(f"/wiki/id/{page.pk}/delete/").content.decode()
    assert all(words in told for words in ("Guide", "Try Coffee", "Hidden way: Read it"))


# --- Following a page ------------------------------------------------------------------------------------------------


def test_red_link_in_a_post_lives_when_the_page_is_made_and_turns_red_in_the_trash(cast, write):
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[coffee  Machine]] and [[Tea]]")
    reply = reply_to_post(actor=cast.ben, post=post, body="[[Coffee machine]]")
    read_diary()
    assert fresh(post).html.count("redlink") == 2
    page = write("Coffee machine")
    read_diary()
    for said, red in ((post, 1), (reply, 0)):
        assert 'href="/wiki/yard/coffee-machine/"' in fresh(said).html
        assert fresh(said).html.count("redlink") == red
    assert seen_by(cast.aino, page)["posts"] == 2
    actions.trash_page(actor=cast.ben, page=page)
    read_diary()
    assert fresh(post).html.count("redlink") == 2
    actions.untrash_page(actor=cast.ben, page=page)
    read_diary()
    assert fresh(post).html.count("redlink") == 1
    assert seen_by(cast.aino, page)["posts"] == 2


def test_a_link_by_address_is_there_again_when_the_page_is_restored(cast, write):
    page = write("Coffee")
    publish_post(actor=cast.ben, community=cast.yard, body="[x](/wiki/yard/coffee/)")
    read_diary()
    actions.trash_page(actor=cast.ben, page=page)
    read_diary()
    actions.untrash_page(actor=cast.ben, page=page)
    read_diary()
    assert seen_by(cast.aino, page)["posts"] == 1


def test_red_link_lives_whichever_of_the_two_the_diary_tells_first(cast, write):
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]]")
    write("Coffee")
    read_diary()  # the post's line and the page's in one go: the page was there when the post was looked at
    assert "redlink" not in fresh(post).html


def test_red_link_never_leads_into_another_closed_community(cast, write):
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[Secret]]")
    write("Secret", community=cast.vault)
    read_diary()
    assert "redlink" in fresh(post).html
    assert "vault" not in fresh(post).html


def test_page_of_a_community_that_closes_is_no_longer_named_elsewhere(cast, write):
    write("Coffee")
    post = publish_post(actor=cast.aino, community=cast.lab, body="[[Coffee]]")
    read_diary()
    assert "/wiki/yard/coffee/" in fresh(post).html
    change_community(actor=cast.mika, community=cast.yard, kind="closed")
    read_diary()
    assert "/wiki/yard/coffee/" not in fresh(post).html
    change_community(actor=cast.mika, community=cast.yard, kind="open")
    read_diary()
    assert "/wiki/yard/coffee/" in fresh(post).html


def test_renaming_takes_posts_along_and_is_no_edit_of_theirs(cast, write):
    page = write("Coffee")
    child = write("Beans", parent=page)
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]], [[coffee|a cup]], [[Beans]]")
    read_diary()
    actions.rename_page(actor=cast.aino, page=page, title="Tea room")
    read_diary()
    post = fresh(post)
    assert post.body == "[[Tea room]], [[Tea room|a cup]], [[Beans]]"
    assert post.html.count('href="/wiki/yard/tea-room/"') == 2
    assert '/wiki/yard/tea-room/beans/"' in post.html
    assert (post.edited_at, post.versions.count()) == (None, 0)
    assert seen_by(cast.aino, page)["posts"] == seen_by(cast.aino, child)["posts"] == 1
    read_diary()
    assert fresh(post).body == post.body


def test_a_title_that_cannot_stand_in_brackets_keeps_its_links_by_identity(cast, write):
    page, guide = write("Coffee"), write("Guide", "[[Coffee]]")
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]]")
    read_diary()
    actions.rename_page(actor=cast.aino, page=page, title="Coffee [new]")
    read_diary()
    write("Coffee")  # another one: the old links are not its own
    read_diary()
    for text in (fresh(post), WikiPage.objects.get(pk=guide.pk)):
        assert text.body == "[[Coffee]]"
        assert 'href="/wiki/yard/coffee-new/"' in text.html


def test_a_moved_page_is_linked_at_its_new_address(cast, write):
    page, place = write("Coffee"), write("Kitchen")
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]]")
    read_diary()
    actions.move_page(actor=cast.aino, page=page, parent=place)
    read_diary()
    assert 'href="/wiki/yard/kitchen/coffee/"' in fresh(post).html


def test_a_post_edited_between_keeps_what_its_author_wrote(cast, write):
    post = publish_post(actor=cast.ben, community=cast.yard, body="[[Coffee]]")
    read_diary()
    write("Coffee")
    edit_post(actor=cast.ben, post=post, body="[[Tea]]")
    read_diary()
    assert fresh(post).body == "[[Tea]]"
    assert list(PostLink.objects.values_list("key", flat=True)) == ["tea"]


# --- Steps -----------------------------------------------------------------------------------------------------------


def test_text_of_a_step_links_and_follows(cast, write):
    path = create_path(actor=cast.mika, community=cast.yard, title="First days")
    step = step_on(path, text="Read [[Coffee]] first")
    assert "redlink" in step.html
    page = write("Coffee")
    read_diary()
    assert "redlink" not in fresh(step).html
    assert seen_by(cast.aino, page) == {"posts": 0, "steps": 1}
    actions.rename_page(actor=cast.aino, page=page, title="Tea room")
    read_diary()
    step = fresh(step)
    assert step.text == "Read [[Tea room]] first"
    assert 'href="/wiki/yard/tea-room/"' in step.html
    actions.trash_page(actor=cast.aino, page=page)
    read_diary()
    assert "redlink" in fresh(step).html
    other = step_on(path)
    remove_step(actor=cast.mika, step=step)
    remove_step(actor=cast.mika, step=other)  # the one before it cannot come back any more
    assert not StepLink.objects.exists()
    assert list(Step.objects.all()) == [other]


def test_a_step_that_names_the_page_twice_is_one_line(cast, write):
    page = write("Coffee")
    path = create_path(actor=cast.mika, community=cast.yard, title="First days")
    step_on(path, text="[[Coffee]] [x](/wiki/yard/coffee/)", page=page)
    assert reading.surroundings(cast.ben, {"pk": page.pk, "contributors": []})["steps"] == [
        {"title": "First days: Read it", "url": f"/paths/{path.slug}/", "place": "Yard"}
    ]


def test_old_posts_come_after_new_ones(cast, write):
    page = write("Coffee")
    for days in (3, 1, 2):
        at = timezone.now() - timedelta(days=days)
        publish_post(actor=cast.ben, community=cast.yard, body=f"[[Coffee]] {days}", at=at)
    read_diary()
    posts = reading.surroundings(cast.ben, {"pk": page.pk, "contributors": []})["posts"]
    assert [post["title"][-1] for post in posts] == ["1", "2", "3"]
    assert Post.objects.count() == 3
