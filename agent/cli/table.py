"""Tables in plain text."""


def table(rows: list[list[str]]) -> list[str]:
    """Columns padded to their widest cell."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
