"""How many questions each list asks: the same with a few rows and with many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intranet.people.models import Community, JoinRequest, Membership, Team, User

# address -> at most so many queries; session, person and menu are in it
BUDGETS = {"/people/": 10, "/communities/": 9, "/communities/yard/members/": 14, "/people/mika.example/": 13}


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def more(cast, n):
    team = Team.objects.create(name=f"Team {n}")
    user = User.objects.create_user(
        f"m{n}@loikka.example", name=f"More {n}", handle=f"m{n}", team=team, manager=cast.mika, photo="ab" * 20
    )
    Membership.objects.create(user=user, community=cast.yard)
    asker = User.objects.create_user(f"a{n}@loikka.example", name=f"Asker {n}", handle=f"a{n}", team=team)
    JoinRequest.objects.create(user=asker, community=cast.yard)
    Community.objects.create(name=f"Other {n}", slug=f"other-{n}", kind="closed")


@pytest.mark.parametrize("address", BUDGETS)
def test_list_costs_the_same_with_3_and_30_rows(address, cast, sign_in):
    client = sign_in(cast.mika)
    for n in range(3):
        more(cast, n)
    client.get(address)
    few = queries(client, address)
    for n in range(3, 30):
        more(cast, n)
    assert queries(client, address) == few
    assert few <= BUDGETS[address]
