"""Merges that meet each other, writers and a killed process: one tag stays, nothing is half done."""

import random
import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from taggit.models import Tag

from feed.actions import publish_post
from feed.models import TaggedPost
from intranet.activity.models import Activity
from intranet.people.actions import issue_token
from intranet.people.models import TagSynonym
from tests.builders import build_cast
from wiki.actions import create_page
from wiki.models import WikiPage
from wiki.tags.actions import merge_tags
from wiki.tags.readers import follow_tags

NAMES = ["red", "green", "blue", "grey"]


@pytest.mark.django_db(transaction=True)
def test_merges_across_each_other_while_others_write_leave_one_meaning_a_word():
    cast = build_cast()
    for name in NAMES:
        publish_post(actor=cast.aino, community=cast.yard, body=f"#{name}")
    people = [cast.mika, cast.root, cast.mika, cast.ben]
    keys = [issue_token(actor=one, owner=one, name=str(n), scope="write")[1] for n, one in enumerate(people)]
    answers: set[int] = set()
    failures: list[BaseException] = []
    together = threading.Barrier(len(people))

    def play(who: int) -> None:
        dice = random.Random(who)
        client = Client(headers={"Authorization": f"Bearer {keys[who]}"})
        json = {"content_type": "application/json"}
        together.wait()
        try:
            for turn in range(6):
                one, other = dice.sample(NAMES, 2)
                if people[who] == cast.ben:
                    post = {"community": "yard", "body": f"{turn} #{one} #{other}"}
                    answers.add(client.post("/api/v1/posts", post, **json).status_code)
                else:
                    answers.add(client.post(f"/api/v1/vocabulary/{one}/merge", {"into": other}, **json).status_code)
        except BaseException as error:  # told to the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=play, args=(who,)) for who in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    # 422: the two are one already.
    assert answers <= {200, 201, 422}
    tags = set(Tag.objects.filter(name__in=NAMES).values_list("name", flat=True))
    words = dict(TagSynonym.objects.values_list("name", "tag__name"))
    assert tags | words.keys() == set(NAMES)
    assert not tags & words.keys()
    assert set(words.values()) <= tags
    # Every post that was written has a tag that is there.
    assert set(TaggedPost.objects.values_list("tag__name", flat=True)) <= tags


def test_a_merge_that_did_not_end_has_not_begun(cast):
    page = create_page(actor=cast.aino, community=cast.yard, title="Page", body="#red", tags=["blue"])
    before = Activity.objects.count()

    def killed() -> None:
        with transaction.atomic():
            merge_tags(actor=cast.mika, tag=Tag.objects.get(name="red"), into=Tag.objects.get(name="blue"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert set(page.tags.names()) == {"red", "blue"}
    assert not TagSynonym.objects.exists()
    assert Activity.objects.count() == before


def test_a_reader_that_was_killed_half_way_goes_on(cast):
    pages = [
        create_page(actor=cast.aino, community=cast.yard, title=f"Page {n}", body="#red", tags=["green"])
        for n in range(4)
    ]
    create_page(actor=cast.aino, community=cast.yard, title="Blue", body="#blue")
    merge_tags(actor=cast.mika, tag=Tag.objects.get(name="red"), into=Tag.objects.get(name="blue"))
    done = [{"name": "green", "slug": "green"}, {"name": "blue", "slug": "blue", "inline": True}]
    WikiPage.objects.filter(pk__in=[page.pk for page in pages[:2]]).update(tag_names=done)
    rows = list(Activity.objects.filter(verb="tag.merged"))
    follow_tags(rows)
    assert all(WikiPage.objects.get(pk=page.pk).tag_names == done for page in pages)


def test_rows_of_merges_that_were_merged_on_do_no_harm(cast):
    page = create_page(actor=cast.aino, community=cast.yard, title="Page", body="#red", tags=["green", "blue"])
    for name, into in (("red", "green"), ("green", "blue")):
        merge_tags(actor=cast.mika, tag=Tag.objects.get(name=name), into=Tag.objects.get(name=into))
    follow_tags(list(Activity.objects.filter(verb="tag.merged")))
    assert WikiPage.objects.get(pk=page.pk).tag_names == [{"name": "blue", "slug": "blue"}]
