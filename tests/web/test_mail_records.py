"""Mails and the DNS: a page that asks when somebody presses the button, and says what is missing and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from config import SmtpServer
from config_inbound import ImapServer, Inbound
from tests.acts.cast import Cast
from tests.name_server import NameServer, name_server
from tests.times import FakeClock
from tests.web.visitors import Visitor, problems, said

PAGE = "/admin/dns"
LOOK = f"{PAGE}?look=1&selector=s1"
FIELD = 'name="selector" value="%s"'
Visit = Callable[[str], Visitor]
INBOUND = Inbound(
    imap=ImapServer("imap.post.example", 993, "tls", "tracker", "secret"),
    reply_address="reply@in.nachtwache.org",
    team_address="{team}@in.nachtwache.org",
    bounce_address="bounce@in.nachtwache.org",
)
#: The relay signs with a key that was taken back, and nobody has written down where mail comes in.
ZONE = {
    "TXT nachtwache.org": ['"v=spf1 include:_spf.post.example ~all"'],
    "TXT _spf.post.example": ['"v=spf1 ip4:192.0.2.0/24 -all"'],
    "TXT s1._domainkey.nachtwache.org": ['"v=DKIM1; p=" "<script>alert(1)</script>"'],
    "TXT _dmarc.nachtwache.org": ['"v=DMARC1; p=reject"'],
}


@pytest.fixture
def there() -> Iterator[NameServer]:
    with name_server(ZONE) as made:
        yield made


@pytest.fixture
def app(make_app: Callable[..., Flask], there: NameServer) -> Flask:
    relay = SmtpServer("smtp.post.example", 587, "starttls")
    app = make_app(smtp=relay, mail_from="post@nachtwache.org", inbound=INBOUND)
    app.extensions["name_servers"] = there.servers()
    return app


@pytest.mark.databases("sqlite")
def test_it_asks_only_when_the_button_is_pressed_and_keeps_the_selector_in_its_address(
    visit: Visit, there: NameServer
) -> None:
    page = visit("ada").get(f"{PAGE}?selector=s1")
    assert "Mails kommen von: post@nachtwache.org" in said(page)
    assert FIELD % "s1" in page.text
    assert there.asked == []
    assert "Wer senden darf" not in page.text
    assert FIELD % "s1" in visit("ada").get(LOOK).text
    assert "TXT s1._domainkey.nachtwache.org" in there.asked


def test_it_says_of_each_thing_what_stands_there_and_what_belongs_there(visit: Visit) -> None:
    page = visit("ada").get(LOOK)
    text = said(page)
    assert "nachtwache.org · Domain des Absenders v=spf1 include:_spf.post.example ~all Gut." in text
    assert "in.nachtwache.org · Domain des Umschlags Fehlt." in text
    assert 'data-copy-text="v=spf1 a:smtp.post.example ~all"' in page.text
    assert "_dmarc.nachtwache.org v=DMARC1; p=reject Gut." in text
    assert "10 mail.in.nachtwache.org." in text
    assert "Der Schlüssel lässt sich nicht lesen" in text


def test_what_strangers_wrote_is_text_and_never_markup(visit: Visit) -> None:
    page = visit("ada").get(LOOK)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


@pytest.mark.databases("sqlite")
def test_a_selector_that_is_none_comes_back_with_the_reason_and_nobody_is_asked(
    visit: Visit, there: NameServer
) -> None:
    page = visit("ada").get(f"{PAGE}?look=1&selector=a+b")
    assert "„a b“ ist kein Selektor" in problems(page)["selector"]
    assert FIELD % "a b" in page.text
    assert there.asked == []


@pytest.mark.databases("sqlite")
def test_a_dns_that_does_not_answer_is_called_so(app: Flask, visit: Visit, there: NameServer) -> None:
    there.is_silent = True
    app.extensions["name_servers"] = there.servers(seconds=0.2)
    text = said(visit("ada").get(LOOK))
    assert "In 3 Sekunden kam von keinem Nameserver eine Antwort" in text
    assert "Gut." not in text
    assert "Das gehört ins DNS" not in text


@pytest.mark.databases("sqlite")
def test_where_mails_come_from_a_name_at_home_there_is_nothing_to_ask(
    make_app: Callable[..., Flask], cast: Cast, clock: FakeClock, there: NameServer
) -> None:
    at_home = make_app()
    at_home.extensions["name_servers"] = there.servers()
    text = said(Visitor(at_home, clock).signed_in(cast.ada).get(LOOK))
    assert "Mails kommen von post@localhost, und niemand sonst kann das DNS nach diesem Namen fragen." in text
    assert "Jetzt nachsehen" not in text
    assert there.asked == []
