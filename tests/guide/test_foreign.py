"""Words in another language: said kindly, in that language, with help lines; and danger is danger in all of them."""

import pytest
from django.test import Client

from guide import content, danger, foreign

SPOKEN = [
    ("terapia de pareja", "es", "therapy couple"),
    ("mon mari refuse la thérapie", "fr", "therapy partner refuses"),
    ("Paartherapie", "de", "couple therapy"),
    ("terapia di coppia", "it", "therapy couple"),
    ("meu marido não quer terapia", "pt", "therapy partner"),
    ("mijn man wil niet praten", "nl", "partner talk"),
    ("mój mąż pije", "pl", "partner drinks"),
    ("min man vägrar terapi", "sv", "therapy refuses"),
    ("boşanma", "tr", "divorce"),
    ("развод и дети", "ru", "children divorce"),
    ("طلاق", "ar", "divorce"),
    ("तलाक", "hi", "divorce"),
    ("离婚", "zh", "divorce"),
    ("이혼", "ko", "divorce"),
]
DANGER = [
    ("mi marido me pega", "harm"),
    ("no quiero vivir", "dying"),
    ("tengo miedo", "afraid"),
    ("il me frappe", "harm"),
    ("j’ai peur de lui", "afraid"),
    ("mein Mann schlägt mich", "harm"),
    ("vergewaltigt", "forced"),
    ("mio marito mi picchia", "harm"),
    ("meu namorado me bateu", "harm"),
    ("mijn man slaat mij", "harm"),
    ("mąż mnie bije", "harm"),
    ("mannen slår meg", "harm"),
    ("kocam beni dövüyor", "harm"),
    ("муж бьет меня", "harm"),
    ("ο άντρας μου με χτυπάει", "harm"),
    ("زوجي يضربني", "harm"),
    ("मेरा पति मुझे मारता है", "harm"),
    ("老公打我", "harm"),
    ("夫が怖い", "afraid"),
    ("남편이 때려요", "harm"),
]


@pytest.mark.parametrize(("typed", "code", "meaning"), SPOKEN)
def test_a_language_is_told_by_a_few_words(typed: str, code: str, meaning: str) -> None:
    tongue = foreign.spoken(typed)

    assert tongue and tongue.code == code
    assert {*meaning.split()} <= {*tongue.translated(typed).split()}


@pytest.mark.parametrize(("typed", "kind"), DANGER)
def test_danger_is_recognised_in_other_languages(typed: str, kind: str) -> None:
    assert danger.kind(typed, "en") == kind


@pytest.mark.parametrize(
    "typed",
    ["on my own", "de facto", "la la land", "die", "angst", "no sex", "con man", "he has an ego", "en suite", "a", "Özlem", "§", ""],
)
def test_english_is_english(typed: str) -> None:
    assert foreign.spoken(typed) is None


def test_every_list_is_made_of_words_that_tell(db: None) -> None:
    for language in content.read(foreign.LANGUAGES, "en")[0].values():
        tongue = foreign.Tongue(language)
        assert language.says
        assert all(
            tongue.dangers(getattr(language, kind).replace("*", "").split(",")[0]) for kind in foreign.KINDS if getattr(language, kind)
        )


def test_it_is_said_in_that_language_with_help_lines_and_passages(synchronised: None, client: Client) -> None:
    page = client.post("/guide/search/", {"q": "terapia de pareja"}).content.decode()

    assert 'lang="es">Esta guía está solo en inglés.' in page
    assert 'href="/help/?country=ES">Spain</a>' in page and "016" in page
    assert "these are the passages for “couple therapy”" in page and '<ol class="passages"' in page
    assert "Nothing found" not in page and "Did you mean" not in page


def test_danger_in_another_language_is_met_with_the_card_first(synchronised: None, client: Client) -> None:
    page = client.post("/guide/search/", {"q": "mein Mann schlägt mich"}).content.decode()

    assert page.index('class="fear"') < page.index("Diesen Ratgeber gibt es nur auf Englisch.")
