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
        "office.added",
        "office.changed",  # `fields` says what; with the country its people have other public holidays
        "office.removed",
        "token.issued",
        "token.revoked",
        # how much somebody wants to hear of a thing; the object is the person
        "watch.changed",
        # by which ways somebody hears of things, and in which browsers; the object is the person
        "preference.changed",
        "push.switched_on",
        "push.switched_off",
        # the house's words; the object is the tag
        "tag.renamed",
        "tag.merged",  # the object is the tag that stays
        "tag.synonym_added",
        "tag.synonym_removed",
        # what editors keep for search; the object is the group of words, or the pin and the target what is pinned
        "synonyms.set",
        "synonyms.removed",
        "result.pinned",
        "result.unpinned",
        # searches that people keep; nothing says what they ask
        "search.saved",
        "search.changed",
        "search.dropped",
        "search.found",  # something new answers one
        "search.asked",  # in vain, and then of a community; the target is the question
        "search.answered",  # the target is the page
        "gap.done",
        "gap.reopened",
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
        "post.card_removed",
        "post.summarised",  # the object is the thread, the target the page that was made of it
        # what moderators make of a thread or a post
        "post.closed",
        "post.reopened",
        "post.moved",  # the community is where it went; `origin` says where it was
        "post.pinned",
        "post.unpinned",
        "post.hidden",  # the target says why
        "post.shown",
        "report.made",  # who made it is for moderators alone
        "report.decided",
        "bookmark.kept",
        "bookmark.dropped",
        # kinds of posts; the object is the thread
        "question.answered",
        "question.reopened",
        "question.overdue",
        "poll.voted",
        "poll.changed",
        "poll.closed",
        "announcement.acknowledged",
        "announcement.changed",
        "announcement.reminded",
        "announcement.ended",
        "file.added",
        "file.removed",
        "file.restored",
        "file.replaced",
        "file.read",
        # wiki
        "section.created",
        "page.published",
        "page.edited",
        "page.moved",
        "branch.arranged",  # the object is the page that got another place among its sisters
        "page.restored",
        "page.trashed",
        "page.untrashed",
        "page.purged",
        "page.version_deleted",
        "page.imported",
        "page.reacted",
        "page.unreacted",
        "template.marked",
        "template.unmarked",
        "links.check_asked",
        "translation.linked",
        "translation.unlinked",
        "translation.confirmed",
        # Wagtail's admin: an image, a document, a draft or a section; only its own search listens
        "cms.changed",
        # who keeps a page right; the object is the page, of a bundle its owner
        "review.assigned",
        "review.released",
        "review.handed_over",  # the object is who kept the pages, the target who keeps them now
        "review.confirmed",
        "review.undone",
        "review.flagged",
        "review.answered",
        "review.due",
        # onboarding
        "path.created",
        "path.changed",
        "path.rule_added",
        "path.rule_removed",
        "path.exported",  # its owner took along who did what when
        "path.aligned",  # people on it were brought up to date; the object is the path
        # the object is the enrolment, the target the person: of no community, progress is for few eyes
        "enrolment.started",
        "enrolment.aligned",
        "enrolment.moved",
        "enrolment.paused",
        "enrolment.resumed",
        "enrolment.reassigned",
        "enrolment.finished",
        "enrolment.ended",
        # the object is the step, the target the enrolment
        "step.completed",
        "step.reopened",
        "step.skipped",
        "step.unskipped",
        "step.rescheduled",
        "step.added",
        "step.nudged",
        "step.unclear",
        # somebody is told what is due; the object is the bundle of the day
        "reminder.due",
        "step.link_made",  # to a colleague's task, for somebody who does not sign in
    }
)
