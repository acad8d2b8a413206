"""The closed list of what can happen (W3C Activity Streams words where it has them), past tense with a dot."""

VERBS = frozenset(
    {
        # people
        "user.joined",
        "user.changed",
        "user.left",
        "user.followed",
        "user.unfollowed",
        "user.signed_in",
        "user.signed_out_everywhere",
        "user.password_changed",
        "user.linked",
        "token.issued",
        "token.revoked",
        # communities
        "community.created",
        "community.changed",
        "community.joined",
        "community.left",
        "community.requested",
        "community.request_decided",
        "community.invited",
        "community.entered",
        "community.member_changed",
        "community.member_removed",
        # feed
        "post.published",
        "post.replied",
        "post.edited",
        "post.deleted",
        "post.reacted",
        "post.unreacted",
        "post.read",
        "file.added",
        "file.removed",
        # wiki
        "section.created",
        "page.published",
        "page.edited",
        "page.moved",
        "page.restored",
        "page.trashed",
        "page.untrashed",
        "page.purged",
        "page.imported",
        # who keeps a page right; the object is the page, of a bundle its owner
        "review.assigned",
        "review.released",
        "review.confirmed",
        "review.undone",
        "review.flagged",
        "review.answered",
        "review.due",
        # onboarding
        "path.created",
        "path.changed",
        "enrolment.started",
        "step.completed",
        "step.reopened",
    }
)
