"""Rows of totals in workbooks: left out whatever they are called, and never a customer of that name."""

import pytest

from mcp_servers.data.table.totals import calls_itself_total, is_total
from tests.unit.data.chosen_rows import chosen

TOTALS = (
    "Total|TOTALS|Totals:|Grand total (USD)|TOTAL ORDERS: 12|Total: 2 orders|Sub-total|SUBTOTAL|Sum|Sum of Qty|*** TOTAL ***|"
    "Total weight (kg)|Total (12)|Summe|Gesamtsumme|Gesamt|Zwischensumme|Gesamtergebnis|Ergebnis|Total général|Sous-total|"
    "Somme|Totale|Totale complessivo|Totaal|Eindtotaal|Suma|Suma końcowa|Razem|Ogółem|Total general|Totales|Total geral|"
    "Totalt|Summa|Yhteensä|Celkem|Összesen|Toplam|Итого|Итого:|Всего|Разом|Σύνολο|合計|総計|小計|合计|总计|汇总|합계|총계"
)


NAMES = (
    "Total Wine|Total Wine & More|Total Gym|Mr. Total|Totalplan GmbH|Summer Smith|Sumatra Coffee|Suma Foods|"
    "Gesamtschule Bonn|Somme Street|Total Orders Inc|Razem Ltd|Count Basie|Averages"
)


@pytest.mark.parametrize("text", TOTALS.split("|"))
def test_totals_in_other_words_and_languages_are_left_out(open_csv, text):
    assert calls_itself_total(text)
    source = open_csv(f'Order,Name,City,Weight,Price\n1,Ann,Boston,2,10\n2,Bob,Austin,3,20\n"{text}",,,5,$30.00\n')
    assert [(one.sheet_row, one.reason) for one in source.excluded] == [(4, "looks like a total")]


def test_subtotals_of_groups_are_left_out_too(open_csv):
    source = open_csv(
        "Order,Name,Street,City,State,ZIP,Weight\n1,Ann,12 Main St,Boston,MA,02116,2\nSubtotal Massachusetts,,,,,,2\n"
        "2,Bob,5 Oak Ave,Austin,TX,73301,3\nTotal for Texas,,,,,,3\nGrand total,2,,,,,5\n"
    )
    assert [one.sheet_row for one in source.excluded] == [3, 5, 6]


@pytest.mark.parametrize("name", NAMES.split("|"))
def test_people_and_companies_are_no_totals(open_csv, name):
    assert not calls_itself_total(name)
    # Also where an order fills less than half of a wide sheet, as platforms export it.
    wide = "," * 12
    source = open_csv(
        f'Order,Name,Street,City,ZIP,Weight{wide}\n1,Ann,12 Main St,Boston,02116,2{wide}\n2,"{name}",5 Oak Ave,Austin,73301,3{wide}\n'
    )
    assert (source.table.row_count, source.excluded) == (2, [])


@pytest.mark.parametrize("name", ["Total", "Suma", "Razem", "Count", "Max", "Average"])
def test_a_customer_of_that_very_name_stays(open_csv, name):
    header = "Order,Name,Street,City,ZIP,Weight," + ",".join(f"x{n}" for n in range(12))
    blank = "," * 12
    source = open_csv(
        f"{header}\n1,Ann,12 Main St,Boston,02116,2{blank}\n2,{name},5 Oak Ave,Austin,73301,3{blank}\n3,{name},,Austin,,{blank}x\n"
    )
    assert (source.table.row_count, source.excluded) == (3, [])


@pytest.mark.parametrize(
    ("cells", "typical", "total"),
    [
        (["Total", None, "12", "345"], 4, True),
        (["Total", None, "12", "$ 1,345.00"], 4, True),
        (["Total", None, "12 orders", "25.3 lb"], 4, True),
        (["Average", None, None, "12.50"], 4, True),
        (["Total", None, "12 Main St", "Boston"], 4, False),
        (["5", "Total", "02116", "2"], 4, False),
        (["x", "Total", None, None], 4, True),
        (["Count", None, "Berlin", None], 8, False),
        (["Subtotal Texas", None, None, "12"], 4, True),
        (["Total for Boston", None, None, "$12.00"], 4, True),
        (["Total Boston", None, "Ann", None], 4, False),
        (["Total Boston", None, None, None], 4, False),
        (["Total Boston", "12", "3", "4"], 4, False),
        ([None, "Total Gym", None, "12"], 4, False),
        (["#1001", "Total Gym", "1", "99.00", None, None, None, None], 8, False),
        (["Total Wine", "Ann", "12 Main St", None, None, None, None, None], 8, False),
        (["x" * 300_000, None, None, None], 4, False),
    ],
)
def test_a_total_holds_figures_or_little(cells, typical, total):
    assert is_total(cells, typical) is total


@pytest.mark.parametrize("label", ["Sum total of all", "Alles zusammen", "", "Ann Smith"])
def test_the_totals_row_that_a_table_declares_is_one_whatever_it_says(make_workbook, open_excel, label):
    def fill(book):
        columns = [{"header": name} for name in ("Order", "Name", "City", "ZIP")]
        columns += [{"header": "Weight", "total_value": 5, "total_function": "sum"}]
        columns[0] |= {"total_string": label}
        columns[1] |= {"total_string": "checked"}
        columns[2] |= {"total_string": "by Carl"}
        data = [["1", "Ann", "Boston", "02116", 2], ["2", "Bob", "Austin", "73301", 3]]
        page = book.add_worksheet()
        page.add_table("A1:E4", {"total_row": True, "columns": columns, "data": data})
        page.write_row(4, 0, ["3", "Zed", "Reno", "89501", 4])

    source = open_excel(make_workbook(fill))
    assert [(one.sheet_row, one.reason) for one in source.excluded] == [(4, "looks like a total")]
    assert source.descriptor.excluded == [3]
    assert chosen(source, "true") == [1, 2, 4]


def test_the_totals_of_another_table_beside_the_orders_are_not_theirs(make_workbook, open_excel):
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["Order", "Name", "City", "ZIP", "Weight"])
        for number in range(1, 6):
            page.write_row(number, 0, [str(number), "Ann", "Boston", "02116", 2])
        columns = [{"header": "Box"}, {"header": "Left", "total_function": "sum", "total_value": 9}]
        page.add_table("H1:I4", {"total_row": True, "columns": columns, "data": [["A", 4], ["B", 5]]})

    source = open_excel(make_workbook(fill))
    assert (source.table.row_count, source.excluded) == (5, [])
