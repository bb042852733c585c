"""Public holidays of a region, worked out once and stored, so that an update of the data never moves a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.domain.errors import N_, BadInput

#: Regions of the countries whose holidays differ inside, by the code that python-holidays takes, with their own names.
PARTS: Mapping[str, Mapping[str, str]] = {
    "DE": {
        "BW": "Baden-Württemberg",
        "BY": "Bayern",
        "BE": "Berlin",
        "BB": "Brandenburg",
        "HB": "Bremen",
        "HH": "Hamburg",
        "HE": "Hessen",
        "MV": "Mecklenburg-Vorpommern",
        "NI": "Niedersachsen",
        "NW": "Nordrhein-Westfalen",
        "RP": "Rheinland-Pfalz",
        "SL": "Saarland",
        "SN": "Sachsen",
        "ST": "Sachsen-Anhalt",
        "SH": "Schleswig-Holstein",
        "TH": "Thüringen",
    },
    "AT": {
        "1": "Burgenland",
        "2": "Kärnten",
        "3": "Niederösterreich",
        "4": "Oberösterreich",
        "5": "Salzburg",
        "6": "Steiermark",
        "7": "Tirol",
        "8": "Vorarlberg",
        "9": "Wien",
    },
    "CH": {
        "AG": "Aargau",
        "BE": "Bern",
        "BL": "Basel-Landschaft",
        "BS": "Basel-Stadt",
        "FR": "Fribourg",
        "GE": "Genève",
        "GR": "Graubünden",
        "LU": "Luzern",
        "SG": "St. Gallen",
        "SO": "Solothurn",
        "TG": "Thurgau",
        "TI": "Ticino",
        "VD": "Vaud",
        "VS": "Valais",
        "ZG": "Zug",
        "ZH": "Zürich",
    },
    "GB": {"ENG": "England", "NIR": "Northern Ireland", "SCT": "Scotland", "WLS": "Wales"},
}

_CODES = (
    "DE AT CH GB IE US CA AU NZ BE BG CZ DK EE ES FI FR GR HR HU IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK BR JP ZA"
)
#: Countries as a whole. Where PARTS has the country, this is what all its parts have in common.
COUNTRIES = tuple(_CODES.split())

#: How many years are worked out: the present one and those after it.
YEARS = 3


def is_known_region(region: str) -> bool:
    """Whether ``region`` is a country ("NL") or a part of one ("DE-BY") that we offer."""
    country, _, part = region.partition("-")
    return country in COUNTRIES and (not part or part in PARTS.get(country, {}))


def of_region(region: str, *, first_year: int, locale: str, years: int = YEARS) -> dict[date, str]:
    """The public holidays of a region with their names, by day. Raises ``BadInput`` for a region we do not know.

    The names are in the team's language where the data has it, otherwise in the region's own.
    """
    if not is_known_region(region):
        raise BadInput(N_("We do not know the holidays of “%(given)s”."), field="region", given=region[:40])
    import holidays  # here, because only a team with a region needs it

    country, _, part = region.partition("-")
    wanted = range(first_year, first_year + years)
    known = holidays.country_holidays(country, subdiv=part or None)
    language = _language(locale, known.supported_languages)
    found = holidays.country_holidays(country, subdiv=part or None, years=wanted, language=language)
    return {day: found.get(day, "")[:120] for day in sorted(found)}


def _language(locale: str, supported: tuple[str, ...]) -> str | None:
    """The data's name for the language ("en_US" for "en"), none for the region's own."""
    return next((one for one in supported if one == locale or one.startswith(f"{locale}_")), None)
