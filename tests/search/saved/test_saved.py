"""Searches that people keep: whose they are, and who is told of what new hits, when."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from feed.actions import publish_post, reply_to_post
from intranet.activity.dispatch import dispatch_due
from intranet.activity.models import Activity
from intranet.notifications.models import Notification
from intranet.notifications.reading import named
from intranet.people.models import Membership
from search.readers import index_activity
from search.saved import actions, looking
from search.saved.asking import canonical, needles
from search.saved.models import SavedSearch, SavedTerm
from search.words.actions import add_synonyms
from wiki.actions import create_page, save_page


def told(user) -> list[str]:
    rows = Notification.objects.visible_to(user).filter(event="found", read_at=None)
    return [notice.plain for notice in named(user, rows)]


def watch(user, address="q=kuutamo", name="Moon"):
    return actions.save_search(actor=user, address=address, name=name, watch=True)


@pytest.mark.parametrize(("given", "kept"), {
    "q=loma": "q=loma", "/search/?q=loma&page=3&sort=new": "q=loma", "tag=b&q=a&tag=c&tag=b": "q=a&tag=b&tag=c",
    "?kind=page&q=++loma++": "q=loma&kind=page", "q=mik%C3%A4%3F": "q=mik%C3%A4%3F", "q=a?b": "q=a%3Fb",
    "": "", "kind=page": "", "q=": "", "utm=1": "", "q=%00": "", "in=lab&is=open": "in=lab&is=open",
}.items())  # fmt: skip
def test_question_is_kept_in_one_form(given, kept):
    assert canonical(given) == kept
    assert canonical(kept) == kept


def test_everybody_sees_and_changes_only_her_own(cast, house, sign_in):
    mine = actions.save_search(actor=cast.aino, address="q=kuutamo", name="Only Aino knows")
    for name, user in cast.people.items():
        page = sign_in(user).get(reverse("search:saved")).content.decode()
        assert ("Only Aino knows" in page) is (name == "aino")
        if name != "aino":
            with pytest.raises(SavedSearch.DoesNotExist):
                actions.drop_search(actor=user, saved=mine.pk)


def test_diary_does_not_say_what_was_asked(cast, house):
    saved = watch(cast.aino, "q=irtisanominen", "irtisanominen")
    actions.change_search(actor=cast.aino, saved=saved.pk, name="irtisanoutuminen")
    actions.drop_search(actor=cast.aino, saved=saved.pk)
    rows = Activity.objects.filter(verb__startswith="search.")
    assert [row.verb for row in rows.order_by("pk")] == ["search.saved", "search.changed", "search.dropped"]
    assert "irti" not in repr(list(rows.values()))


def test_same_question_twice_is_one(cast, house):
    first = actions.save_search(actor=cast.aino, address="q=kuutamo&in=lab", name="One")
    again = actions.save_search(actor=cast.aino, address="?in=lab&q=kuutamo&page=2", name="Two", watch=True)
    assert first.pk == again.pk
    assert list(SavedSearch.objects.values_list("name", "is_watched")) == [("Two", True)]


def test_there_is_room_for_so_many(cast, house, monkeypatch):
    monkeypatch.setattr(actions, "MOST_SAVED", 3)
    monkeypatch.setattr(actions, "MOST_WATCHED", 2)
    for n in range(2):
        watch(cast.aino, f"q=a{n}")
    with pytest.raises(ValidationError, match="Switch one off"):
        watch(cast.aino, "q=b")
    assert SavedSearch.objects.count() == 2
    actions.save_search(actor=cast.aino, address="q=b")
    with pytest.raises(ValidationError, match="Remove one"):
        actions.save_search(actor=cast.aino, address="q=c")


def test_new_hit_is_told_to_who_may_see_it_once(cast, house, worker):
    for user in cast.people.values():
        watch(user)
    publish_post(actor=cast.mika, community=cast.lab, body="Kuutamolla taas")
    worker()
    seen = {name: told(user) for name, user in cast.people.items()}
    new = ["New results: Moon"]
    assert seen == {"aino": new, "ben": new, "gita": new, "mika": [], "cleo": [], "root": []}  # Mika wrote it
    Notification.objects.update(read_at=timezone.now())
    worker()
    worker()
    assert not any(told(user) for user in cast.people.values())


def test_several_hits_are_one_line_and_not_more_often_than_once_an_hour(cast, house, worker):
    watch(cast.ben)
    for _ in range(3):
        publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo nousee")
    worker()
    assert told(cast.ben) == ["New results: Moon"]
    assert Activity.objects.filter(verb="search.found").count() == 1
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo laskee")
    dispatch_due({"search": index_activity, "saved": looking.note_news})
    looking.look_at_due()  # at once: nothing
    assert Activity.objects.filter(verb="search.found").count() == 1
    worker()
    assert Activity.objects.filter(verb="search.found").count() == 2


def test_who_lost_her_membership_meanwhile_hears_nothing(cast, house, worker):
    watch(cast.ben)
    publish_post(actor=cast.aino, community=cast.vault, body="Kuutamo holvissa")
    Membership.objects.filter(user=cast.ben, community=cast.vault).delete()
    worker()
    assert told(cast.ben) == []
    assert not Activity.objects.filter(verb="search.found").exists()


def test_closed_account_hears_nothing_and_stops_nobody_else(cast, house, worker):
    watch(cast.ben)
    watch(cast.mika)
    cast.ben.is_active = False
    cast.ben.save()
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo")
    worker()
    assert not Notification.objects.filter(user=cast.ben, event="found").exists()
    assert told(cast.mika) == ["New results: Moon"]


def test_page_that_comes_to_have_the_words_is_new_and_one_that_had_them_is_not(cast, house, worker):
    page = create_page(actor=cast.aino, community=cast.yard, title="Retket", body="Tyhjä.")
    worker()
    watch(cast.ben)
    old = house.pages["yard"]
    old.refresh_from_db()
    save_page(actor=cast.aino, page=old.pk, base_revision_id=old.latest_revision_id, body="Kuutamossa, toisin sanoin.")
    worker()
    assert told(cast.ben) == []
    save_page(actor=cast.aino, page=page.pk, base_revision_id=page.latest_revision_id, body="Kuutamon aikaan.")
    worker()
    assert told(cast.ben) == ["New results: Moon"]


def test_some_of_the_words_are_no_new_hit(cast, house, worker):
    watch(cast.ben, "q=kuutamo+sieniretki")
    publish_post(actor=cast.aino, community=cast.yard, body="Sieniretki on huomenna")
    worker()
    assert told(cast.ben) == []
    publish_post(actor=cast.aino, community=cast.yard, body="Sieniretkellä kuutamo nousi")
    worker()
    assert told(cast.ben) == ["New results: Moon"]


@pytest.mark.parametrize("address", ["q=kuutamolla", "q=%22kuutamo+nousee%22", "q=aurinko+OR+kuutamo", "q=from:aino",
                                     "q=tag:kuutamo", "q=kuutamo+in:yard", "q=m%C3%A5nsken"])  # fmt: skip
def test_every_kind_of_question_hears_of_its_hits(cast, house, worker, address):
    add_synonyms(actor=cast.mika, words="månsken,kuutamo")
    watch(cast.ben, address)
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo nousee #kuutamo")
    worker()
    assert told(cast.ben) == ["New results: Moon"]


def test_synonym_of_later_counts_for_earlier_searches(cast, house, worker):
    watch(cast.ben, "q=månsken")
    add_synonyms(actor=cast.mika, words="månsken,kuutamo")
    reply_to_post(actor=cast.aino, post=house.posts["yard"], body="Kuutamo!")
    worker()
    assert told(cast.ben) == ["New results: Moon"]


def test_post_without_its_words_asks_no_search(cast, house, worker, monkeypatch):
    watch(cast.ben)
    publish_post(actor=cast.aino, community=cast.yard, body="Ihan muuta")
    monkeypatch.setattr(looking, "look", lambda saved: pytest.fail("asked"))
    worker()


def test_search_without_an_index_is_looked_at_later(cast, house, worker, monkeypatch):
    import shutil

    from search.engines import engine
    from search.readers import rebuild

    watch(cast.ben)
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo")
    dispatch_due({"search": index_activity, "saved": looking.note_news})
    folder = engine().store.folder
    shutil.rmtree(folder)
    worker()
    assert told(cast.ben) == []
    rebuild()
    worker()
    assert told(cast.ben) == ["New results: Moon"]


def test_search_that_cannot_be_asked_keeps_nobody_else_waiting(cast, house, worker, monkeypatch):
    watch(cast.mika)
    watch(cast.ben)
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo")

    def ask_some(user, *args, **words):
        if user == cast.mika:
            raise ValueError("no")
        return ask(user, *args, **words)

    ask = looking.ask
    with monkeypatch.context() as patch:
        patch.setattr(looking, "ask", ask_some)
        worker()
    assert told(cast.ben) == ["New results: Moon"]
    assert told(cast.mika) == []
    worker()
    assert told(cast.mika) == ["New results: Moon"]


def test_worker_killed_before_the_commit_tells_it_once_after_all(cast, house, worker, monkeypatch):
    watch(cast.ben)
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo")
    with monkeypatch.context() as patch:

        def killed(**_words):
            raise SystemExit

        patch.setattr(actions, "record", killed)
        with pytest.raises(SystemExit):
            worker()
    assert told(cast.ben) == []
    worker()
    worker()
    assert told(cast.ben) == ["New results: Moon"]
    assert Activity.objects.filter(verb="search.found").count() == 1


def test_switched_off_or_removed_one_tells_nothing_more(cast, house, worker):
    off, gone = watch(cast.ben), watch(cast.ben, "q=kuutamolla")
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo")
    worker()
    assert len(told(cast.ben)) == 2
    actions.drop_search(actor=cast.ben, saved=gone.pk)
    actions.change_search(actor=cast.ben, saved=off.pk, watch=False)
    publish_post(actor=cast.aino, community=cast.yard, body="Kuutamo taas")
    worker()
    assert Activity.objects.filter(verb="search.found").count() == 2
    assert told(cast.ben) == ["New results: Moon"]  # what was told stays; what is gone has no name any more
    assert not SavedTerm.objects.exists()


def test_cost_of_a_new_post_does_not_grow_with_the_searches_it_is_no_hit_of(
    cast, house, worker, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from search.documents import load_documents

    documents = list(load_documents([f"post:{house.posts['yard'].pk}"]))
    counts = []
    for many in (3, 30):
        for n in range(many):
            row = SavedSearch.objects.create(
                user=cast.ben, name=f"{n}", address=f"q=x{many}{n}", digest=f"{many}{n}", is_watched=True
            )
            SavedTerm.objects.bulk_create(SavedTerm(saved=row, term=term) for term in needles(row.address))
        with CaptureQueriesContext(connection) as asked:
            looking.mark(looking.terms_of(documents))
        counts.append(len(asked))
    assert counts[0] == counts[1] == 1


def test_terms_follow_when_words_are_read_otherwise(cast, house):
    saved = watch(cast.ben)
    SavedTerm.objects.filter(saved=saved).update(term="old")
    looking.renew_terms()
    assert "kuutamo" in set(SavedTerm.objects.values_list("term", flat=True))


def test_list_asks_the_same_with_three_rows_and_with_thirty(cast, house, sign_in):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    aino, counts = sign_in(cast.aino), set()
    for n in range(30):
        actions.save_search(actor=cast.aino, address=f"q=a{n}")
        if n in {2, 29}:
            aino.get(reverse("search:saved"))
            with CaptureQueriesContext(connection) as asked:
                aino.get(reverse("search:saved"))
            counts.add(len(asked))
    assert len(counts) == 1


def test_search_is_saved_from_its_results_taken_away_and_back(cast, house, sign_in):
    ben = sign_in(cast.ben)
    page = ben.get(reverse("search:search"), {"q": "kuutamo in:yard"}).content.decode()
    assert f"{reverse('search:saved')}?q=kuutamo+in%3Ayard" in page
    form = ben.get(reverse("search:saved") + "?q=kuutamo+in%3Ayard").context["form"]
    ben.post(reverse("search:saved"), {"address": form["address"].value(), "name": "", "watch": "on"})
    saved = SavedSearch.objects.get()
    assert (saved.name, saved.is_watched) == ("kuutamo in:yard", True)
    answer = ben.post(reverse("search:saved_remove", args=[saved.pk]), follow=True)
    *_others, message = answer.context["messages"]
    ben.post(message.extra_tags.removeprefix("undo:"))
    again = SavedSearch.objects.get()
    assert (again.name, again.address, again.is_watched) == (saved.name, saved.address, True)


@pytest.mark.parametrize(
    "data", [{"address": "", "name": "x"}, {"address": "kind=page", "name": "x"}, {"address": "q=a", "name": "x" * 99}]
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(cast, house, sign_in, data):
    answer = sign_in(cast.ben).post(reverse("search:saved"), data)
    assert answer.status_code == 422
    assert f'value="{data["name"]}"' in answer.content.decode()
