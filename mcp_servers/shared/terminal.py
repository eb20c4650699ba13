"""What a server says to a terminal: nothing in it acts on the terminal."""


def visible(text: str) -> str:
    """Letters that would act on a terminal, as their codes: file names and cells come from anywhere."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)
