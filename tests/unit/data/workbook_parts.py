"""The smallest workbook, part by part, for packages that no program writes."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE_SHEET = "xl/worksheets/sheet1.xml"


def relations(*targets):
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def row(number, order, name="3", city="Boston"):
    return (
        f'<row r="{number}"><c r="A{number}"><v>{order}</v></c><c r="B{number}" t="s"><v>{name}</v></c>'
        f'<c r="C{number}" t="inlineStr"><is><t>{city}</t></is></c></row>'
    )


HEADER = '<row r="1">' + "".join(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABC")) + "</row>"


TWO_ROWS = row(2, 1001) + row(3, 1002)


def sheet(rows=TWO_ROWS, after=""):
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{HEADER}{rows}</sheetData>{after}'
        "</worksheet>"
    )


def strings(name="<t>Ann &amp; Bo</t>"):
    return f'{DECLARATION}<sst xmlns="{MAIN}"><si><t>Order</t></si><si><t>Name</t></si><si><t>City</t></si><si>{name}</si></sst>'


def hand(**changed):
    """The smallest workbook; a part can be changed by a short name."""
    types = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{SHEETML}.{kind}+xml"/>'
        for part, kind in (
            ("workbook.xml", "sheet.main"),
            ("worksheets/sheet1.xml", "worksheet"),
            ("styles.xml", "styles"),
            ("sharedStrings.xml", "sharedStrings"),
        )
    )
    parts = {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill>'
        '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1">'
        "<xf/></cellXfs></styleSheet>",
        "xl/sharedStrings.xml": strings(),
        PACKAGE_SHEET: sheet(),
    }
    short = {
        "workbook": "xl/workbook.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "sheet": PACKAGE_SHEET,
    }
    return parts | {short.get(name, name): content for name, content in changed.items()}
