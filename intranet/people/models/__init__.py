"""People, teams, communities and what connects them."""

from intranet.people.models.communities import (
    Community,
    CommunityQuerySet,
    InCommunityQuerySet,
    JoinRequest,
    Membership,
)
from intranet.people.models.offices import Office
from intranet.people.models.people import (
    AccessToken,
    Follow,
    Team,
    User,
    UserQuerySet,
    UserSkill,
)
from intranet.people.models.tags import SynonymPlace, TagAlias, TagSynonym

__all__ = [
    "AccessToken",
    "Community",
    "CommunityQuerySet",
    "Follow",
    "InCommunityQuerySet",
    "JoinRequest",
    "Membership",
    "Office",
    "SynonymPlace",
    "TagAlias",
    "TagSynonym",
    "Team",
    "User",
    "UserQuerySet",
    "UserSkill",
]
