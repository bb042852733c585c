"""What is said in the demo's two teams. The same story in two languages; names are other people's."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.lifecycle import Kind, Urgency


@dataclass(frozen=True, slots=True)
class Raised:
    """A suggestion as it is typed."""

    title: str
    body: str
    kind: Kind = Kind.IDEA
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Names, one for each part; the addresses follow from them."""

    owner: str
    manager: str
    deputy: str
    members: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One team's story. Keys are the same in both languages."""

    team: str
    locale: str
    timezone: str
    cast: Cast
    raised: dict[str, Raised]
    #: what is said to it, by what it is: an answer, a question, a reason, …
    said: dict[str, str]


GERMAN = Words(
    team="Nachtwache",
    locale="de",
    timezone="Europe/Berlin",
    cast=Cast(owner="Anke", manager="Pit", deputy="Juri", members=("Nari", "Melodie", "Tomke")),
    raised={
        "kept": Raised(
            "Vorlage für Verwarnungen",
            "Jede Verwarnung klingt anders. Eine **Vorlage**, die man anpassen kann, würde uns allen helfen.",
        ),
        "moved": Raised(
            "Event-Kalender für alle Gilden",
            "Drei Gilden haben letzten Monat am selben Abend gefeiert. Ein gemeinsamer Kalender, bitte.",
        ),
        "deferred": Raised(
            "Eigenes Forum für Neue",
            "Neue trauen sich im großen Forum nicht zu fragen. Ein ruhiger Platz nur für sie wäre gut.",
        ),
        "forgotten": Raised(
            "Bot löscht Links auf unser eigenes Wiki",
            "Wer auf das Wiki verweist, wird stumm geschaltet. Das trifft gerade die, die helfen wollen.",
            Kind.PROBLEM,
        ),
        "silent": Raised(
            "Chat-Filter frisst Umlaute",
            "Seit dem Update wird aus Grüße Gr**e. Elf Gilden haben sich schon bei uns gemeldet.",
            Kind.PROBLEM,
        ),
        "due": Raised(
            "Dürfen wir Turnierpreise verlosen?",
            "Ein Sponsor bietet drei Gutscheine an. Bis wann müssen wir zusagen, und dürfen wir das überhaupt?",
            Kind.QUESTION,
        ),
        "coming": Raised(
            "Nachtschicht am Wochenende doppelt besetzen",
            "Samstags kommen nach Mitternacht dreimal so viele Meldungen. Allein ist das nicht zu schaffen.",
        ),
        "asked": Raised(
            "Rollenfarben sind kaum zu unterscheiden",
            "Im dunklen Design sehen zwei Rollen gleich aus, für manche von uns sogar vier.",
            Kind.PROBLEM,
        ),
        "contested": Raised(
            "Meldungen ohne Rückmeldung",
            "Wer etwas meldet, hört nie wieder davon. Können wir wenigstens sagen, dass es angesehen wurde?",
        ),
        "broken": Raised(
            "Zugang zum Protokoll für alle Moderierenden",
            "Nur zwei von uns sehen, wer was gelöscht hat. Das macht Übergaben mühsam.",
        ),
        "burning": Raised(
            "Spam-Welle in der Eingangshalle",
            "Seit zehn Minuten, immer neue Konten. Die Sperre nach Alter greift nicht.",
            Kind.PROBLEM,
            Urgency.URGENT,
        ),
        "friction": Raised(
            "Ton in der Übergabe",
            "Zweimal bin ich vor allen angefahren worden. Ich möchte, dass das aufhört.",
            Kind.FRICTION,
        ),
    },
    said={
        "kept": "Die Vorlage liegt im Wiki unter „Verwarnungen“, mit drei Beispielen.",
        "moved": "Der Kalender kommt, alle Gilden tragen selbst ein.",
        "moved_why": "Die Rechte für die Gilden fehlen noch, ohne sie kann niemand eintragen.",
        "deferred": "Erst muss der Umzug der Foren fertig sein, danach sehen wir neu hin.",
        "asked": "Welche zwei sind es für dich? Ein Bild davon würde reichen.",
        "contested": "Dafür fehlt uns gerade die Zeit.",
        "contested_why": "Es geht nicht um Zeit: ein Satz, der von allein kommt, würde reichen.",
        "broken": "Tomke richtet den Zugang für alle ein.",
        "comment": "Bei uns in der Gilde ist das auch Thema.",
        "note": "Der Filter kommt vom Anbieter, ich habe dort schon einmal geschrieben.",
    },
)

ENGLISH = Words(
    team="Lantern Guild",
    locale="en",
    timezone="Europe/London",
    cast=Cast(owner="Maya", manager="Sam", deputy="Lee", members=("Ada", "Noor", "Kim")),
    raised={
        "kept": Raised(
            "A template for warnings",
            "Every warning sounds different. A **template** that one can adapt would help all of us.",
        ),
        "moved": Raised(
            "One event calendar for all guilds",
            "Three guilds threw a party on the same evening last month. A shared calendar, please.",
        ),
        "deferred": Raised(
            "A forum of their own for newcomers",
            "Newcomers do not dare to ask in the big forum. A quiet place just for them would be good.",
        ),
        "forgotten": Raised(
            "Bot removes links to our own wiki",
            "Whoever points to the wiki is muted. It hits exactly those who want to help.",
            Kind.PROBLEM,
        ),
        "silent": Raised(
            "Chat filter eats accents",
            "Since the update, café turns into caf*. Eleven guilds have written to us already.",
            Kind.PROBLEM,
        ),
        "due": Raised(
            "May we raffle tournament prizes?",
            "A sponsor offers three vouchers. When do we have to say yes, and are we allowed to at all?",
            Kind.QUESTION,
        ),
        "coming": Raised(
            "Two people for the weekend night shift",
            "On Saturdays there are three times as many reports after midnight. One person cannot keep up.",
        ),
        "asked": Raised(
            "Role colours are hard to tell apart",
            "In the dark theme two roles look the same, for some of us even four.",
            Kind.PROBLEM,
        ),
        "contested": Raised(
            "Reports without a reply",
            "Whoever reports something never hears of it again. Could we at least say that somebody looked?",
        ),
        "broken": Raised(
            "Let every moderator see the log",
            "Only two of us see who removed what. That makes handing over hard work.",
        ),
        "burning": Raised(
            "Wave of spam in the lobby",
            "For ten minutes now, always new accounts. The age limit does not catch them.",
            Kind.PROBLEM,
            Urgency.URGENT,
        ),
        "friction": Raised(
            "The tone when we hand over",
            "Twice I was snapped at in front of everybody. I want that to stop.",
            Kind.FRICTION,
        ),
    },
    said={
        "kept": "The template is in the wiki under “Warnings”, with three examples.",
        "moved": "The calendar will come, every guild enters its own events.",
        "moved_why": "The guilds have no rights to enter anything yet, and without them it is of no use.",
        "deferred": "The forums have to be moved first, then we look at it again.",
        "asked": "Which two are they for you? A picture would do.",
        "contested": "We have no time for that right now.",
        "contested_why": "It is not about time: one sentence that is sent by itself would do.",
        "broken": "Kim sets up access for everybody.",
        "comment": "My guild talks about this too.",
        "note": "The filter is the vendor's, I have written to them once before.",
    },
)
