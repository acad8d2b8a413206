"""What the verbs of people and communities do, refuse and write down."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from intranet.activity.models import Activity
from intranet.activity.worker import run_ready_tasks
from intranet.people import actions
from intranet.people.models import AccessToken, Community, Follow, JoinRequest, Membership, User
from tests.builders import ensure_tree, make_person


def verbs() -> list[str]:
    return list(Activity.objects.order_by("id").values_list("verb", flat=True))


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def test_new_employee_is_in_everyone_and_can_be_told(cast):
    ensure_tree()
    person = actions.add_person(actor=cast.root, email="Uusi@Loikka.example", name="Uusi Äijälä", send_link=True)
    assert (person.email, person.handle) == ("uusi@loikka.example", "uusi.aijala")
    assert Membership.objects.get(user=person).community == cast.everyone
    assert verbs() == ["user.joined", "community.joined"]
    with pytest.raises(ValidationError):
        actions.add_person(actor=cast.root, email="UUSI@loikka.example", name="Again")


def test_same_names_get_different_handles(cast):
    handles = [actions.add_person(actor=None, email=f"a{n}@x.example", name="Aino Example").handle for n in range(3)]
    assert handles == ["aino.example2", "aino.example3", "aino.example4"]
    assert actions.add_person(actor=None, email="new@x.example", name="New").handle == "new2"
    assert actions.add_person(actor=None, email="zhang@x.example", name="张伟").handle == "zhang"


@pytest.mark.parametrize("name", ["aino", "mika", "gita"])
def test_only_administrators_open_change_and_close_accounts(name, cast):
    actor = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        actions.add_person(actor=actor, email="x@x.example", name="X")
    with pytest.raises(PermissionDenied):
        actions.change_account(actor=actor, person=actor, is_staff=True)
    with pytest.raises(PermissionDenied):
        actions.close_account(actor=actor, person=cast.ben)
    with pytest.raises(PermissionDenied):
        actions.change_profile(actor=actor, person=cast.ben, about="x")


def test_closing_an_account_ends_everything_but_what_was_written(cast):
    actions.issue_token(actor=cast.ben, owner=cast.ben, name="x", scope="write")
    before = cast.ben.rights_version
    actions.close_account(actor=cast.root, person=cast.ben)
    cast.ben.refresh_from_db()
    assert not cast.ben.is_active
    assert cast.ben.rights_version > before
    assert not AccessToken.objects.filter(revoked_at__isnull=True).exists()
    assert not Membership.objects.filter(user=cast.ben).exists()
    assert Activity.objects.get(verb="user.left").data["communities"]
    actions.reopen_account(actor=cast.root, person=cast.ben)
    assert [m.community for m in Membership.objects.filter(user=cast.ben)] == [cast.everyone]


def test_columns_outside_the_list_are_a_mistake_of_ours(cast):
    with pytest.raises(ValueError, match="is_staff"):
        actions.change_profile(actor=cast.aino, person=cast.aino, is_staff=True)
    with pytest.raises(ValueError, match="email"):
        actions.change_account(actor=cast.root, person=cast.aino, email="x@x.example")
    with pytest.raises(ValueError, match="slug"):
        actions.change_community(actor=cast.mika, community=cast.lab, slug="x")


def test_guest_becomes_neither_administrator_nor_moderator(cast):
    with pytest.raises(ValidationError):
        actions.change_account(actor=cast.root, person=cast.gita, is_staff=True)
    with pytest.raises(ValidationError):
        actions.change_role(actor=cast.mika, community=cast.lab, person=cast.gita, role="moderator")


def test_everyone_cannot_be_left_emptied_or_closed(cast):
    with pytest.raises(ValidationError):
        actions.leave_community(actor=cast.aino, community=cast.everyone)
    with pytest.raises(ValidationError):
        actions.remove_member(actor=cast.mika, community=cast.everyone, person=cast.aino)
    with pytest.raises(ValidationError):
        actions.change_community(actor=cast.mika, community=cast.everyone, kind="closed")
    with pytest.raises(PermissionDenied):
        actions.invite_guest(
            actor=cast.mika, community=cast.everyone, email="g@x.example", name="G", active_until=in_days(3)
        )


def test_last_moderator_hands_over_first(cast):
    with pytest.raises(ValidationError, match="moderator first"):
        actions.leave_community(actor=cast.mika, community=cast.lab)
    with pytest.raises(ValidationError, match="moderator first"):
        actions.change_role(actor=cast.mika, community=cast.lab, person=cast.mika, role="member")
    actions.change_role(actor=cast.mika, community=cast.lab, person=cast.ben, role="moderator")
    actions.leave_community(actor=cast.mika, community=cast.lab)
    assert not Membership.objects.filter(user=cast.mika, community=cast.lab).exists()


@pytest.mark.parametrize(
    ("verb", "act"),
    [
        ("community.joined", lambda c: actions.join_community(actor=c.cleo, community=c.yard)),
        ("community.left", lambda c: actions.leave_community(actor=c.ben, community=c.yard)),
        ("community.invited", lambda c: actions.add_member(actor=c.mika, community=c.lab, person=c.cleo)),
        ("community.member_removed", lambda c: actions.remove_member(actor=c.mika, community=c.lab, person=c.ben)),
        (
            "community.member_changed",
            lambda c: actions.change_role(actor=c.mika, community=c.lab, person=c.ben, role="moderator"),
        ),
        ("community.entered", lambda c: actions.enter_community(actor=c.root, community=c.lab)),
    ],
)
def test_change_of_membership_is_recorded_and_counts_up_rights(verb, act, cast):
    target = {"community.joined": cast.cleo, "community.invited": cast.cleo, "community.entered": cast.root}.get(
        verb, cast.ben
    )
    before = User.objects.get_queryset().get(pk=target.pk).rights_version
    act(cast)
    assert User.objects.get_queryset().get(pk=target.pk).rights_version == before + 1
    row = Activity.objects.get()
    assert (row.verb, row.target_id) == (verb, str(target.pk))
    assert row.community_id is not None


def test_doing_it_twice_is_doing_it_once(cast):
    for _ in range(2):
        actions.join_community(actor=cast.cleo, community=cast.yard)
        actions.request_to_join(actor=cast.cleo, community=cast.lab)
        actions.follow_person(actor=cast.cleo, person=cast.aino)
    assert verbs() == ["community.joined", "community.requested", "user.followed"]


def test_request_is_decided_once(cast):
    request = actions.request_to_join(actor=cast.cleo, community=cast.lab, note="please")
    actions.decide_request(actor=cast.mika, join_request=request, granted=False)
    with pytest.raises(ValidationError):
        actions.decide_request(actor=cast.mika, join_request=request, granted=True)
    assert not Membership.objects.filter(user=cast.cleo, community=cast.lab).exists()
    again = actions.request_to_join(actor=cast.cleo, community=cast.lab)
    actions.decide_request(actor=cast.mika, join_request=again, granted=True)
    assert Membership.objects.filter(user=cast.cleo, community=cast.lab).exists()


def test_being_brought_in_answers_the_own_request(cast):
    actions.request_to_join(actor=cast.cleo, community=cast.lab)
    actions.add_member(actor=cast.mika, community=cast.lab, person=cast.cleo)
    assert not JoinRequest.objects.waiting().exists()


@pytest.mark.parametrize("name", ["aino", "cleo", "gita", "root"])
def test_only_moderators_of_the_place_decide(name, cast):
    actor = getattr(cast, name)
    request = actions.request_to_join(actor=cast.cleo, community=cast.lab)
    for act in (
        lambda: actions.decide_request(actor=actor, join_request=request, granted=True),
        lambda: actions.add_member(actor=actor, community=cast.lab, person=cast.cleo),
        lambda: actions.remove_member(actor=actor, community=cast.lab, person=cast.ben),
        lambda: actions.change_role(actor=actor, community=cast.lab, person=actor, role="moderator"),
        lambda: actions.change_community(actor=actor, community=cast.lab, kind="open"),
        lambda: actions.invite_guest(
            actor=actor, community=cast.lab, email="g@x.example", name="G", active_until=in_days(3)
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("name", ["aino", "cleo", "mika", "gita"])
def test_only_administrators_enter_and_never_a_hidden_one(name, cast):
    with pytest.raises(PermissionDenied):
        actions.enter_community(actor=getattr(cast, name), community=cast.lab)
    with pytest.raises(PermissionDenied):
        actions.enter_community(actor=cast.root, community=cast.vault)


def test_another_kind_counts_up_everybodys_rights(cast):
    before = dict(User.objects.get_queryset().values_list("pk", "rights_version"))
    actions.change_community(actor=cast.mika, community=cast.lab, purpose="Pumps")
    assert dict(User.objects.get_queryset().values_list("pk", "rights_version")) == before
    actions.change_community(actor=cast.mika, community=cast.lab, kind="hidden")
    after = dict(User.objects.get_queryset().values_list("pk", "rights_version"))
    assert after == {pk: version + 1 for pk, version in before.items()}
    assert Activity.objects.get(data__has_key="kind").data["kind"] == ["closed", "hidden"]


def test_address_of_a_hidden_community_cannot_be_guessed_or_bumped_into(cast):
    hidden = actions.create_community(actor=cast.aino, name="Merger", kind="hidden")
    assert hidden.slug.startswith("merger-")
    assert len(hidden.slug) > len("merger-1234567")
    assert actions.create_community(actor=cast.cleo, name="Merger").slug == "merger"


@pytest.mark.django_db(transaction=True)
def test_invited_guest_gets_a_link_and_sees_that_community_alone():
    from tests.builders import build_cast

    cast = build_cast()
    actions.invite_guest(
        actor=cast.mika, community=cast.lab, email="Guest@Outside.example", name="Vieras", active_until=in_days(30)
    )
    guest = User.objects.get_by_natural_key("guest@outside.example")
    assert (guest.is_guest, guest.active_until, guest.has_usable_password()) == (True, in_days(30), False)
    assert [c.slug for c in Community.objects.listed_for(guest)] == ["lab"]
    run_ready_tasks()
    [message] = mail.outbox
    assert message.to == ["guest@outside.example"]
    assert "/accounts/password/reset/key/" in message.body
    assert "Mika Example" in message.subject


def test_inviting_an_employee_adds_and_changes_nothing_else(cast):
    before = User.objects.get_queryset().filter(pk=cast.cleo.pk).values().get()
    actions.invite_guest(
        actor=cast.mika, community=cast.lab, email="CLEO@loikka.example", name="Evil Name", active_until=in_days(1)
    )
    after = User.objects.get_queryset().filter(pk=cast.cleo.pk).values().get()
    assert {key for key in after if after[key] != before[key]} == {"rights_version"}
    assert Membership.objects.filter(user=cast.cleo, community=cast.lab, role="member").exists()


def test_another_invitation_never_shortens_a_guests_time(cast):
    actions.invite_guest(actor=cast.mika, community=cast.lab, email="g@x.example", name="G", active_until=in_days(30))
    actions.invite_guest(actor=cast.mika, community=cast.vault, email="g@x.example", name="G", active_until=in_days(3))
    assert User.objects.get_by_natural_key("g@x.example").active_until == in_days(30)
    actions.invite_guest(actor=cast.mika, community=cast.yard, email="g@x.example", name="G", active_until=in_days(60))
    assert User.objects.get_by_natural_key("g@x.example").active_until == in_days(60)


def test_invitation_form_wants_a_day_and_answers_the_same_for_known_and_unknown(cast, sign_in):
    client = sign_in(cast.mika)
    address = "/communities/lab/members/invite/"
    bad = client.post(address, {"email": "g@x.example", "name": "G", "active_until": str(in_days(400))})
    assert bad.status_code == 422
    assert "g@x.example" in bad.content.decode()
    for email in ("g@x.example", "cleo@loikka.example", "aino@loikka.example"):
        answer = client.post(address, {"email": email, "name": "G", "active_until": str(in_days(40))}, follow=True)
        assert [str(message) for message in answer.context["messages"]] == [f"Invited {email}."]


def test_administrator_adds_a_person_through_the_form(cast, sign_in):
    client = sign_in(cast.root)
    response = client.post(
        "/people/new/", {"email": "liisa@loikka.example", "name": "Liisa Laine", "manager": "@mika.example"}
    )
    assert response.url == "/people/liisa.laine/"
    assert User.objects.get_by_natural_key("liisa@loikka.example").manager == cast.mika
    again = client.post("/people/new/", {"email": "liisa@loikka.example", "name": "Liisa"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["email"])
    client.post("/people/liisa.laine/edit/", {"name": "Liisa Virta", "is_staff": "on"})
    liisa = User.objects.get_by_natural_key("liisa@loikka.example")
    assert (liisa.name, liisa.folded_name, liisa.is_staff, liisa.is_superuser) == (
        "Liisa Virta",
        "liisa virta",
        True,
        True,
    )


def picture(size=(60, 40), kind="PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (10, 90, 120)).save(out, kind)
    return out.getvalue()


def test_photo_is_a_square_of_our_own_making_for_those_who_see_the_person(cast, sign_in):
    client = sign_in(cast.aino)
    response = client.post("/me/photo/", {"photo": SimpleUploadedFile("me.png", picture(), "image/png")})
    assert response.status_code == 302
    cast.aino.refresh_from_db()
    url = cast.aino.photo_url
    shown = client.get(url)
    image = Image.open(BytesIO(shown.content))
    assert (image.format, image.size) == ("WEBP", (384, 384))
    assert shown.headers["Cache-Control"].startswith("private")
    assert sign_in(cast.gita).get(url).status_code == 200  # both are in Lab
    stranger = make_person("Vera", is_guest=True)
    assert sign_in(stranger).get(url).status_code == 404
    assert sign_in(cast.ben).get(url.replace("aino.example", "cleo.example")).status_code == 404
    client.post("/me/photo/", {"remove": "1"})
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"x" * 100],
)
def test_what_is_no_picture_is_refused_next_to_the_field(content, cast, sign_in):
    response = sign_in(cast.aino).post("/me/photo/", {"photo": SimpleUploadedFile("me.png", content, "image/png")})
    assert response.status_code == 422
    assert response.context["photo_form"].errors["photo"]
    cast.aino.refresh_from_db()
    assert cast.aino.photo == ""


def test_following_what_one_may_not_see_is_refused(cast):
    with pytest.raises(PermissionDenied):
        actions.follow_person(actor=cast.cleo, person=cast.gita)
    with pytest.raises(PermissionDenied):
        actions.follow_person(actor=cast.cleo, person=cast.cleo)
    actions.follow_person(actor=cast.aino, person=cast.gita)
    actions.unfollow_person(actor=cast.aino, person=cast.gita)
    assert not Follow.objects.exists()


def test_key_is_made_by_its_owner_for_an_open_account(cast):
    with pytest.raises(PermissionDenied):
        actions.issue_token(actor=cast.root, owner=cast.aino, name="x", scope="write")
    actions.close_account(actor=cast.root, person=cast.ben)
    with pytest.raises(ValidationError):
        actions.issue_token(actor=None, owner=cast.ben, name="x", scope="read")
