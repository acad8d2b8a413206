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
from intranet.people.models.tags import SynonymPlace, TagSynonym

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
    "TagSynonym",
    "Team",
    "User",
    "UserQuerySet",
    "UserSkill",
]
