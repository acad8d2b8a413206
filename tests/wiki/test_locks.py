"""People who change pages that name each other, at the same time: all changes are made, and nobody meets an error."""

import random
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from intranet.middleware import AtomicWrites
from intranet.people.actions import issue_token
from tests.builders import build_cast
from wiki import actions
from wiki.models import WikiPage
from wiki.writing import TEXT_COLUMNS, write_columns

TURNS = 14
API = "/api/v1/pages"


@pytest.mark.django_db(transaction=True)
def test_changes_of_pages_that_name_each_other_all_come_through():
    cast = build_cast()
    people = [cast.aino, cast.ben, cast.mika, cast.aino]
    keys = [issue_token(actor=one, owner=one, name=str(n), scope="write")[1] for n, one in enumerate(people)]
    top = actions.create_page(actor=cast.aino, community=cast.yard, title="Top 0")
    pages = [top, *(actions.create_page(actor=cast.aino, parent=top, title=f"Page {n} a") for n in range(1, 5))]
    for page in pages:
        names = " ".join(f"[[{other.title}]]" for other in pages)
        actions.save_page(actor=cast.aino, page=page, base_revision_id=page.live_revision_id, body=names)
    numbers = [page.pk for page in pages]
    answers: set[int] = set()
    failures: list[BaseException] = []
    together = threading.Barrier(len(people))

    def act(client: Client, name: str, turn: int, pk: int):
        url, more = f"{API}/{pk}", {"content_type": "application/json"}
        page = WikiPage.objects.get(pk=pk)
        if turn % 6 == 5:
            return client.patch(f"{url}/place", {"after": 0}, **more)
        if turn % 6 == 4:
            return client.put(f"{url}/reactions/helped", {}, **more)
        if turn % 6 == 3:
            new = {"title": f"New {name}", "markdown": page.body, "parent": top.pk}
            made = client.post(API, new, **more)
            return client.delete(f"{API}/{made.json()['id']}") if made.status_code == 201 else made
        return client.patch(url, {"base_revision": page.live_revision_id, "title": f"Page {pk} {name}"}, **more)

    def play(who: int) -> None:
        dice = random.Random(who)
        client = Client(headers={"Authorization": f"Bearer {keys[who]}"})
        together.wait()
        try:
            for turn in range(TURNS):
                answers.add(act(client, f"{who} {turn}", turn, dice.choice(numbers)).status_code)
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
    # 409: somebody else gave the page another title meanwhile.
    assert answers <= {200, 201, 204, 409}


class Thrown(Exception):  # noqa: N818  # like psycopg's
    sqlstate = "40P01"


@pytest.mark.parametrize(("times", "comes_through"), [(1, True), (3, True), (4, False)])
def test_change_that_the_database_throws_away_is_made_again(db, rf, times, comes_through):
    seen = []

    def view(request):
        seen.append((request.POST["title"], request.FILES["file"].read()))
        if len(seen) <= times:
            raise OperationalError("deadlock detected") from Thrown()
        return HttpResponse("done")

    request = rf.post("/", {"title": "Plan", "file": SimpleUploadedFile("a.txt", b"all of it")})
    middleware = AtomicWrites(lambda _request: HttpResponse())
    if comes_through:
        assert middleware.process_view(request, view, (), {}).content == b"done"
    else:
        with pytest.raises(OperationalError):
            middleware.process_view(request, view, (), {})
    assert set(seen) == {("Plan", b"all of it")}


def test_save_that_began_before_a_rename_above_leaves_the_way_as_it_is_now(cast):
    above = actions.create_page(actor=cast.aino, community=cast.yard, title="Above")
    stale = WikiPage.objects.get(pk=actions.create_page(actor=cast.aino, parent=above, title="Below").pk)
    actions.save_page(
        actor=cast.ben, page=above, base_revision_id=above.live_revision_id, title="Over", body=above.body
    )
    write_columns(stale, TEXT_COLUMNS)
    stale.refresh_from_db()
    assert [step["title"] for step in stale.crumbs] == ["Over"]
