"""Files that come with a text: made harmless, sent with it, seen by who sees the entry, gone when nobody needs them."""

from __future__ import annotations

import io
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from PIL import Image

from tests.acts.cast import Cast, at, raised
from tests.pictures import LOG, PDF, SVG, archive, moving, photograph, picture
from tracker import access
from tracker.acts import answers, drafts, questions, splitting
from tracker.acts import attachments as verbs
from tracker.acts import suggestions as suggestion_verbs
from tracker.domain.attachments import MB, FileKind, Limits
from tracker.domain.errors import BadInput, OutOfReach
from tracker.domain.lifecycle import Kind, Visibility
from tracker.domain.outcomes import Outcome
from tracker.store import attachment_files as files
from tracker.store import attachments as store
from tracker.store import copies, entries
from tracker.store.attachments import Attachment
from tracker.store.base import db
from tracker.store.drafts import DraftPurpose
from tracker.store.entries import Entry, EntryKind, Via
from tracker.store.people import Person
from tracker.store.suggestions import Suggestion
from tracker.worker.housekeeping import tidy_up

NIGHT = at("Tuesday 2026-11-24 23:10")
LIMITS = Limits()


def folder() -> Path:
    return files.folder_in(current_app.config["TRACKER"].data_dir)


def added(
    cast: Cast, by: Person, content: bytes = b"", name: str = "chat.png", *, limits: Limits = LIMITS, **more: Any
) -> Attachment:
    prepared = verbs.prepared(name, content or picture(), limits)
    return verbs.add(cast.team, prepared, by=by, limits=limits, folder=folder(), now=more.get("now", NIGHT))


def stored(one: Attachment, small: str = "") -> bytes:
    return files.path_of(folder(), one.sha256 + small).read_bytes()


def opens(person: Person, one: Attachment) -> bool:
    try:
        return access.find_attachment(person, "nachtwache", one.id) is one
    except OutOfReach:
        return False


# What is kept ---------------------------------------------------------------------------------------------------------


def test_a_photograph_is_kept_upright_and_without_its_place_and_camera(cast: Cast) -> None:
    one = added(cast, cast.nari, photograph(), "IMG_1.jpg")
    for content in (stored(one), stored(one, files.SMALL)):
        assert b"phone" not in content
        assert b"at home" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert dict(image.getexif()) == {}
            assert image.height > image.width
    assert (one.kind, one.width, one.height, one.size) == (FileKind.JPEG, 225, 360, len(stored(one)))


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_moving_picture_goes_on_moving_and_its_small_one_stands_still(cast: Cast, kind: str) -> None:
    one = added(cast, cast.nari, moving(kind=kind), f"cat.{kind.lower()}")
    with Image.open(io.BytesIO(stored(one))) as image:
        assert getattr(image, "n_frames", 1) == 3
    with Image.open(io.BytesIO(stored(one, files.SMALL))) as image:
        assert (image.format, getattr(image, "n_frames", 1)) == ("WEBP", 1)
    assert b"secret" not in stored(one)


def test_transparent_and_palette_pictures_stay_what_they_are(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (10, 20, 30, 40)).quantize().save(out, "PNG")
    with Image.open(io.BytesIO(stored(added(cast, cast.nari, out.getvalue())))) as image:
        assert image.convert("RGBA").getpixel((1, 1)) == (10, 20, 30, 40)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [(PDF, "rules.pdf", FileKind.PDF), (LOG, "chat.log", FileKind.TEXT), (archive(), "logs.zip", FileKind.ZIP)],
)
def test_other_files_are_kept_as_they_are(cast: Cast, content: bytes, name: str, kind: FileKind) -> None:
    one = added(cast, cast.nari, content, name)
    assert (stored(one), one.kind, one.width) == (content, kind, 0)


def test_a_picture_with_a_page_behind_it_loses_the_page(cast: Cast) -> None:
    one = added(cast, cast.nari, picture() + b"<script>alert(1)</script>")
    assert b"script" not in stored(one)


