"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

#: SQLite only counts up a rowid that is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Instant = sa.DateTime(timezone=True)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("tick", sa.String(length=20), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("facts", Plain, nullable=False),
        sa.PrimaryKeyConstraint("tick", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "paused_destination",
        sa.Column("destination", sa.String(length=200), nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("refusals", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_paused_destination")),
    )
    op.create_table(
        "person",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("token_version", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", Instant, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("is_site_admin", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("window_from", sa.String(length=5), nullable=False),
        sa.Column("window_until", sa.String(length=5), nullable=False),
        sa.Column("reminder_rhythm", sa.String(length=8), nullable=False),
        sa.Column("reminder_hour", sa.String(length=5), nullable=True),
        sa.Column("reminders_in_app", sa.Boolean(), nullable=False),
        sa.Column("receipts_by_mail", sa.Boolean(), nullable=False),
        sa.Column("news_in_app", sa.Boolean(), nullable=False),
        sa.Column("digest_on", sa.Boolean(), nullable=False),
        sa.Column("digest_weekday", sa.BigInteger(), nullable=True),
        sa.Column("digest_hour", sa.String(length=5), nullable=True),
        sa.Column("mail_bounced_at", Instant, nullable=True),
        sa.Column("pronoun", sa.String(length=4), nullable=True),
        sa.Column("theme", sa.String(length=8), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
    )
    op.create_table(
        "site_fact",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_fact")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("blocked_until", Instant, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "tick_error",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("tick", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tick_error")),
    )
    op.create_index("ix_tick_error_at", "tick_error", ["at"], unique=False)

    op.create_table(
        "answered_request",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("made", Plain, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_answered_request_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered_request")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_answered_request_person_id_key")),
    )
    op.create_index("ix_answered_request_at", "answered_request", ["at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", Plain, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=True),
        sa.Column("last_used_at", Instant, nullable=True),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_token_prefix")),
    )
    op.create_index("ix_api_token_person", "api_token", ["person_id"], unique=False)

    op.create_table(
        "setup_link",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_setup_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_setup_link_token_hash")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("next_path", sa.String(length=500), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    op.create_table(
        "team",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("calendar_id", Id, nullable=True),
        sa.Column("policy_id", Id, nullable=True),
        sa.Column("duty_rule", sa.String(length=8), nullable=False),
        sa.Column("duty_person_id", Id, nullable=True),
        sa.Column("trusted_person_id", Id, nullable=True),
        sa.Column("outside_contact", sa.Text(), nullable=False),
        sa.Column("answer_within", sa.BigInteger(), nullable=False),
        sa.Column("holiday_region", sa.String(length=16), nullable=False),
        sa.Column("first_steps_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name="fk_team_calendar", use_alter=True),
        sa.ForeignKeyConstraint(["duty_person_id"], ["person.id"], name=op.f("fk_team_duty_person_id_person")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_team_policy", use_alter=True),
        sa.ForeignKeyConstraint(["trusted_person_id"], ["person.id"], name=op.f("fk_team_trusted_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("slug", name=op.f("uq_team_slug")),
    )
    op.create_table(
        "absence",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("stand_in_id", Id, nullable=True),
        sa.Column("entered_at", Instant, nullable=False),
        sa.Column("cancelled_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["person.id"], name=op.f("fk_absence_stand_in_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_absence_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_team_last", "absence", ["team_id", "last_on"], unique=False)

    op.create_table(
        "calendar",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("plain", Plain, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_calendar_made_by_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_calendar_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("team_id", "version", name=op.f("uq_calendar_team_id_version")),
    )
    op.create_table(
        "closed_day",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_closed_day_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
        sa.UniqueConstraint("team_id", "on", name=op.f("uq_closed_day_team_id_on")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column(
            "channel",
            sa.Enum("email", "in_app", name="channel", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("destination", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column(
            "lane",
            sa.Enum(
                "security",
                "news",
                "follow_up",
                "digest",
                name="lane",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("team_id", Id, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "claimed",
                "sending",
                "sent",
                "unknown",
                "skipped",
                "dead",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("claimed_at", Instant, nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", Instant, nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant, nullable=True),
        sa.Column("outcome", sa.String(length=400), nullable=False),
        sa.Column("was_unknown", sa.Boolean(), nullable=False),
        sa.Column("facts", Plain, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_delivery_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    op.create_index(
        "ix_delivery_busy",
        "delivery",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'sending', 'unknown')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending', 'unknown')"),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["destination", "next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_delivery_person", "delivery", ["person_id", "lane", "sent_at"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum("member", "manager", "owner", name="role", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("max_uses", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("needs_confirmation", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_invitation_created_by_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_invitation_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index("ix_invitation_team", "invitation", ["team_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column(
            "role",
            sa.Enum("member", "manager", "owner", name="role", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("left_at", Instant, nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("deputy_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_membership_deputy_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("team_id", "person_id", name=op.f("uq_membership_team_id_person_id")),
    )
    op.create_index("ix_membership_person", "membership", ["person_id"], unique=False)

    op.create_table(
        "policy",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("budgets", Plain, nullable=False),
        sa.Column("ladder", Plain, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_policy_made_by_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_policy_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("team_id", "version", name=op.f("uq_policy_team_id_version")),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "idea",
                "problem",
                "question",
                "friction",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum(
                "urgent", "high", "normal", "low", name="urgency", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "asked",
                "will_do",
                "not_now",
                "done",
                "declined",
                "withdrawn",
                "merged",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("team", "managers", name="visibility", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("about_person_id", Id, nullable=True),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("entered_by_id", Id, nullable=True),
        sa.Column("entered_from", sa.String(length=120), nullable=False),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("raised_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("moves", sa.BigInteger(), nullable=False),
        sa.Column("answer_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", Instant, nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("contested_answerer_id", Id, nullable=True),
        sa.Column("merged_into_id", Id, nullable=True),
        sa.Column("votes", sa.BigInteger(), nullable=False),
        sa.Column("nudges", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["about_person_id"], ["person.id"], name=op.f("fk_suggestion_about_person_id_person")),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_suggestion_assignee_id_person")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_suggestion_author_id_person")),
        sa.ForeignKeyConstraint(
            ["contested_answerer_id"], ["person.id"], name=op.f("fk_suggestion_contested_answerer_id_person")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_suggestion_entered_by_id_person")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["suggestion.id"], name=op.f("fk_suggestion_merged_into_id_suggestion")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_suggestion_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("team_id", "number", name=op.f("uq_suggestion_team_id_number")),
    )
    op.create_index("ix_suggestion_author", "suggestion", ["author_id", "id"], unique=False)
    op.create_index("ix_suggestion_team_status", "suggestion", ["team_id", "status", "id"], unique=False)

    op.create_table(
        "co_author",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("from_suggestion_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["from_suggestion_id"], ["suggestion.id"], name=op.f("fk_co_author_from_suggestion_id_suggestion")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_co_author_person_id_person")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_co_author_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_author")),
        sa.UniqueConstraint(
            "suggestion_id",
            "person_id",
            "from_suggestion_id",
            name=op.f("uq_co_author_suggestion_id_person_id_from_suggestion_id"),
        ),
    )
    op.create_table(
        "entry",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "raised",
                "edited",
                "comment",
                "note",
                "question",
                "ball_back",
                "answer",
                "undone",
                "handed_back",
                "moved",
                "contested",
                "reopened",
                "assigned",
                "urgency",
                "withdrawn",
                "merged",
                "merged_in",
                "unmerged",
                "split_off",
                "follow_up",
                "meanwhile",
                "let_in",
                "task",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column(
            "via",
            sa.Enum(
                "web", "api", "cli", "mail", "worker", name="via", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("edited_at", Instant, nullable=True),
        sa.Column("facts", Plain, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_entry_actor_id_person")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_entry_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_actor_at", "entry", ["actor_id", "at"], unique=False)
    op.create_index("ix_entry_suggestion", "entry", ["suggestion_id", "id"], unique=False)

    op.create_table(
        "follower",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("stopped_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follower_person_id_person")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestion.id"], name=op.f("fk_follower_suggestion_id_suggestion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.UniqueConstraint("suggestion_id", "person_id", name=op.f("uq_follower_suggestion_id_person_id")),
    )
    op.create_index("ix_follower_person", "follower", ["person_id"], unique=False)

    op.create_table(
        "promise",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("calendar_id", Id, nullable=False),
        sa.Column("policy_id", Id, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "answer",
                "deliver",
                "revisit",
                "clarify",
                "task",
                name="promisekind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "suspended",
                "kept",
                "broken",
                "withdrawn",
                name="promisestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("owed_by_id", Id, nullable=True),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("set_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value_facts", Plain, nullable=False),
        sa.Column("missed_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("rung", sa.BigInteger(), nullable=False),
        sa.Column("next_follow_up_at", Instant, nullable=True),
        sa.Column("retry_at", Instant, nullable=True),
        sa.CheckConstraint(
            "(state <> 'suspended' OR due_at IS NULL) AND (state <> 'open' OR due_at IS NOT NULL)",
            name=op.f("ck_promise_suspended_has_no_date"),
        ),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_promise_calendar_id_calendar")),
        sa.ForeignKeyConstraint(["owed_by_id"], ["person.id"], name=op.f("fk_promise_owed_by_id_person")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_promise_policy_id_policy")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_promise_suggestion_id_suggestion")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_promise_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index(
        "ix_promise_next_follow_up",
        "promise",
        ["next_follow_up_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_promise_suggestion", "promise", ["suggestion_id", "id"], unique=False)
    op.create_index(
        "ix_promise_team_due",
        "promise",
        ["team_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_promise_team_ended", "promise", ["team_id", "ended_at"], unique=False)
    op.create_index(
        "uq_promise_open_of_suggestion",
        "promise",
        ["suggestion_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open' AND kind <> 'task'"),
        postgresql_where=sa.text("state = 'open' AND kind <> 'task'"),
    )

    op.create_table(
        "reader",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("why", sa.String(length=10), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reader_person_id_person")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_reader_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader")),
        sa.UniqueConstraint("suggestion_id", "person_id", name=op.f("uq_reader_suggestion_id_person_id")),
    )
    op.create_index("ix_reader_person", "reader", ["person_id"], unique=False)

    op.create_table(
        "vote",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_person_id_person")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_vote_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("suggestion_id", "person_id", name=op.f("uq_vote_suggestion_id_person_id")),
    )
    op.create_index("ix_vote_person", "vote", ["person_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", "in_app", name="channel", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "lane",
            sa.Enum(
                "security",
                "news",
                "follow_up",
                "digest",
                name="lane",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("suggestion_id", Id, nullable=True),
        sa.Column("promise_id", Id, nullable=True),
        sa.Column("entry_id", Id, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("rung", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "owed", "told", "skipped", name="noticestate", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("owed_at", Instant, nullable=False),
        sa.Column("not_before", Instant, nullable=False),
        sa.Column("is_for_daily", sa.Boolean(), nullable=False),
        sa.Column("told_at", Instant, nullable=True),
        sa.Column("read_at", Instant, nullable=True),
        sa.Column("delivery_id", Id, nullable=True),
        sa.Column("facts", Plain, nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_notice_delivery_id_delivery")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_notice_entry_id_entry")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name=op.f("fk_notice_promise_id_promise")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_notice_suggestion_id_suggestion")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_notice_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_delivery", "notice", ["delivery_id"], unique=False)
    op.create_index("ix_notice_entry", "notice", ["entry_id"], unique=False)
    op.create_index(
        "ix_notice_owed",
        "notice",
        ["not_before"],
        unique=False,
        sqlite_where=sa.text("state = 'owed' AND delivery_id IS NULL"),
        postgresql_where=sa.text("state = 'owed' AND delivery_id IS NULL"),
    )
    op.create_index("ix_notice_person", "notice", ["person_id", "id"], unique=False)
    op.create_index("ix_notice_promise", "notice", ["promise_id", "version", "rung"], unique=False)

    op.create_table(
        "nudge",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("promise_id", Id, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_nudge_person_id_person")),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name=op.f("fk_nudge_promise_id_promise")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_nudge_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudge")),
        sa.UniqueConstraint("promise_id", "version", "person_id", name=op.f("uq_nudge_promise_id_version_person_id")),
    )
    op.create_table(
        "thanks",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("suggestion_id", Id, nullable=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_thanks_entry_id_entry")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thanks_person_id_person")),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_thanks_suggestion_id_suggestion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("entry_id", "person_id", name=op.f("uq_thanks_entry_id_person_id")),
    )
    op.create_index("ix_thanks_suggestion", "thanks", ["suggestion_id"], unique=False)
    # A team and its versions point at each other. SQLite took both directions with the table itself.
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key("fk_team_calendar", "team", "calendar", ["calendar_id"], ["id"])
        op.create_foreign_key("fk_team_policy", "team", "policy", ["policy_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_team_calendar", "team")
        op.drop_constraint("fk_team_policy", "team")
    op.drop_table("thanks")
    op.drop_table("nudge")
    op.drop_table("notice")
    op.drop_table("vote")
    op.drop_table("reader")
    op.drop_table("promise")
    op.drop_table("follower")
    op.drop_table("entry")
    op.drop_table("co_author")
    op.drop_table("suggestion")
    op.drop_table("policy")
    op.drop_table("membership")
    op.drop_table("invitation")
    op.drop_table("delivery")
    op.drop_table("closed_day")
    op.drop_table("calendar")
    op.drop_table("absence")
    op.drop_table("team")
    op.drop_table("sign_in_link")
    op.drop_table("setup_link")
    op.drop_table("api_token")
    op.drop_table("answered_request")
    op.drop_table("tick_error")
    op.drop_table("throttle")
    op.drop_table("site_fact")
    op.drop_table("person")
    op.drop_table("paused_destination")
    op.drop_table("heartbeat")
