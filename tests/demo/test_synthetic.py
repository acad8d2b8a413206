"""The synthetic company: whole, deterministic, and like one that people made."""

from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, Max
from wagtail.models import Page

from feed.models import Post
from intranet.people.models import Community, User
from tests.builders import ensure_tree
from wiki.models import WikiPage


@pytest.fixture
def company(db):
    ensure_tree()
    call_command("load_company", people=40, communities=12, pages=60, posts=200, no_index=True, stdout=StringIO())


def test_company_has_the_size_that_was_asked_for(company):
    assert (User.objects.get_queryset().count(), Community.objects.count()) == (40, 12)
    assert (WikiPage.objects.count(), Post.objects.count()) == (60, 200)


def test_page_tree_is_sound(company):
    assert Page.find_problems() == ([], [], [], [], [])


def test_counters_agree_with_the_posts(company):
    threads = Post.objects.roots().annotate(real=Count("replies"), newest=Max("replies__created_at"))
    for thread in threads:
        assert thread.reply_count == thread.real
        assert thread.last_activity_at == (thread.newest or thread.created_at)


def test_everybody_who_posts_is_a_member(company):
    for post in Post.objects.select_related("community"):
        assert post.community.memberships.filter(user_id=post.author_id).exists()


def test_pages_are_read_and_edited_like_any_other(company, sign_in):
    reader = User.objects.get(email="p0@company.example")
    client = sign_in(reader)
    pages = list(WikiPage.objects.visible_to(reader))
    assert pages
    for page in pages:
        answer = client.get(page.get_absolute_url())
        assert answer.status_code == 200
        assert page.title in unescape(answer.text)
    assert page.latest_revision.as_object().body == page.body


def test_second_load_is_refused(company):
    with pytest.raises(CommandError):
        call_command("load_company", stdout=StringIO())
