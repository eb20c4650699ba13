"""Where bytes are letters in several code pages the import says so, with a word as each of them has it."""

import pytest

from mcp_servers.data.tools.import_answers import import_answer

HEADER = "Order,Name,City,Weight\n"


def opened(open_csv, names, codec):
    rows = "".join(f"{number},{name},Reno,2\n" for number, name in enumerate(names.split("/"), 1))
    return open_csv((HEADER + rows).encode(codec))


def candidates(source):
    return {one.encoding: one.sample for one in import_answer(source).encoding_candidates}


@pytest.mark.parametrize(
    "names",
    [
        "Jörg Müller/Weiß/Großmann/Zoë",
        "José Muñoz/Peña/Hernández/García/Juárez/Julián/López",
        "JOSÉ MUÑOZ/GARCÍA/MÜLLER/CÔTÉ",
        "François/Hélène/Thérèse/Geneviève/Carrière/Noël/Benoît/Anaïs",
        "Søren Jørgensen/Møller/Håkon/Åse",
        "João Simões/Conceição",
        "Ann’s shop/O’Hara/“Best”/12½ Main/Nº 20/box — fragile/5°",
    ],
)
def test_western_names_need_no_question(open_csv, names):
    source = opened(open_csv, names, "cp1252")
    assert source.descriptor.encoding == "cp1252"
    assert candidates(source) == {}
    assert [row.data["Name"] for row in source.table.find(range(1, 20)).values()] == names.split("/")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_and_ascii_never_ask(open_csv, codec):
    assert candidates(opened(open_csv, "Dvořák/山田/Müller", codec)) == {}
    assert candidates(opened(open_csv, "Ann/Bo", "ascii")) == {}


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("mac_roman", "Jörg Müller"),
        ("mac_roman", "José Muñoz"),
        ("mac_roman", "Muñoz"),
        ("mac_roman", "Ramón"),
        ("mac_roman", "Hélène/François"),
        ("mac_roman", "Søren"),
        ("cp850", "Jörg Müller"),
        ("cp850", "Straße"),
        ("cp850", "Hernández"),
        ("iso8859-2", "Dvořák/Tomáš"),
        ("iso8859-2", "Wałęsa/Łódź"),
        ("iso8859-2", "Kępa"),
        ("iso8859-2", "Petrović"),
        ("iso8859-2", "Szűcs"),
        ("cp1250", "Świątek/Wiśniewski"),
        ("shift_jis", "山田太郎"),
        ("shift_jis", "スズキ/佐藤"),
    ],
)
def test_other_code_pages_are_offered_with_a_word(open_csv, codec, names):
    source = opened(open_csv, names, codec)
    found = candidates(source)
    assert len(found) > 1
    (first, *_) = import_answer(source).encoding_candidates
    assert (first.encoding, first.column) == (source.descriptor.encoding, "Name")
    # Code pages under which the words are the same are offered once.
    words = {word for name in names.split("/") for word in name.split()}
    assert words & set(found.values())
    right = next(code for code, word in found.items() if word in words)
    again = open_csv(source.descriptor.file.read_bytes(), encoding=right)
    assert [row.data["Name"] for row in again.table.find(range(1, 20)).values()] == names.split("/")
    assert candidates(again) == {}


def test_the_words_may_stand_far_below(open_csv):
    rows = "".join(f"{number},Ann,Reno,2\n" for number in range(1, 9000))
    source = open_csv((HEADER + rows + "9000,Müller,Reno,2\n").encode("mac_roman"))
    assert candidates(source)["mac_roman"] == "Müller"
    (first, *_) = import_answer(source).encoding_candidates
    assert first.sheet_row == 9001
