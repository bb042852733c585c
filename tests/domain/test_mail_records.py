"""Whether mails will be believed: what stands in the DNS, what it means, and what should stand there instead."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from tracker.domain import dkim_records, dmarc_records, mail_records, spf_records
from tracker.domain.dns_answers import Answer, Ask, Failure, Finding, Verdict, is_name, is_public, shown
from tracker.domain.errors import BadInput
from tracker.domain.mail_records import Sending, relay_term, selector

HOME = "nachtwache.org"
DOWN = Answer(failure=Failure.TOO_SLOW)


def dns(zone: Mapping[str, str | list[str] | Answer]) -> Ask:
    """A DNS with these records; names that are not there have none."""

    def ask(name: str, kind: str) -> Answer:
        found = zone.get(f"{kind} {name}", zone.get(name, []))
        if isinstance(found, Answer):
            return found
        return Answer(tuple(one.encode() for one in ([found] if isinstance(found, str) else found)))

    return ask


def sentences(found: Finding) -> str:
    return " ".join(one.message % one.facts for one in found.said)


# SPF ------------------------------------------------------------------------------------------------------------------


def spf(*records: str, **others: str | Answer) -> Finding:
    zone = {HOME: list(records), **{name.replace("_", "."): said for name, said in others.items()}}
    return spf_records.judge(HOME, dns(zone), sender="a:relay.example.org")


@pytest.mark.parametrize(
    ("record", "verdict", "says", "fix"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", Verdict.GOOD, "are to be refused (-all)", ""),
        ("V=SPF1 MX ~ALL", Verdict.GOOD, "are to be suspected (~all)", ""),
        ("v=spf1 mx ?all", Verdict.WEAK, "does not say what is to become", "v=spf1 mx ~all"),
        ("v=spf1 mx", Verdict.WEAK, "does not say what is to become", "v=spf1 mx ~all"),
        ("v=spf1", Verdict.WEAK, "does not say", "v=spf1 a:relay.example.org ~all"),
        ("v=spf1 mx +all", Verdict.WRONG, "every machine of the world", "v=spf1 mx ~all"),
        ("v=spf1 mx all", Verdict.WRONG, "every machine of the world", "v=spf1 mx ~all"),
        ("v=spf1 -all", Verdict.WRONG, "no mail at all comes from", "v=spf1 a:relay.example.org ~all"),
        ("v=spf1 -all mx", Verdict.WRONG, "no mail at all comes from", "v=spf1 a:relay.example.org ~all"),
        ("v=spf1 ipv4:192.0.2.1 -all", Verdict.WRONG, "“ipv4:192.0.2.1” means nothing in it", ""),
        ("v=spf1 include: -all", Verdict.WRONG, "“include:” means nothing", ""),
        ("v=spf1 mx \u2013all", Verdict.WRONG, "means nothing in it", ""),
        ("v=spf1 ip4:192.0.2.300 -all", Verdict.WRONG, "“ip4:192.0.2.300” means nothing", ""),
        ("v=spf1 ip6:192.0.2.1 -all", Verdict.WRONG, "“ip6:192.0.2.1” means nothing", ""),
        ("v=spf1 ip4:192.0.2.9/24 ip6:2001:db8::/32 -all", Verdict.GOOD, "it costs 0.", ""),
        ("v=spf1 ip4:192.0.2.1 -all mx include:nowhere.org", Verdict.GOOD, "it costs 0.", ""),
        ("v=spf1 a/24 mx:x.org//64 exp=why.x.org -all", Verdict.GOOD, "it costs 2.", ""),
        ("v=spf1 include:%{d}.x.org -all", Verdict.UNKNOWN, "did not say everything", ""),
    ],
)
def test_a_record_and_what_it_means(record: str, verdict: Verdict, says: str, fix: str) -> None:
    found = spf("another text", record)
    assert found.verdict is verdict
    assert says in sentences(found)
    assert (found.fix.value if found.fix else "") == fix
    assert len(found.records) == 1


@pytest.mark.parametrize("text", ["v=spf10 mx -all", "spf1 -all", " v=spf1 -all", "v=spf2.0/pra -all", ""])
def test_what_only_looks_like_one_is_none_and_the_record_to_put_there_is_given(text: str) -> None:
    found = spf(text)
    assert (found.verdict, found.records) == (Verdict.MISSING, ())
    assert found.fix is not None
    assert (found.fix.name, found.fix.kind, found.fix.value) == (HOME, "TXT", "v=spf1 a:relay.example.org ~all")


def test_of_two_records_none_counts_and_one_is_made_of_both() -> None:
    found = spf("v=spf1 mx -all", "v=spf1 include:post.example mx ~all")
    assert (found.verdict, len(found.records)) == (Verdict.WRONG, 2)
    assert found.fix is not None
    assert found.fix.value == "v=spf1 mx include:post.example ~all"


@pytest.mark.parametrize(
    ("record", "others", "verdict", "says"),
    [
        # 1 + (1 + 1) = 3
        (
            "v=spf1 include:a.org -all",
            {"a_org": "v=spf1 include:b.org ?all", "b_org": "v=spf1 mx -all"},
            Verdict.GOOD,
            "costs 3.",
        ),
        ("v=spf1 include:a.org -all", {}, Verdict.WRONG, "“a.org”, where no single good record"),
        ("v=spf1 include:a.org -all", {"a_org": "v=spf1 oops"}, Verdict.WRONG, "“a.org”"),
        ("v=spf1 include:a.org -all", {"a_org": DOWN}, Verdict.UNKNOWN, "did not say everything"),
        ("v=spf1 include:a.org -all", {"a_org": "v=spf1 include:a.org -all"}, Verdict.WRONG, "more than ten"),
        (
            "v=spf1 redirect=a.org",
            {"a_org": "v=spf1 mx -all"},
            Verdict.GOOD,
            "refused (-all). Of ten questions to the DNS that it may cost it costs 2.",
        ),
        ("v=spf1 redirect=a.org", {"a_org": "v=spf1 redirect=a.org"}, Verdict.WRONG, "more than ten"),
        ("v=spf1 -all redirect=a.org", {}, Verdict.WRONG, "no mail at all"),
        ("v=spf1 include:<b>.org -all", {}, Verdict.WRONG, "“<b>.org”"),
    ],
)
def test_what_a_record_leads_to_counts_with_it(
    record: str, others: dict[str, str | Answer], verdict: Verdict, says: str
) -> None:
    found = spf(record, **others)
    assert found.verdict is verdict
    assert says in sentences(found)


@pytest.mark.parametrize(("count", "verdict"), [(10, Verdict.GOOD), (11, Verdict.WRONG)])
def test_ten_questions_are_the_most(count: int, verdict: Verdict) -> None:
    found = spf(" ".join(["v=spf1", *(f"a:h{number}.org" for number in range(count)), "-all"]))
    assert found.verdict is verdict


def test_a_record_of_a_thousand_includes_is_not_followed() -> None:
    asked: list[str] = []
    record = " ".join(["v=spf1", *(f"include:h{number}.org" for number in range(1000)), "-all"])

    def ask(name: str, kind: str) -> Answer:
        asked.append(name)
        return Answer((record.encode(),))

    assert spf_records.judge(HOME, ask, sender="mx").verdict is Verdict.WRONG
    assert asked == [HOME]


# DKIM -----------------------------------------------------------------------------------------------------------------


def element(tag: int, *inside: bytes) -> bytes:
    """An element of DER."""
    data = b"".join(inside)
    if len(data) < 0x80:
        return bytes([tag, len(data)]) + data
    size = len(data).to_bytes(2, "big")
    return bytes([tag, 0x82]) + size + data


def rsa(bits: int, *, is_bare: bool = False) -> str:
    modulus = b"\0" + (1 << (bits - 1) | 1).to_bytes(bits // 8, "big")
    bare = element(0x30, element(0x02, modulus), element(0x02, b"\1\0\1"))
    algorithm = element(0x30, element(0x06, bytes.fromhex("2a864886f70d010101")), element(0x05))
    return base64.b64encode(bare if is_bare else element(0x30, algorithm, element(0x03, b"\0", bare))).decode()


ED25519 = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    ("records", "verdict", "says"),
    [
        ([f"v=DKIM1; k=rsa; p={rsa(2048)}"], Verdict.GOOD, "An RSA key of 2048 bits."),
        ([f"p={rsa(4096)}"], Verdict.GOOD, "An RSA key of 4096 bits."),
        ([f"v=DKIM1; p={rsa(2048, is_bare=True)}"], Verdict.GOOD, "2048 bits"),
        ([f"v=DKIM1; p={rsa(2048)[:90]} {rsa(2048)[90:]};"], Verdict.GOOD, "2048 bits"),
        ([f"v=DKIM1; p={rsa(1024)}"], Verdict.WEAK, "1024 bits"),
        ([f"v=DKIM1; p={rsa(768)}"], Verdict.WRONG, "so short that no signature counts"),
        ([f"v=DKIM1; t=s:y; p={rsa(2048)}"], Verdict.WEAK, "on trial"),
        ([f"v=DKIM1; k=ed25519; p={ED25519}"], Verdict.WEAK, "ed25519"),
        ([f"v=DKIM1; k=ed25519; p={ED25519[:-8]}"], Verdict.WRONG, "cannot be read"),
        ([f"v=DKIM1; k=dsa; p={rsa(2048)}"], Verdict.WRONG, "“dsa”"),
        ([f"v=DKIM1; p={rsa(2048)[:-80]}"], Verdict.WRONG, "cannot be read"),
        (["v=DKIM1; p=MIIB<script>"], Verdict.WRONG, "cannot be read"),
        (["v=DKIM1; p="], Verdict.WRONG, "was taken back"),
        ([f"v=DKIM2; p={rsa(2048)}"], Verdict.WRONG, "begin with v=DKIM1"),
        ([f"p={rsa(2048)}", f"p={rsa(1024)}"], Verdict.WRONG, "2 keys under one selector"),
        (["google-site-verification=x"], Verdict.MISSING, "No key stands there"),
    ],
)
def test_a_key_and_what_it_is_worth(records: list[str], verdict: Verdict, says: str) -> None:
    found = dkim_records.judge(HOME, "s1", dns({f"s1._domainkey.{HOME}": records}))
    assert (found.verdict, found.name) == (verdict, f"s1._domainkey.{HOME}")
    assert says in sentences(found)


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80", b"\x30\xff" + b"\xff" * 200, b"\x30\x03\x30\x01", bytes(500)]
)
def test_a_key_that_is_cut_off_or_lies_about_its_length_is_none(data: bytes) -> None:
    assert dkim_records.rsa_bits(data) is None


def test_a_key_of_the_domain_around_the_senders_counts_and_that_is_said() -> None:
    ask = dns({f"s1._domainkey.{HOME}": f"v=DKIM1; p={rsa(2048)}"})
    found = dkim_records.judge(f"post.{HOME}", "s1", ask)
    assert (found.verdict, found.name) == (Verdict.GOOD, f"s1._domainkey.{HOME}")
    assert f"stands for {HOME}, which counts for post.{HOME}" in sentences(found)
    missing = dkim_records.judge(f"post.{HOME}", "s2", ask)
    assert (missing.verdict, missing.name) == (Verdict.MISSING, f"s2._domainkey.post.{HOME}")


def test_without_a_selector_nobody_is_asked() -> None:
    found = dkim_records.judge(HOME, "", dns({}))
    assert found.verdict is Verdict.NOT_ASKED


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(" S2026 ", "s2026"), ("", ""), ("s1._domainkey.nachtwache.org", "s1"), ("mail.eu", "mail.eu")],
)
def test_a_selector_as_people_type_it(typed: str, meant: str) -> None:
    assert selector(typed) == meant


@pytest.mark.parametrize("typed", ["a b", "x" * 64, "größe", "a..b", "a.", "<b>", "a\r\nb"])
def test_what_is_no_selector_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        selector(typed)


# DMARC ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "verdict", "says"),
    [
        ("v=DMARC1; p=reject", Verdict.GOOD, "are refused"),
        ("v = DMARC1 ;P=Quarantine; rua=mailto:x@example.org", Verdict.GOOD, "spam folder"),
        ("v=DMARC1; p=none", Verdict.WEAK, "arrive all the same"),
        ("v=DMARC1; p=maybe", Verdict.WRONG, "nothing that mail servers know"),
        ("v=DMARC1", Verdict.WRONG, "nothing that mail servers know"),
        ("v=DMARC2; p=reject", Verdict.MISSING, "No policy"),
        ("p=reject; v=DMARC1", Verdict.MISSING, "No policy"),
    ],
)
def test_a_policy_and_what_it_asks_for(record: str, verdict: Verdict, says: str) -> None:
    found = dmarc_records.judge(HOME, HOME, dns({f"_dmarc.{HOME}": record}))
    assert found.verdict is verdict
    assert says in sentences(found)


@pytest.mark.parametrize(
    ("sender", "envelope", "record", "fits"),
    [
        ("nachtwache.org", "nachtwache.org", "v=DMARC1; p=reject; aspf=s", True),
        ("nachtwache.org", "bounce.nachtwache.org", "v=DMARC1; p=reject", True),
        ("nachtwache.org", "bounce.nachtwache.org", "v=DMARC1; p=reject; aspf=s", False),
        ("nachtwache.org", "bounces.relay.example", "v=DMARC1; p=reject", False),
        ("nachtwache.org", "xnachtwache.org", "v=DMARC1; p=reject", False),
        ("post.nachtwache.org", "nachtwache.org", "v=DMARC1; p=reject", True),
        ("post.nachtwache.org", "bounce.nachtwache.org", "v=DMARC1; p=reject", True),  # the policy stands above both
    ],
)
def test_the_envelope_counts_where_it_belongs_to_the_senders_domain(
    sender: str, envelope: str, record: str, fits: bool
) -> None:
    said = sentences(dmarc_records.judge(sender, envelope, dns({"_dmarc.nachtwache.org": record})))
    assert ("so SPF counts" in said) is fits
    assert ("Only a signature" in said) is not fits


def test_the_policy_of_a_domain_above_holds_for_those_below_with_its_own_word_for_them() -> None:
    found = dmarc_records.judge("post.nachtwache.org", HOME, dns({f"_dmarc.{HOME}": "v=DMARC1; p=reject; sp=none"}))
    assert (found.name, found.verdict) == (f"_dmarc.{HOME}", Verdict.WEAK)


def test_the_policy_of_a_registry_makes_no_family_of_all_its_names() -> None:
    ask = dns({"_dmarc.gov.example": "v=DMARC1; p=reject; psd=y"})
    said = sentences(dmarc_records.judge("a.gov.example", "b.gov.example", ask))
    assert "Only a signature for a.gov.example (DKIM)" in said


def test_the_last_name_of_all_is_never_asked_and_a_long_one_not_to_its_end() -> None:
    asked: list[str] = []

    def ask(name: str, kind: str) -> Answer:
        asked.append(name)
        return Answer()

    found = dmarc_records.judge("a.b.nachtwache.org", HOME, ask)
    assert asked == ["_dmarc.a.b.nachtwache.org", "_dmarc.b.nachtwache.org", "_dmarc.nachtwache.org"]
    assert found.fix is not None
    assert (found.fix.name, found.fix.value) == ("_dmarc.a.b.nachtwache.org", "v=DMARC1; p=none")
    asked.clear()
    dmarc_records.judge("a." * 50 + HOME, HOME, ask)
    assert len(asked) == 5


def test_of_two_policies_none_counts() -> None:
    found = dmarc_records.judge(HOME, HOME, dns({f"_dmarc.{HOME}": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}))
    assert found.verdict is Verdict.WRONG


# Where mail comes in, and all of it together --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("records", "verdict", "fix"),
    [
        (["10 mx1.nachtwache.org.", "20 mx2.nachtwache.org."], Verdict.GOOD, ""),
        ([], Verdict.MISSING, "10 mail.nachtwache.org."),
        (["0 ."], Verdict.WRONG, "10 mail.nachtwache.org."),
    ],
)
def test_where_mail_comes_in(records: list[str], verdict: Verdict, fix: str) -> None:
    found = mail_records.mx(HOME, dns({f"MX {HOME}": records}))
    assert (found.verdict, list(found.records)) == (verdict, records)
    assert (found.fix.value if found.fix else "") == fix


def test_each_domain_is_looked_at_once_in_the_order_in_which_one_would_mend_it() -> None:
    site = Sending(sender=HOME, envelope="in.org", relay="mx", selector="s1", receives=("in.org", "in.org", HOME))
    found = mail_records.examine(site, dns({}))
    assert [(one.what, one.name) for one in found] == [
        ("spf", "in.org"),
        ("spf", HOME),
        ("dkim", f"s1._domainkey.{HOME}"),
        ("dmarc", f"_dmarc.{HOME}"),
        ("mx", "in.org"),
        ("mx", HOME),
    ]
    assert {one.verdict for one in found} == {Verdict.MISSING}
    silent = mail_records.examine(site, lambda name, kind: DOWN)
    assert {one.verdict for one in silent} == {Verdict.UNKNOWN}
    assert [one.fix for one in silent if one.fix is not None] == []


@pytest.mark.parametrize(
    ("host", "term"),
    [
        ("smtp.post.example", "a:smtp.post.example"),
        ("8.8.4.4", "ip4:8.8.4.4"),
        ("2001:4860::1", "ip6:2001:4860::1"),
        ("127.0.0.1", "a:tracker.nachtwache.org"),
        ("10.1.2.3", "a:tracker.nachtwache.org"),
        ("localhost", "a:tracker.nachtwache.org"),
        ("mailrelay", "a:tracker.nachtwache.org"),
    ],
)
def test_a_term_for_the_relay(host: str, term: str) -> None:
    assert relay_term(host, site="tracker.nachtwache.org") == term


# Strangers' words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "seen"),
    [
        ("v=spf1 -all", "v=spf1 -all"),
        ("a\x00b\x1b[31m\r\n\u202ec", "a\ufffdb\ufffd[31m\ufffd\ufffd\ufffdc"),
        ("x" * 65000, "x" * 600 + "…"),
        ("x" * 600, "x" * 600),
    ],
)
def test_a_record_is_shown_cut_and_in_plain_signs(record: str, seen: str) -> None:
    assert shown(record) == seen


def test_bytes_that_are_no_text_are_read_all_the_same_and_only_so_many_records_are() -> None:
    assert Answer((b"v=spf1 \xff\xfe -all",)).texts == ["v=spf1 \ufffd\ufffd -all"]
    assert len(Answer((b"x",) * 5000).texts) == 50


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("nachtwache.org", True),
        ("nachtwache.org.", True),
        ("_spf.nachtwache.org", True),
        ("xn--nachtwche-02a.example", True),
        ("", False),
        (".", False),
        ("a..org", False),
        ("-a.org", False),
        ("a b.org", False),
        ("größe.org", False),
        (f"{'x' * 64}.org", False),
        ("x." * 130 + "org", False),
    ],
)
def test_only_a_name_is_asked_for(name: str, is_one: bool) -> None:
    assert is_name(name) is is_one


@pytest.mark.parametrize(
    ("domain", "is_one"),
    [
        ("nachtwache.org", True),
        ("localhost", False),
        ("a.localhost", False),
        ("nas.local", False),
        ("192.0.2.1", False),
        ("[127.0.0.1]", False),
    ],
)
def test_a_name_at_home_is_nothing_that_others_could_ask_for(domain: str, is_one: bool) -> None:
    assert is_public(domain) is is_one