@pytest.mark.parametrize("content", [picture()[:60], b"GIF89a" + b"\x00" * 40, b"\xff\xd8\xff" + b"x" * 99])
def test_a_damaged_picture_is_refused_by_its_name(cast: Cast, content: bytes) -> None:
    with pytest.raises(BadInput, match="damaged") as refused:
        added(cast, cast.nari, content, "chat.png")
    assert refused.value.facts["name"] == "chat.png"


def test_a_small_file_that_unfolds_into_gigabytes_is_refused_before_it_does(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(BadInput, match="too many pixels"):
        added(cast, cast.nari, out.getvalue())
    with pytest.raises(BadInput, match="too many pixels"):
        added(cast, cast.nari, moving(401, (1, 1)), "cat.gif")


def test_what_is_too_large_or_can_act_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput, match="10 MB at most"):
        added(cast, cast.nari, b"x" * (10 * MB + 1), "chat.log")
    with pytest.raises(BadInput, match="HTML, SVG"):
        added(cast, cast.nari, SVG, "chat.svg")
    assert list(files.names(folder())) == []


def test_the_teams_space_has_an_end(cast: Cast) -> None:
    limits = Limits(team=2 * MB)
    added(cast, cast.nari, b"x" * MB, "one.log", limits=limits)
    added(cast, cast.jo, b"y" * MB, "two.log", limits=limits)
    with pytest.raises(BadInput, match="2 MB"):
        added(cast, cast.nari, b"z", "three.log", limits=limits)


def test_a_text_takes_five_and_only_ones_own(cast: Cast) -> None:
    mine = [added(cast, cast.nari, name=f"{number}.png").id for number in range(6)]
    assert [one.id for one in verbs.chosen(cast.team, by=cast.nari, ids=mine[:5], limits=LIMITS)] == mine[:5]
    with pytest.raises(BadInput, match="At most 5") as refused:
        verbs.chosen(cast.team, by=cast.nari, ids=mine, limits=LIMITS)
    assert refused.value.facts["name"] == "5.png"
    with pytest.raises(BadInput, match="not there any more"):
        verbs.chosen(cast.team, by=cast.pit, ids=mine[:1], limits=LIMITS)


# Splitting off --------------------------------------------------------------------------------------------------------


def test_a_comment_that_is_split_off_takes_its_files_along_and_they_take_no_more_space(cast: Cast) -> None:
    s, one = raised(cast), added(cast, cast.jo, LOG, "chat.log")
    left_out = [{"name": "film.mov", "why": "kind"}]
    comment = suggestion_verbs.comment(
        s, by=cast.jo, now=NIGHT, via=Via.MAIL, text="Und die Suche?", files=[one], left_out=left_out
    )
    used = store.used_by_team(cast.team.id)
    made = splitting.split_off(s, comment, by=cast.pit, now=NIGHT, via=Via.WEB, title="Die Suche")
    entry = entries.last_of(made.id, EntryKind.RAISED)
    assert entry is not None
    ((_, (its_own,)),) = store.of_suggestion(made.id).items()
    assert (its_own.entry_id, its_own.name, its_own.uploader_id) == (entry.id, "chat.log", cast.jo.id)
    assert stored(its_own) == LOG
    assert entry.facts["left_out"] == left_out
    assert store.of_suggestion(s.id) == {comment.id: [one]}, "the comment stays where it was said, with its file"
    assert store.used_by_team(cast.team.id) == used
    db.session.delete(one)
    db.session.commit()
    verbs.forget_files(folder(), store.hashes(), now=NIGHT + timedelta(days=400))
    assert stored(its_own) == LOG, "what one of the two still names is kept"


# Who opens them -------------------------------------------------------------------------------------------------------


def test_before_it_is_sent_a_file_is_its_uploaders_alone(cast: Cast) -> None:
    one = added(cast, cast.nari)
    assert opens(cast.nari, one)
    assert not any(opens(other, one) for other in (cast.pit, cast.anke, cast.ada, cast.olga))


