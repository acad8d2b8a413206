"""Two people who move pages at once never leave the tree in pieces."""

import random
import threading

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import connection
from wagtail.models import Page

from tests.builders import build_cast
from wiki import actions
from wiki.models import WikiPage

TURNS = 12


@pytest.mark.django_db(transaction=True)
def test_moves_at_once_leave_a_whole_tree():
    cast = build_cast()
    people = [cast.aino, cast.ben, cast.mika]
    tops = [actions.create_page(actor=cast.aino, community=cast.yard, title=f"Top {n}") for n in range(4)]
    pages = [*tops, *(
        actions.create_page(actor=cast.aino, parent=tops[n % 4], title=f"Page {n}") for n in range(8)
    )]  # fmt: skip
    numbers = [page.pk for page in pages]
    failures: list[BaseException] = []
    together = threading.Barrier(len(people))

    def play(who: int) -> None:
        dice = random.Random(who)
        together.wait()
        try:
            for turn in range(TURNS):
                page, parent = dice.sample(numbers, 2)
                try:
                    if turn % 4 == 3:
                        actions.create_page(actor=people[who], parent=parent, title=f"New {who} {turn}")
                    else:
                        actions.place_page(actor=people[who], page=page, parent=parent, after=0)
                except (ValidationError, ObjectDoesNotExist):
                    continue  # a page below itself, a title that is there: refused in words
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
    assert not any(Page.find_problems())
    for page in WikiPage.objects.select_related("parent_page"):
        assert page.path[: -page.steplen] == page.parent_page.path, page.title
        assert len(page.crumbs) == page.depth - 4
        above = page.parent_page.specific
        assert page.address.rsplit("/", 1)[0] == (above.address if isinstance(above, WikiPage) else "yard")
