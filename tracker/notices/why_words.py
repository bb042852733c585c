"""The sentences of "why did I get this, why did I not": one for each reason that stands in a row, and for each kind.

They are marked here and translated when they are shown.
"""

from __future__ import annotations

from tracker.domain.errors import N_
from tracker.notices import (
    another_day,
    daily,
    digests,
    leases,
    look_again,
    outbox,
    second_thoughts,
    tell_heard,
    telling,
)

#: What a row's reason means to the person whom the row is about. The reason itself, translated, is the short word that
#: whoever looks after the site reads: it is marked where it has its name.
REASONS: dict[str, str] = {
    telling.IN_THIS_MORNINGS_MAIL: N_("it stood in your daily mail of that day already."),
    telling.COUNTED: N_("your daily mail of that day counted it among the further ones."),
    telling.BOUNCED: N_("your mail address did not take mails."),
    telling.IN_APP_ONLY: N_("you chose to have this here only."),
    telling.ONLY_HERE: N_("of this there is no mail for anybody; it stands here."),
    tell_heard.TOO_MANY: N_("many mails had gone back to you within the hour."),
    tell_heard.NOT_PROVEN: N_("it was not proven that you wrote to us."),
    telling.DISABLED: N_("your account was closed."),
    telling.LEFT: N_("you could not see it any more."),
    telling.SNOOZED: N_("you had put it off."),
    telling.DISCARDED_ON_RELEASE: N_("somebody who looks after the site had everything that waited thrown away."),
    look_again.ANSWERED: N_("it had been answered before the mail left."),
    look_again.WITHDRAWN: N_("it had been withdrawn before the mail left."),
    look_again.NEW_DATE: N_("there was another date by then."),
    look_again.OVERTAKEN: N_("a later mail told you the same, or more."),
    look_again.ABSENT: N_("you were away, and somebody else was reminded."),
    look_again.TAKEN_BACK: N_("it was taken back within the minute in which that is possible."),
    look_again.NOT_THEIRS: N_("it was with somebody else by then."),
    look_again.EXPIRED: N_("its link had ended, or a newer one took its place."),
    look_again.NOT_READING: N_("you had stopped reading along by then."),
    look_again.NOTHING_LEFT: N_("nothing of what it would have told was left."),
    look_again.SWITCHED_OFF: N_("you had switched the weekly overview off."),
    look_again.TWO_HAVE_LEFT: N_("two such mails had left that day; what is still open is in the next."),
    another_day.OUTSIDE_HOURS: N_("it waits for the hours in which you want mails."),
    second_thoughts.MAY_BE_TAKEN_BACK: N_("it waits until what happened just now can be taken back no more."),
    daily.NOTHING_DUE: N_("nothing was due and nothing late."),
    daily.IN_THE_OVERVIEW: N_("your weekly overview was that day's mail."),
    daily.SEEN_ON_THE_DESK: N_("nothing was due for a week, and it stood on your desk."),
    digests.NOTHING: N_("nothing of yours had moved."),
    digests.TOO_LATE: N_("it would have been more than two days late."),
    look_again.CAUSE_GONE: N_("it was well again before the mail left."),
    look_again.DISCARDED: N_("somebody who looks after the site had it thrown away."),
    outbox.GIVEN_UP: N_("the mail server could not be reached for five days."),
    outbox.CANNOT_BE_WRITTEN: N_("it could not be written. That is our mistake, and it has been noted."),
    leases.SENDER_LOST: N_("sending it broke off on our side."),
    leases.LOST: N_("sending it failed again and again, and we stopped. It has been noted."),
}

#: What else can stand in the row of a message, and in no notice.
ENDS = (N_("one mail for each person"), N_("put into the mailbox"))

#: What a notice is called.
KINDS: dict[str, str] = {
    "receipt": N_("It has arrived"),
    "raised": N_("Something new"),
    "reply": N_("The author wrote"),
    "manager_comment": N_("A comment"),
    "comment": N_("A comment"),
    "note": N_("Internal note"),
    "question": N_("Question to you"),
    "asked": N_("Question to the author"),
    "ball_back": N_("The clock runs again"),
    "answer": N_("An answer"),
    "named": N_("You are named"),
    "handed_back": N_("Handed back to you"),
    "moved": N_("The date moved"),
    "contested": N_("Does not answer it"),
    "reopened": N_("Open again"),
    "assigned": N_("Given to you"),
    "task": N_("A task"),
    "urgency": N_("More urgent"),
    "corrected": N_("Another date"),
    "withdrawn": N_("Withdrawn"),
    "merged": N_("Goes on in another one"),
    "unmerged": N_("On its own again"),
    "meanwhile": N_("You step in"),
    "rung": N_("Reminder"),
    "silence": N_("We are late"),
    "clarify": N_("A question waits for you"),
    "daily": N_("Daily mail"),
    "daily_line": N_("A line of your daily mail"),
    "digest": N_("Weekly overview"),
    "alert": N_("Something needs you"),
    "heard": N_("Answer to your mail"),
}

#: Mails that carry no notice, by their template.
DOORS: dict[str, str] = {
    "sign_in": N_("Link to sign in"),
    "reset": N_("Link for a new password"),
    "new_address": N_("Link for a new address"),
    "address_asked": N_("Another address was asked for"),
    "invitation": N_("Invitation"),
    "test": N_("Test mail"),
}
#: Answers to what somebody wrote by mail, whatever they say.
HEARD = N_("Answer to your mail")

#: Why somebody is told at all, by what they are to it.
BECAUSE: dict[str, str] = {
    "author": N_("It is yours."),
    "co_author": N_("It is yours too."),
    "follower": N_("You follow it, or you are mentioned or named there."),
    "duty": N_("It is with you."),
    "deputy": N_("You stand in for who did not answer."),
    "owner": N_("You lead the team."),
    "manager": N_("You are one of those who answer here."),
    "handed": N_("It was given to you."),
    "daily": N_("You get a daily mail when something is with you or has moved."),
    "digest": N_("You have a weekly overview."),
    "account": N_("It is about your account here."),
    "wrote": N_("You wrote to us."),
}