def test_who_sees_the_suggestion_sees_its_files(cast: Cast) -> None:
    one, inner = added(cast, cast.nari), added(cast, cast.nari)
    raise_(cast, [one])
    raise_(cast, [inner], visibility=Visibility.MANAGERS)
    assert all(opens(person, one) for person in (cast.nari, cast.jo, cast.pit, cast.anke))
    assert not any(opens(person, one) for person in (cast.olga, cast.ada, cast.exi))
    assert [opens(person, inner) for person in (cast.nari, cast.jo, cast.pit)] == [True, False, True]


def test_a_file_about_pit_is_not_there_for_pit(cast: Cast) -> None:
    one = added(cast, cast.nari)
    raise_(cast, [one], kind=Kind.FRICTION, about=cast.pit)
    assert [opens(person, one) for person in (cast.nari, cast.anke, cast.pit, cast.juri)] == [True, True, False, False]


def test_a_notes_file_is_for_managers_and_so_is_that_of_an_answer_taken_back(cast: Cast) -> None:
    s = raised(cast)
    noted, answered = added(cast, cast.pit), added(cast, cast.pit)
    suggestion_verbs.note(s, by=cast.pit, now=NIGHT, via=Via.WEB, text="", files=[noted])
    entry = answers.answer(
        s, by=cast.pit, now=NIGHT, via=Via.WEB, outcome=Outcome.DONE, text="Behoben.", files=[answered]
    )
    assert [opens(person, noted) for person in (cast.nari, cast.juri)] == [False, True]
    assert opens(cast.nari, answered)
    answers.undo(s, entry, by=cast.pit, now=NIGHT + timedelta(seconds=20), via=Via.WEB)
    assert [opens(person, answered) for person in (cast.nari, cast.juri)] == [False, True]


def raise_(cast: Cast, added_: list[Attachment], **more: Any) -> Suggestion:
    words = {"title": "Chat-Filter frisst Umlaute", "files": added_} | more
    return suggestion_verbs.raise_(cast.team, by=cast.nari, now=NIGHT, via=Via.WEB, **words)


def test_each_text_keeps_its_files_in_their_order(cast: Cast) -> None:
    s = raise_(cast, [added(cast, cast.nari, name="a.png"), added(cast, cast.nari, LOG, "b.log")])
    more = added(cast, cast.nari, PDF, "c.pdf")
    entry = suggestion_verbs.comment(s, by=cast.nari, now=NIGHT, via=Via.WEB, text="Und das.", files=[more])
    asked = added(cast, cast.pit, name="d.png")
    question = questions.ask(s, by=cast.pit, now=NIGHT, via=Via.WEB, text="So?", files=[asked])
    found = store.of_suggestion(s.id)
    assert [one.name for one in found[_raised_entry(s).id]] == ["a.png", "b.log"]
    assert [one.name for one in found[entry.id]] == ["c.pdf"]
    assert [one.name for one in found[question.id]] == ["d.png"]


def _raised_entry(s: Suggestion) -> Entry:
    [entry] = entries.of_kinds(s.id, EntryKind.RAISED)
    return entry


def test_a_picture_alone_is_a_comment_and_nothing_at_all_is_none(cast: Cast) -> None:
    s = raised(cast)
    suggestion_verbs.comment(s, by=cast.nari, now=NIGHT, via=Via.WEB, text="", files=[added(cast, cast.nari)])
    with pytest.raises(BadInput, match="write something"):
        suggestion_verbs.comment(s, by=cast.nari, now=NIGHT, via=Via.WEB, text="")


# When they go ---------------------------------------------------------------------------------------------------------


def grown_old(by: timedelta, now: datetime = NIGHT) -> None:
    for path in folder().glob("*/*"):
        os.utime(path, ((now - by).timestamp(),) * 2)


def left() -> tuple[int, int]:
    return db.session.scalar(sa.select(sa.func.count(Attachment.id))) or 0, len(list(files.names(folder())))


