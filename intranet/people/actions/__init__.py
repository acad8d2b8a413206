"""Every change to people and communities, one function a verb: keyword arguments, the actor first.

A refusal is Django's own PermissionDenied ("not you") or ValidationError ("not this", in plain words). Each runs in one
transaction with its diary row, also where the caller has none. `actor=None` is the house itself: commands, sign-on.
"""

from intranet.people.actions.accounts import (
    add_person,
    change_account,
    close_account,
    note_sign_in,
    reopen_account,
    set_password,
    sign_out_everywhere,
)
from intranet.people.actions.communities import (
    change_community,
    create_community,
    enter_community,
)
from intranet.people.actions.follows import (
    follow_person,
    follow_tag,
    unfollow_person,
    unfollow_tag,
)
from intranet.people.actions.identities import link_identity
from intranet.people.actions.invitations import invite_guest
from intranet.people.actions.memberships import (
    MOST_SAID,
    add_member,
    change_role,
    decide_request,
    join_community,
    leave_community,
    remove_member,
    request_to_join,
)
from intranet.people.actions.offices import OFFICE_FIELDS, add_office, change_office, remove_office
from intranet.people.actions.profiles import change_profile, choose_theme, remove_photo, set_photo
from intranet.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "MOST_SAID",
    "OFFICE_FIELDS",
    "add_member",
    "add_office",
    "add_person",
    "change_account",
    "change_community",
    "change_office",
    "change_profile",
    "change_role",
    "choose_theme",
    "close_account",
    "create_community",
    "decide_request",
    "enter_community",
    "follow_person",
    "follow_tag",
    "invite_guest",
    "issue_token",
    "join_community",
    "leave_community",
    "link_identity",
    "note_sign_in",
    "remove_member",
    "remove_office",
    "remove_photo",
    "reopen_account",
    "request_to_join",
    "revoke_token",
    "set_password",
    "set_photo",
    "sign_out_everywhere",
    "unfollow_person",
    "unfollow_tag",
]
