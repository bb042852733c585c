"""One suggestion behind a signed link in a mail: a GET shows it, a POST acts, and neither needs or begins a session.

Why it may, and what stops others: docs/decisions/links-in-mails.md.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, g, make_response, redirect, render_template, request

from tracker import access
from tracker.acts import answers, snoozes
from tracker.acts import mail_links as acts
from tracker.acts.mail_links import Forged, Link, NeedsSigningIn
from tracker.domain.errors import N_, BadInput, LinkEnded, NotPossible, OutOfReach
from tracker.notices import links, tokens
from tracker.notices.tokens import Purpose
from tracker.store.base import db
from tracker.store.doors import UsedLink
from tracker.store.entries import Entry, Via
from tracker.store.people import Person
from tracker.web import deeds, errors, forms, language, later, suggestions, views_mail_link, views_suggestion
from tracker.web.accounts import sign_in_page
from tracker.web.blueprint import web
from tracker.web.deeds import How
from tracker.web.errors import Words
from tracker.web.forms import Form, typed
from tracker.web.guesses import Guesses
from tracker.web.identity import Page, current_person, now, settings
from tracker.web.say import _
from tracker.web.security import came_from_elsewhere, came_from_here, without_csrf
from tracker.web.views_forms import Sent

ELSEWHERE = Words(
    N_("That did not come from here."),
    N_("Nothing was saved. What was typed is here; copy it, open the link in your mail and send it there."),
)
ENDED = Words(N_("This link does not work any more."), acts.ENDED)
TYPED_HERE = N_("What you typed is kept and there afterwards.")
COPY_IT = N_("What was typed is here; copy it before you go on.")
SLOWLY = N_("Too many links from your network that do not work. Please wait %(minutes)s min, or sign in.")
OLD_FORM = N_("This page was open for a long time. Nothing was saved yet. Send it again.")
NOTHING_TO_UNDO = N_("There is nothing that could be taken back with this link.")


@web.get("/m/<purpose>/<token>")
def mail_link(purpose: str, token: str) -> Page:
    """The suggestion, and what the link is for. Looking changes nothing: scanners and previews look too."""
    return _with_link(purpose, token, _shown)


@web.post("/m/<purpose>/<token>/<act>")
def use_mail_link(purpose: str, token: str, act: str) -> Page:
    """Act once: the link is used up in the same transaction."""
    if came_from_elsewhere(request, settings().public_url):
        return errors.page(403, ELSEWHERE, again=False)
    return _with_link(purpose, token, lambda link: _acted(link, act))


without_csrf("web.use_mail_link")


# Whose it is ----------------------------------------------------------------------------------------------------------


def _with_link(purpose: str, token: str, do: Callable[[Link], Page]) -> Page:
    """Do it with the link, or say why not."""
    waiting = _guesses().wait(_network(), now=now())
    if waiting:
        return _slowly(-(-int(waiting.total_seconds()) // 60))
    try:
        link = acts.read(purpose, token, now=now())
    except NeedsSigningIn as refused:
        language.speak_to(refused.link.person)
        return _sign_in_for(refused.link, ENDED)
    except Forged:
        _guesses().failed(_network(), now=now())
        return _ended()
    except LinkEnded:
        return _ended()
    reader = current_person()
    if reader is not None and reader.id != link.person.id:
        return _for_somebody_else(link, reader)
    language.speak_to(link.person)
    g.team = link.suggestion.team
    return do(link)


def _guesses() -> Guesses:
    found: Guesses = current_app.extensions.setdefault("guesses", Guesses())
    return found


def _network() -> str:
    return request.remote_addr or ""


def _slowly(minutes: int) -> Page:
    words = Words(errors.WORDS[429].headline, _(SLOWLY, minutes=minutes))
    response = make_response(errors.page(429, words, translated=True))
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _ended() -> Page:
    """Nobody is told what it led to. What was typed has no place to go to: it is shown to be copied."""
    if current_person() is not None or (forms.kept() and not came_from_here(request)):
        return errors.page(410, Words(ENDED.headline, f"{_(ENDED.sentence)} {_kept_words(COPY_IT)}"), translated=True)
    return _sign_in(ENDED, next_path="", kept_path="")


def _kept_words(sentence: str) -> str:
    return _(sentence) if _has_typed() else ""


def _has_typed() -> bool:
    return bool(request.form.get("text", "").strip())


def _sign_in_for(link: Link, words: Words) -> Page:
    """Where its person signs in and goes on; what was typed goes along. Who is signed in is there already."""
    reader, target = current_person(), views_mail_link.page_path(link)
    kept_path = f"{target}/{request.path.rpartition('/')[2]}" if _has_typed() else ""
    if kept_path and not came_from_here(request):
        return errors.page(410, Words(words.headline, f"{_(words.sentence)} {_(COPY_IT)}"), translated=True)
    if reader is not None and reader.id == link.person.id:
        return render_template("web/go_on.html", kept=forms.kept(), path=kept_path) if kept_path else redirect(target)
    return _sign_in(words, next_path=target, kept_path=kept_path)


def _sign_in(words: Words, *, next_path: str, kept_path: str, status: int = 410) -> Page:
    kept = forms.kept() if _has_typed() else []
    sentence = f"{_(words.sentence)} {_(TYPED_HERE if kept_path else COPY_IT)}" if kept else _(words.sentence)
    form = Form({"stay": "1", "next": next_path})
    response = make_response(sign_in_page(form, kept=kept, kept_path=kept_path, words=Words(words.headline, sentence)))
    response.status_code = status
    return response


def _for_somebody_else(link: Link, reader: Person) -> Page:
    """Forwarded, or a browser that somebody else uses: nobody writes under another name without noticing."""
    html = render_template(
        "web/mail_link_other.html",
        whose=link.person.name,
        name=reader.name,
        url=views_mail_link.page_path(link),
        kept=forms.kept(),
    )
    return html, 403


# Looking --------------------------------------------------------------------------------------------------------------


def _shown(link: Link, *, sent: Sent | None = None) -> str:
    k = views_suggestion.known(link.suggestion, link.person, language.reader())
    used = acts.used(link)
    if sent is not None:
        sent = suggestions.with_meanwhile(k, sent)
    page = views_mail_link.page(
        link,
        k,
        used=used,
        sent=sent,
        is_signed_in=current_person() is not None,
        was_taken_back="undone" in request.args,
    )
    return render_template("web/mail_link.html", page=page, kept_done=_arrived(link, used))


def _arrived(link: Link, used: UsedLink | None) -> list[str]:
    """What the browser kept of the form that acted may go."""
    if used is None:
        return []
    keys = ("answer", "done") if used.act == "answer" else (used.act,)
    return [f"{key}:{views_mail_link.page_path(link)}/{used.act}" for key in keys]


# Acting ---------------------------------------------------------------------------------------------------------------


def _acted(link: Link, act: str) -> Page:
    key = request.form.get("form", act)
    form = typed(lambda form: _shown(link, sent=Sent(key, form)))
    if not tokens.is_form_key(form.text("link_key"), link.token):
        return _unmarked()
    if act == "undo":
        return _taken_back(link)
    if act == "later":
        return _put_off(link, form)
    if act not in link.acts:
        raise OutOfReach(access.NOT_THERE)
    if (used := acts.used(link)) is not None:
        return _used_before(link, used, form)
    if act == "answer" and deeds.is_far(link.suggestion, form, now=now()):
        return _shown(link, sent=Sent(key, form, ask_first=_(deeds.ASK_FIRST))), 422
    return _once(link, act, form)


def _put_off(link: Link, form: Form) -> Page:
    """The reader's own reminders wait; nobody else's do, and the link is as good as before."""
    offers = later.offers_to(link.person, link.suggestion) if link.purpose is Purpose.ANSWER else {}
    until = offers.get(form.text("choice"))
    if until is None:
        raise BadInput(later.CHOOSE, field="choice")
    snoozes.put_off(link.suggestion, by=link.person, until=until, now=now())
    db.session.commit()
    return redirect(views_mail_link.path_of(link), 303)


def _unmarked() -> Page:
    """Without the key of a form that we made: only what this site itself sent is offered again."""
    if came_from_here(request):
        raise BadInput(OLD_FORM, field="form")
    return errors.page(403, ELSEWHERE, again=False)


def _once(link: Link, act: str, form: Form) -> Page:
    mine = acts.use(link, act, request_key=form.text("request_key"), now=now())
    if mine is None:  # somebody was quicker, and has committed meanwhile
        db.session.rollback()
        return _used_before(link, acts.used(link), form)
    done = deeds.DEEDS[act](link.suggestion, form, How(link.person, now(), Via.MAIL))
    mine.entry_id = done.id if isinstance(done, Entry) else None
    db.session.commit()
    if act == "hand-back" and not access.can_see(link.person, link.suggestion):
        return _out_of_sight()
    return redirect(views_mail_link.path_of(link), 303)


def _out_of_sight() -> Page:
    """What they had been let in for is handed back: there is no page that it could lead to."""
    headline, sentence = _(deeds.HANDED_BACK), _(deeds.OUT_OF_SIGHT)
    return render_template("web/error.html", headline=headline, sentence=sentence, kept=[], again=False, again_url="")


def _used_before(link: Link, used: UsedLink | None, form: Form) -> Page:
    """The same form sent twice sees what it did; other words are kept, to be sent by who signs in."""
    if used is None or (used.request_key and used.request_key == form.text("request_key")):
        return redirect(views_mail_link.path_of(link), 303)
    k = views_suggestion.known(link.suggestion, link.person, language.reader())
    words = Words(*views_mail_link.used_words(link, k, used))
    return _sign_in_for(link, words)


def _taken_back(link: Link) -> Page:
    """The answer that was given with this link; afterwards it is good again."""
    used = acts.used(link)
    if used is None or used.act != "answer" or used.entry_id is None:
        raise NotPossible(NOTHING_TO_UNDO)
    entry = access.find_entry(link.person, link.suggestion, used.entry_id)
    answers.undo(link.suggestion, entry, by=link.person, now=now(), via=Via.MAIL)
    acts.give_back(link)
    db.session.commit()
    return redirect(links.path("mail_link", purpose=link.purpose.value, token=link.token, query={"undone": "1"}), 303)
