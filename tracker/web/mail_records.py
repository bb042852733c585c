"""What the DNS says about the mails of this site, for site admins. It is asked only when the button is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, render_template, request

from tracker import clock
from tracker.domain import mail_records
from tracker.domain.dns_answers import Finding, Record, Verdict, is_public
from tracker.domain.errors import N_, BadInput
from tracker.domain.mail_records import Sending
from tracker.notices.channels.name_servers import NameServers
from tracker.web.blueprint import web
from tracker.web.forms import Form
from tracker.web.identity import Page, settings, signed_in, site_admin
from tracker.web.say import _

WHAT = {
    "spf": N_("Who may send: SPF"),
    "dkim": N_("The signature: DKIM"),
    "dmarc": N_("What becomes of forged mails: DMARC"),
    "mx": N_("Where mail comes in: MX"),
}
VERDICTS = {
    Verdict.GOOD: N_("Good."),
    Verdict.WEAK: N_("It could be better."),
    Verdict.MISSING: N_("It is missing."),
    Verdict.WRONG: N_("It is wrong."),
    Verdict.UNKNOWN: N_("Not known."),
    Verdict.NOT_ASKED: N_("Not looked for."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One thing that was looked at, in the reader's language."""

    title: str
    name: str
    whose: str
    verdict: str
    is_good: bool
    said: list[str]
    records: tuple[str, ...]
    fix: Record | None


@web.get("/admin/dns")
@signed_in
def dns_of_mails() -> Page:
    """``?look=1&selector=mail`` asks; the selector alone only stands in its field."""
    site_admin()
    form = Form(request.args.to_dict())
    site = _site(_selector(form))
    can_look = is_public(site.sender)
    found: tuple[Finding, ...] = ()
    if can_look and form.text("look") and not form.errors:
        found = mail_records.examine(site, _name_servers().asking().ask)
    asked = [one for one in found if one.verdict is not Verdict.NOT_ASKED]
    return render_template(
        "web/mail_records.html",
        form=form,
        facts=_facts(site),
        can_look=can_look,
        address=settings().mail_from,
        is_silent=bool(asked) and all(one.verdict is Verdict.UNKNOWN for one in asked),
        findings=[_line(one, site) for one in found],
    )


def _selector(form: Form) -> str:
    try:
        return mail_records.selector(form.text("selector"))
    except BadInput as refused:
        form.errors["selector"] = _(refused.message, **refused.facts)
        return ""


def _site(selector: str) -> Sending:
    made = settings()
    sender, inbound = _domain(made.mail_from), made.inbound
    envelope = _domain(inbound.bounce_address) if inbound is not None and inbound.bounce_address else sender
    host = urlsplit(made.public_url).hostname or ""
    host = host if is_public(host) else sender
    return Sending(
        sender=sender,
        envelope=envelope,
        relay=mail_records.relay_term(made.smtp.host if made.smtp else host, site=host),
        selector=selector,
        receives=(_domain(inbound.reply_address), _domain(inbound.team_address), envelope) if inbound else (),
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _name_servers() -> NameServers:
    """Those of this machine; a test brings its own."""
    given = current_app.extensions.get("name_servers")
    return given if isinstance(given, NameServers) else NameServers(clock.monotonic)


def _facts(site: Sending) -> list[str]:
    smtp = settings().smtp
    relay = smtp.host if smtp else _("none yet: mails stay on this computer")
    facts = {
        _("Mails come from"): settings().mail_from,
        _("What cannot be delivered comes back to"): site.envelope,
        _("Relay"): relay,
    }
    if site.receives:
        facts[_("Mail is received at")] = ", ".join(dict.fromkeys(site.receives))
    return [f"{term}: {value}" for term, value in facts.items()]


def _whose(found: Finding, site: Sending) -> str:
    """Which of the two domains it is about, where mails leave with two."""
    if found.what != "spf" or site.envelope == site.sender:
        return ""
    return _("the envelope’s domain") if found.name == site.envelope else _("the sender’s domain")


def _line(found: Finding, site: Sending) -> FindingLine:
    return FindingLine(
        title=_(WHAT[found.what]),
        name=found.name,
        whose=_whose(found, site),
        verdict=_(VERDICTS[found.verdict]),
        is_good=found.verdict is Verdict.GOOD,
        said=[_(one.message, **one.facts) for one in found.said],
        records=found.records,
        fix=found.fix,
    )
