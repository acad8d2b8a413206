"""Wagtail's admin keeps no accounts of its own: its "Users" lead to ours, where every change is an action."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's users app with our addresses in its place."""

    user_viewset = "intranet.people.cms_users.PeopleViewSet"