def test_what_was_never_sent_goes_after_a_day_and_what_was_sent_stays(cast: Cast) -> None:
    raise_(cast, [added(cast, cast.nari, LOG, "sent.log")])
    added(cast, cast.nari)
    db.session.commit()
    grown_old(timedelta(hours=0))
    tidy_up(now=NIGHT + timedelta(hours=23))
    assert left() == (2, 3)
    tidy_up(now=NIGHT + timedelta(hours=25))
    assert left() == (1, 1)


def test_a_form_that_lay_open_for_days_sends_no_other_file_along_than_the_one_it_showed(cast: Cast) -> None:
    shown = added(cast, cast.nari, LOG, "shown.log").id
    db.session.commit()
    grown_old(timedelta(days=2))
    assert tidy_up(now=NIGHT + timedelta(days=2))["files never sent"] == 1
    added(cast, cast.nari, PDF, "later.pdf", now=NIGHT + timedelta(days=2))
    with pytest.raises(BadInput):
        verbs.chosen(cast.team, by=cast.nari, ids=[shown], limits=LIMITS)


def test_a_draft_keeps_its_files_until_it_goes_itself(cast: Cast) -> None:
    one, other = added(cast, cast.nari, PDF, "a.pdf"), added(cast, cast.nari, LOG, "b.log")
    ways: dict[str, Any] = {"by": cast.nari, "purpose": DraftPurpose.RAISE}
    drafts.keep(cast.team, **ways, fields={"title": "Filter"}, now=NIGHT, attachments=[one.id, other.id])
    drafts.keep(cast.team, **ways, fields={}, now=NIGHT, attachments=[one.id])
    kept = drafts.find(cast.team, **ways)
    assert kept is not None
    assert [file.name for file in store.of_draft(kept.id)] == ["a.pdf"]
    db.session.commit()
    grown_old(timedelta(days=2))
    tidy_up(now=NIGHT + timedelta(days=3))
    assert left() == (1, 1)
    drafts.discard(cast.team, **ways)
    db.session.commit()
    tidy_up(now=NIGHT + timedelta(days=3))
    assert left() == (0, 0)


def test_two_rows_share_a_file_and_the_last_one_takes_it_along(cast: Cast) -> None:
    one, other = added(cast, cast.nari, LOG, "a.log"), added(cast, cast.jo, LOG, "b.log")
    assert one.sha256 == other.sha256
    db.session.delete(one)
    db.session.flush()
    assert verbs.forget_files(folder(), store.hashes(), now=NIGHT + timedelta(days=9999)) == 0
    db.session.commit()


def test_a_file_that_is_being_written_anew_is_not_taken_away(cast: Cast, tmp_path: Path) -> None:
    name = files.hash_of(LOG)
    files.put(tmp_path, name, LOG)
    (tmp_path / name[:2] / ".part-left").write_bytes(b"half")
    now = datetime.fromtimestamp(files.path_of(tmp_path, name).stat().st_mtime, tz=NIGHT.tzinfo)
    assert verbs.forget_files(tmp_path, set(), now=now + timedelta(hours=23)) == 0
    assert verbs.forget_files(tmp_path, set(), now=now + timedelta(hours=25)) == 2
    assert list(files.names(tmp_path)) == []


# Backups --------------------------------------------------------------------------------------------------------------


def test_a_backup_brings_the_files_back(cast: Cast, tmp_path: Path) -> None:
    raise_(cast, [added(cast, cast.nari), added(cast, cast.nari, LOG, "chat.log")])
    db.session.commit()
    before = {name: files.path_of(folder(), name).read_bytes() for name in files.names(folder())}
    assert len(before) == 3
    copies.dump(tmp_path / "site.zip", now=NIGHT, attached=folder())
    shutil.rmtree(folder())
    copies.load(tmp_path / "site.zip", attached=folder())
    assert {name: files.path_of(folder(), name).read_bytes() for name in files.names(folder())} == before
    assert {one.sha256 for one in db.session.scalars(sa.select(Attachment))} <= before.keys()
