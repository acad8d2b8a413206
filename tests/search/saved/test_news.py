"""What counts as new to somebody who keeps a search: every kind of thing, others' doing, and nothing that hides behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feed.actions import edit_post, publish_post
from intranet.activity.models import Activity
from intranet.people.actions import change_profile, create_community
from intranet.people.models import Membership
from search.saved import changes, looking
from search.saved.models import SavedSearch, UndatedChange
from tests.builders import make_person
from tests.search.saved.test_saved import told, watch
from wiki.actions import create_page
from wiki.onboarding import actions as onboarding
from wiki.tags.actions import rename_tag

NEW = ["New results: Moon"]


@pytest.fixture
def moderated(cast):
    """Return Lab, where Mika leads: she makes paths."""
    Membership.objects.update_or_create(
        user=cast.mika, community=cast.lab, defaults={"role": Membership.Role.MODERATOR}
    )
    return cast.lab


def new_path(cast, place, title="Sauvakävelyn polku"):
    return onboarding.create_path(actor=cast.mika, community=place, title=title)


def test_new_path_is_told_to_who_may_read_its_community_and_not_to_who_made_it(cast, house, worker, moderated):
    for user in cast.people.values():
        watch(user, "q=sauvakävely")
    new_path(cast, moderated)
    worker()
    assert [name for name, user in cast.people.items() if told(user)] == ["aino", "ben", "gita"]
    worker()
    assert Activity.objects.filter(verb="search.found").count() == 3


def test_path_that_was_there_is_no_news_until_it_has_the_words(cast, house, worker, moderated):
    path, known = new_path(cast, moderated, "Ensimmäinen viikko"), new_path(cast, moderated)
    worker()
    watch(cast.ben, "q=sauvakävely")
    onboarding.change_path(actor=cast.mika, path=known, title=known.title, purpose="Uusille", language="fi")
    worker()
    assert told(cast.ben) == []
    onboarding.change_path(actor=cast.mika, path=path, title="Sauvakävelyn viikko", purpose="", language="fi")
    worker()
    assert told(cast.ben) == NEW


def test_skill_somebody_else_has_learned_is_news_and_ones_own_is_not(cast, house, worker):
    for user in (cast.ben, cast.cleo, cast.gita):
        watch(user, "q=lasinpuhallus&kind=person")
    change_profile(actor=cast.cleo, person=cast.cleo, skills=["lasinpuhallus"])
    worker()
    assert (told(cast.ben), told(cast.cleo), told(cast.gita)) == (NEW, [], [])  # Gita knows nothing of Cleo


def test_new_community_is_news_to_everybody_but_its_founder(cast, house, worker):
    for user in (cast.ben, cast.cleo):
        watch(user, "q=sauvakävely")
    create_community(actor=cast.cleo, name="Sauvakävelyn väki", kind="closed")
    create_community(actor=cast.root, name="Sauvakävely salassa", kind="hidden")
    worker()
    assert (told(cast.ben), told(cast.cleo)) == (NEW, [])
    assert SavedSearch.objects.filter(user=cast.ben).values_list("known", flat=True)[0][0].startswith("community:")
    assert len(SavedSearch.objects.filter(user=cast.ben).values_list("known", flat=True)[0]) == 1


def test_tag_is_news_where_it_becomes_visible_and_when_it_gets_the_name(cast, house, worker):
    for user in (cast.ben, cast.cleo, cast.aino):
        watch(user, "q=sammalikko&kind=tag")
    publish_post(actor=cast.aino, community=cast.lab, body="Asia #sammalikko")
    worker()
    assert (told(cast.ben), told(cast.cleo), told(cast.aino)) == (NEW, [], [])
    watch(cast.cleo, "q=täysikuu&kind=tag", "Full")
    tag = house.pages["yard"].tags.get(slug="kuutamo")
    rename_tag(actor=cast.root, tag=tag, name="täysikuu")
    worker()
    assert told(cast.cleo) == ["New results: Full"]


def test_post_that_comes_to_have_the_words_by_an_edit_long_after_is_news(cast, house, worker):
    post = publish_post(actor=cast.aino, community=cast.yard, body="Retki")
    type(post).objects.filter(pk=post.pk).update(created_at=timezone.now() - timedelta(days=9))
    worker()
    watch(cast.ben)
    post.refresh_from_db()
    edit_post(actor=cast.aino, post=post, body="Retki kuutamolla")
    worker()
    assert told(cast.ben) == NEW


def test_ones_own_posts_and_what_one_knows_hide_no_older_news(cast, house, worker):
    saved = watch(cast.ben)
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo nousee")
    for number in range(25):
        publish_post(actor=cast.ben, community=cast.yard, body=f"Kuutamo minun {number}")
    worker()
    assert told(cast.ben) == NEW
    saved.refresh_from_db()
    again = [page.pk for page in (create_page(actor=cast.aino, community=cast.yard, title=f"Kuutamo {n}", body="x")
                                  for n in range(25))]  # fmt: skip
    SavedSearch.objects.filter(pk=saved.pk).update(known=[f"page:{pk}" for pk in again] + saved.known)
    last = publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo viimein")
    type(last).objects.filter(pk=last.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    worker()
    saved.refresh_from_db()
    assert saved.known[0] == f"post:{last.pk}"


def test_everything_that_came_at_once_is_told_once(cast, house, worker):
    watch(cast.ben)
    for number in range(30):
        publish_post(actor=cast.aino, community=cast.yard, body=f"Kuutamo {number}")
    worker()
    publish_post(actor=cast.ben, community=cast.yard, body="Kuutamo, sanon minäkin")
    looking.mark({"*", "kuutamo"})
    SavedSearch.objects.update(looked_at=timezone.now())
    worker()
    assert Activity.objects.filter(verb="search.found").count() == 1


def test_search_is_looked_after_however_much_keeps_coming(cast, house):
    """A mark that is made anew does not put off the look: what waits, waits since its first mark."""
    saved = watch(cast.ben, "is=mine&kind=post")
    first = timezone.now() - timedelta(minutes=5)
    SavedSearch.objects.update(due_at=first, marked_at=first, looked_at=first - timedelta(hours=2))
    looking.mark({"*"})
    saved.refresh_from_db()
    assert saved.due_at == first
    assert saved.marked_at > first
    looking.look_at_due()
    saved.refresh_from_db()
    assert saved.looked_at > first
    assert saved.due_at == saved.marked_at > first  # what came a moment ago is looked for again


def test_what_changed_is_written_only_while_somebody_watches_and_forgotten_after_days(cast, house, worker):
    change_profile(actor=cast.cleo, person=cast.cleo, skills=["lasi"])
    worker()
    assert not UndatedChange.objects.exists()
    watch(cast.ben)
    change_profile(actor=cast.cleo, person=cast.cleo, skills=["puu"])
    worker()
    assert {"person", "tag"} == {row.uid.partition(":")[0] for row in UndatedChange.objects.all()}
    changes.forget_changes()
    assert UndatedChange.objects.exists()
    UndatedChange.objects.update(at=timezone.now() - timedelta(days=4))
    changes.forget_changes()
    assert not UndatedChange.objects.exists()


def test_batch_of_the_diary_asks_the_same_with_three_rows_and_with_thirty(cast, house):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    watch(cast.ben)
    counts = []
    for many in (3, 30):
        people = [make_person(f"P{many}x{number}") for number in range(many)]
        for person in people:
            change_profile(actor=person, person=person, skills=["lasi"])
        rows = list(Activity.objects.filter(verb="user.changed", actor__in=people))
        assert len(rows) == many
        with CaptureQueriesContext(connection) as asked:
            changes.note_changes(rows)
        counts.append(len(asked))
    assert counts[0] == counts[1]
