"""Who says who hears of what, and what things are called for one reader: strings that notifications read, as settings."""

# Who hears of what: the beginning of a verb -> the function of the app that owns it, which says who and why.
NOTIFICATION_RECIPIENTS = {
    "page": "wiki.watching.recipients.of_page",
    "review": "wiki.watching.recipients.of_review",
    "post": "wiki.watching.recipients.of_post",
    "community": "intranet.notifications.communities.of_community",
    "report": "feed.moderation.recipients.of_report",
    "question": "feed.kinds.recipients.of_question",
    "announcement": "feed.kinds.recipients.of_announcement",
    "reminder": "wiki.onboarding.reminding.recipients.of_reminder",
    "step": "wiki.onboarding.reminding.recipients.of_step",
    "enrolment": "wiki.onboarding.reminding.recipients.of_enrolment",
    "search": "search.saved.recipients.of_search",
}
# What things are called and where they are, for one reader: type in the diary -> (user, keys) -> {key: Described}.
NOTIFICATION_OBJECTS = {
    "wiki.wikipage": "wiki.watching.describing.describe_pages",
    "onboarding.reminderbundle": "wiki.onboarding.reminding.recipients.describe_bundles",
    "onboarding.stepstate": "wiki.onboarding.reminding.recipients.describe_states",
    "onboarding.enrolment": "wiki.onboarding.reminding.recipients.describe_enrolments",
    "onboarding.finish": "wiki.onboarding.reminding.finishing.describe_mine",
    "onboarding.finishers": "wiki.onboarding.reminding.finishing.describe_theirs",
    "wiki.handover": "wiki.watching.describing.describe_hand_overs",
    "wiki.reviewbundle": "wiki.watching.describing.describe_bundles",
    "feed.post": "feed.recipients.describe_posts",
    "feed.announcement": "feed.kinds.alarm.describe_announcements",
    "feed.hiding": "feed.moderation.recipients.describe_hidings",
    "feed.report": "feed.moderation.recipients.describe_reports",
    "search.savedsearch": "search.saved.recipients.describe_saved",
    "people.community": "intranet.notifications.things.describe_communities",
    "people.joinrequest": "intranet.notifications.communities.describe_requests",
    "people.joinanswer": "intranet.notifications.communities.describe_answers",
}
