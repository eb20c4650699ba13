"""Countries in the large languages, by three letters, and Spain's towns that UPS takes for countries."""

import subprocess
import sys

import pytest
from babel import Locale

from agent.shipping.addresses import Area, read_area
from agent.shipping.countries import COUNTRY_NAMES
from agent.shipping.country_names import LANGUAGES, country_of
from agent.shipping.postal_codes import read_postal_code
from agent.shipping.verdict import Changed, Ok, Reject


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("Deutschland", "DE"), ("Allemagne", "DE"), ("Alemania", "DE"), ("Germania", "DE"), ("Alemanha", "DE")),
        *(("Duitsland", "DE"), ("Niemcy", "DE"), ("Tyskland", "DE"), ("Saksa", "DE"), ("Německo", "DE"), ("ドイツ", "DE")),
        *(("德国", "DE"), ("德國", "DE"), ("Германия", "DE"), ("독일", "DE"), ("Németország", "DE")),
        *(("États-Unis", "US"), ("Etats-Unis", "US"), ("Estados Unidos", "US"), ("Vereinigte Staaten", "US"), ("США", "US")),
        *(("Stati Uniti", "US"), ("EE. UU.", "US"), ("EEUU", "US"), ("アメリカ", "US"), ("美国", "US")),
        *(("Royaume-Uni", "GB"), ("Großbritannien", "GB"), ("Reino Unido", "GB"), ("Vereinigtes Königreich", "GB")),
        *(("Österreich", "AT"), ("Osterreich", "AT"), ("Autriche", "AT"), ("Rakousko", "AT"), ("Włochy", "IT"), ("Wlochy", "IT")),
        *(("DEU", "DE"), ("gbr", "GB"), ("USA", "US"), ("CHE", "CH"), ("NLD", "NL"), ("JPN", "JP"), ("MEX", "MX")),
        *(("Niger", "NE"), ("Nigeria", "NG"), ("Guinea", "GN"), ("Guyana", "GY"), ("Suisse", "CH"), ("ČR", None)),
        *(("Kongo", None), ("YUG", None), ("ABC", None), ("Europe", None), ("Welt", None), ("", None), ("XX", None)),
        *(("Ceuta", "XC"), ("Melilla", "XL"), ("ES", "ES")),
    ],
)  # fmt: skip
def test_names(text: str, code: str | None) -> None:
    assert country_of(text) == code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_every_language_is_its_country_or_unknown(language: str) -> None:
    for code, name in Locale.parse(language).territories.items():
        if code in COUNTRY_NAMES:
            found = country_of(name)
            # `Kongo` is two countries in two languages.
            assert found == code or (found is None and code in {"CD", "CG"}), (name, found)


def test_the_library_is_read_only_when_our_own_table_does_not_know() -> None:
    code = (
        "import sys; from agent.shipping.country_names import country_of; import agent.mapping.builder;"
        "country_of('Germany'); sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("country", "city", "code", "postal"),
    [("Spain", "Ceuta", "51001", "XC"), ("ES", "MELILLA", "52001", "XL"), ("España", "Ceuta", "51004", "XC")],
)
def test_spains_towns_across_the_sea(country: str, city: str, code: str, postal: str) -> None:
    verdict = read_area(country, "", "US", city, code)
    assert isinstance(verdict, Changed)
    assert verdict.value == Area(postal, None)
    assert read_postal_code(code, postal) == Ok(code)


@pytest.mark.parametrize(("city", "code"), [("Madrid", "28001"), ("Ceuta", "28001"), ("Madrid", "51001")])
def test_other_places_of_spain_stay_in_spain(city: str, code: str) -> None:
    assert read_area("ES", "", "US", city, code) == Ok(Area("ES", None))


@pytest.mark.parametrize(("country", "code"), [("XC", "28001"), ("XL", "51001"), ("XC", "510")])
def test_their_postal_codes_are_their_own(country: str, code: str) -> None:
    assert isinstance(read_postal_code(code, country), Reject)
