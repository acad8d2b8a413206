"""Addresses of people and communities. The community's own page belongs to the feed."""

from django.urls import path, re_path, register_converter

from intranet.people.views import accounts, communities, directory, members, offices, settings


class HandleConverter:
    """A handle: lower case, digits, dots, hyphens, underscores."""

    regex = "[a-z0-9][a-z0-9._-]{0,59}"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


register_converter(HandleConverter, "handle")

app_name = "people"
urlpatterns = [
    path("people/", directory.directory, name="directory"),
    path("people/new/", accounts.person_add, name="person_add"),
    path("people/<handle:handle>/", directory.profile, name="profile"),
    path("people/<handle:handle>/edit/", accounts.person_edit, name="person_edit"),
    path("people/<handle:handle>/close/", accounts.person_close, name="person_close"),
    path("people/<handle:handle>/reopen/", accounts.person_reopen, name="person_reopen"),
    path("people/<handle:handle>/follow/", directory.follow, {"on": True}, name="follow"),
    path("people/<handle:handle>/unfollow/", directory.follow, {"on": False}, name="unfollow"),
    re_path(
        r"^people/(?P<handle>[a-z0-9][a-z0-9._-]{0,59})/photo/(?P<digest>[0-9a-f]{40})\.webp$",
        directory.photo,
        name="photo",
    ),
    path("offices/", offices.offices, name="offices"),
    path("offices/<int:pk>/", offices.office_edit, name="office_edit"),
    path("offices/<int:pk>/remove/", offices.office_remove, name="office_remove"),
    path("tags/<str:slug>/follow/", directory.follow_tag, {"on": True}, name="follow_tag"),
    path("tags/<str:slug>/unfollow/", directory.follow_tag, {"on": False}, name="unfollow_tag"),
    path("me/", settings.me, name="me"),
    path("me/settings/", settings.settings, name="settings"),
    path("me/photo/", settings.photo, name="my_photo"),
    path("me/tokens/", settings.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", settings.token_revoke, name="token_revoke"),
    path("communities/", communities.community_list, name="community_list"),
    path("communities/new/", communities.community_create, name="community_create"),
    path("communities/<slug:slug>/settings/", communities.community_settings, name="community_settings"),
    path("communities/<slug:slug>/join/", communities.join, name="join"),
    path("communities/<slug:slug>/leave/", communities.leave, name="leave"),
    path("communities/<slug:slug>/request/", communities.request_to_join, name="request_to_join"),
    path("communities/<slug:slug>/enter/", communities.enter, name="enter"),
    path("communities/<slug:slug>/members/", members.members, name="members"),
    path("communities/<slug:slug>/members/add/", members.member_add, name="member_add"),
    path("communities/<slug:slug>/members/invite/", members.invite, name="invite"),
    path("communities/<slug:slug>/members/<handle:handle>/role/", members.member_role, name="member_role"),
    path("communities/<slug:slug>/members/<handle:handle>/remove/", members.member_remove, name="member_remove"),
    path("communities/<slug:slug>/requests/", members.requests, name="requests"),
    path("communities/<slug:slug>/requests/<int:pk>/", members.request_decide, name="request_decide"),
]
