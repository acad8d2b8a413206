"""What an open page asks for after a hint: as this reader may see it, in a fixed number of questions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feed import actions
from intranet.activity.live.hints import hints_of
from intranet.activity.models import Activity

STANDING, MENU = "/posts/standing/", "/menu/"


def ask(client, *posts):
    return client.get(STANDING, {"ids": ",".join(str(post.pk) for post in posts)})


@pytest.mark.parametrize(
    ("place", "readers"),
    [("yard", "aino ben cleo mika root"), ("lab", "aino ben mika gita"), ("vault", "aino ben mika")],
)
def test_posts_stand_only_before_those_who_may_see_them(cast, say, sign_in, place, readers):
    post = say(cast.aino, getattr(cast, place))
    for name, person in cast.people.items():
        html = ask(sign_in(person), post).content.decode()
        assert (f'data-post="{post.pk}"' in html) == (name in readers.split()), name


def test_reactions_replies_and_unread_are_as_they_are_now(cast, say, answer, sign_in):
    post = say(cast.aino, cast.yard)
    reply = answer(cast.mika, post)
    actions.react(actor=cast.ben, post=reply, kind="love")
    html = ask(sign_in(cast.ben), post, reply).content.decode()
    assert f'data-post="{post.pk}" data-unread="1"' in html
    assert "1 reply" in html
    assert 'name="unreact" value="love" aria-pressed="true"' in html
    post.refresh_from_db()
    actions.mark_read(actor=cast.ben, thread=post, until=reply.created_at)
    assert f'data-post="{post.pk}" data-unread="0"' in ask(sign_in(cast.ben), post).content.decode()
    outsider = ask(sign_in(cast.cleo), post, reply).content.decode()
    assert "<form" not in outsider
    assert "1</span>" in outsider


def test_many_posts_cost_as_many_questions_as_few(cast, say, sign_in):
    posts, client, counted = [say(cast.aino, cast.yard, f"Number {n}") for n in range(30)], sign_in(cast.ben), []
    ask(client, *posts)
    for number in (3, 30):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ask(client, *posts[:number]).content.count(b"data-post") == number
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 4


@pytest.mark.parametrize("ids", ["", "x", "1,", "-1", "1;2", "٣", "9" * 400, "1\x00"])
def test_nonsense_is_answered_shortly(cast, sign_in, ids):
    answer = sign_in(cast.aino).get(STANDING, {"ids": ids})
    assert answer.status_code in {200, 400}
    assert b"data-post" not in answer.content


def test_menu_counts_what_is_unread_now_and_marks_the_place(cast, say, sign_in):
    ben = sign_in(cast.ben)
    say(cast.aino, cast.yard)
    html = ben.get(MENU, {"at": "/communities/yard/"}).content.decode()
    assert 'href="/communities/yard/" aria-current="page"' in html
    assert '<span class="count">1' in html
    for at in ("//evil.example/", "javascript:x", '"><script>', "\x00"):
        answer = ben.get(MENU, {"at": at})
        assert answer.status_code == 200
        assert "evil" not in answer.content.decode()
        assert "<script>" not in answer.content.decode()


def test_menu_names_nothing_that_is_not_mine(cast, sign_in):
    assert "Vault" not in sign_in(cast.cleo).get(MENU).content.decode()
    gita = sign_in(cast.gita).get(MENU).content.decode()
    assert "Lab" in gita
    assert "Yard" not in gita


def test_reading_is_said_to_ones_own_tabs_alone(cast, say, sign_in):
    post = say(cast.aino, cast.yard)
    sign_in(cast.ben).post(reverse("feed:thread_read", args=[post.pk]))
    row = Activity.objects.get(verb="post.read")
    assert [tuple(hint) for hint in hints_of(row)] == [
        (f"me:{cast.ben.pk}", (f"me:{cast.ben.pk}", f"thread:{post.pk}"))
    ]
