"""Rules of the second pass for words: texts, columns, and the small words between them."""

from dataclasses import replace
from typing import Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.calendar import DAY_NAMES
from agent.brains.language.column_rules import ColumnRules
from agent.brains.language.cursor import AGE_OPERATOR, Token
from agent.brains.language.scanner import Lexeme
from agent.brains.language.service_rules import NAMED_AFTER_SERVICE, VIA_WORDS, ServiceRules
from agent.brains.language.whereabouts import Meaning, PlaceMention
from agent.brains.language.words import stem

_MERE_WORDS: Final = frozenset({"FILLER", "UNKNOWN", "VAGUE", "NOUN", "ITEMS", "OPTION"})
_AFTER_TEXT: Final = frozenset({"to", "from", "via", "out", "please", "using", "that", "which", "who", "whose"})
_AFTERTHOUGHTS: Final = frozenset({"exactly", "precisely"})
_TO_A_PLACE: Final = frozenset({"in", "to", "into", "state of", "the state of", "city of", "the city of", "going to"})
_WHOLES: Final = frozenset(
    {
        "anywhere",
        "everywhere",
        "anyplace",
        "anybody",
        "everybody",
        "anyone",
        "any order",
        "everything",
        "all",
        "anything",
        "everyone",
        "all orders",
        "every order",
        "all of them",
    }
)
_STOPS: Final = ("AND", "OR", "COMMA", "VIA", "EXCEPT", "BUT", "SERVICE", "SHIP")
_ORDINALS: Final[dict[str, int]] = {"third": 3, "fourth": 4, "fifth": 5, "tenth": 10, "sixth": 6, "second": 2}
_ORDER: Final = (
    "TEXT", "UNSHIPPED", "OVERDUE", "RESHIP", "WITH_CANCELLED", "QUOTE_ALL", "EVERY_OTHER", "SUPER", "REST", "EXCEPT",
    "PLACE", "VALUE", "PERIOD", "DOMESTIC", "INTERNATIONAL", "MILITARY", "TERRITORIES", "PO_BOXES", "EMPTY",
    "NOT", "POST_GE",
    "POST_LE", "RANDOM", "HIGHEST", "LOWEST",
    "FIRST", "LAST", "TOP", "ONLY", "ADD", "AND", "OR", "COMMA", "BUT", "IF", "HAVE", "PRESENT",
    "SHIP", "NOUN", "ITEMS", "FOR", "VAGUE", "COLUMN", "DESCENDING", "ASCENDING", "ORDINAL", "ID", "FILLER", "IN",
    "TO_WORD", "VIA",
    "COLUMN_WORD", "ADULT_SIGNATURE", "SIGNATURE", "OPTION", "TAKEN_BACK",
)  # fmt: skip


class WordRules(ServiceRules, ColumnRules):
    """Each rule looks at most a few words ahead and says whether it took them."""

    # -- text

    def _value_of_column(self) -> bool:
        """`status shipped-late`: words that hyphens join after a column are one value."""
        lexeme = self._look()
        assert lexeme is not None
        if self._last() not in ("COLUMN", "BE") or lexeme.may_be(
            "VALUE", "PLACE", "CMP", "NUMBER", "SPAN", "ID", "TEXT"
        ):
            return False
        used = 1
        while (after := self._look(used)) is not None and self.text[
            self.lexemes[self.at + used - 1].end : after.start
        ] in ("-", "_"):
            used += 1
        if used == 1:
            return False
        if self._last() == "COLUMN":
            self.tokens.append(Token("BE", None, "", lexeme.start, lexeme.start))
        return self._put("UNKNOWN", None, used)

    def _name(self) -> bool:
        """`Kettle Works`: words with capitals that follow an unknown one belong to its name."""
        lexeme = self.lexemes[self.at]
        if "UNKNOWN" not in lexeme.kinds or not lexeme.text[:1].isupper() or self.text.isupper():
            return False
        used = 1
        while (after := self._look(used)) is not None and after.text[:1].isupper() and set(after.kinds) <= _MERE_WORDS:
            used += 1
        return used > 1 and self._put("UNKNOWN", None, used)

    def _text_match(self) -> bool:
        """After `contains`, `starts with` and `ends with` the words stand for themselves."""
        lexeme = self._look()
        assert lexeme is not None
        kind = next((name for name in ("TEXTOP", "STARTS", "ENDS") if name in lexeme.kinds), None)
        if kind is None or ("BE" in lexeme.kinds and not self._is(1, "TEXT")):
            return False
        if lexeme.key.startswith("that") and [token.kind for token in self.tokens[-2:]] in (
            ["HAVE", "COLUMN"],
            ["EMPTY", "COLUMN"],
        ):
            self.tokens.append(
                Token("NOUN", None, "ones", lexeme.start, lexeme.start)
            )  # "with a phone that mention ..."
        ahead = 1 if self._stands_alone(1) else self._next_meaning(1)
        while (word := self._look(ahead)) is not None and word.key in (
            "word",
            "words",
            "text",
            "letters",
            "letter",
            "phrase",
        ):
            ahead += 1
        first = self._look(ahead)
        if first is None:
            return False
        if "TEXT" in first.kinds:
            self._put(kind, None, ahead)
            return self._put("TEXT", first.kinds["TEXT"]) and self._more_texts(kind)
        end = ahead + 1
        most = 4 if kind == "TEXTOP" else 1
        while self._look(end) is not None and (
            self._is_glued(end) or (end - ahead < most and not self._ends_text(end))
        ):
            end += 1
        raw = self.text[first.start : self.lexemes[self.at + end - 1].end]
        self._put(kind, None, ahead)
        return self._put("TEXT", raw, end - ahead) and self._more_texts(kind)

    def _stands_alone(self, ahead: int) -> bool:
        """A single capital before a comma or the end: `starts with A, ground`."""
        lexeme = self._look(ahead)
        letter = lexeme is not None and len(lexeme.text) == 1 and lexeme.text.isupper()
        return letter and (self._look(ahead + 1) is None or self._is(ahead + 1, "COMMA", "VIA", "DATE_CMP"))

    def _is_glued(self, ahead: int) -> bool:
        """No blank before it: `example.com` is one text."""
        gap = self.text[self.lexemes[self.at + ahead - 1].end : self.lexemes[self.at + ahead].start]
        return gap in (".", "-", "_", "@", "/", "") and not self._is(ahead, "COMMA")

    def _more_texts(self, kind: str) -> bool:
        """`contains towel or lamp`: the second word is looked for in the same way."""
        index = max(i for i, token in enumerate(self.tokens) if token.kind == kind)
        lead = [t for t in self.tokens[max(0, index - 1) : index + 1] if t.kind in ("COLUMN", kind)]
        columns = {name for token in lead if token.kind == "COLUMN" for name in token.value.columns}
        while self._is(0, "OR") and (self._is(1, "UNKNOWN", "TEXT") or self._is_value_of(1, columns)):
            self._put("OR", None)
            self.tokens += lead
            lexeme = self._look()
            assert lexeme is not None
            self._put("TEXT", lexeme.kinds.get("TEXT") or lexeme.text)
        return True

    def _is_value_of(self, ahead: int, columns: set[str]) -> bool:
        """Whether the words there are a value of one of these columns."""
        lexeme = self._look(ahead)
        places = lexeme.kinds["VALUE"].places if lexeme is not None and "VALUE" in lexeme.kinds else ()
        return any(name in columns for name, _ in places)

    def _ends_text(self, ahead: int) -> bool:
        lexeme = self._look(ahead)
        assert lexeme is not None
        ends = lexeme.may_be(*_STOPS, "ONLY", "IF", "ADD", "NOUN", "COLUMN", "PLACE", "FOR", "HAVE")
        return ends or lexeme.words[0].key in VIA_WORDS | _AFTER_TEXT

    # -- cuts

    def _every(self) -> bool:
        """`every third order`, `every 3rd one`, `every 5 orders`."""
        if self._key(0) not in ("every", "each"):
            return False
        after = self._look(1)
        if after is None:
            return False
        if "ORDINAL" in after.kinds:
            return self._put("EVERY", after.kinds["ORDINAL"], 2)
        step = _ORDINALS.get(after.key)
        if step is not None:
            return self._put("EVERY", step, 2)
        if "NUMBER" in after.kinds and not self._counts(1):
            return self._put("EVERY", int(after.kinds["NUMBER"].value), 2)
        return False

    # -- small words

    def _hold_back(self) -> bool:
        """`don't ship California`, `do not send ...`, `never mail ...`: an exclusion, not a condition."""
        if self._key(0) == "hold" and self._key(-1) == "on":
            return self._put("UNKNOWN", None)
        if not self._is(0, "NOT"):
            return False
        ahead = self._next_meaning(1)
        return self._is(ahead, "SHIP") and self._put("EXCEPT", "hold", ahead + 1)

    def _stays(self) -> bool:
        """`PO boxes stay here, ...`; `hazmat can't go to Hawaii` says something else."""
        if self._key(0) == "wait" and self._last() != "REST":
            return False  # "Texas, wait, no: Ohio" takes something back
        if not self._is(0, "STAYS"):
            return False
        if self._is(1, "SERVICE") and self._key(0) in ("stay", "stays"):
            return self._skip()  # "the others stay ground"
        ends = self._look(1) is None or self._is(1, "COMMA", "BUT", "AND", "REST", "SHIP")
        return self._put("STAYS" if ends else "UNKNOWN", None)

    def _shipping_day(self) -> bool:
        """`CA orders by ground today`: when to ship, which is when the person says yes; another day is asked about."""
        if "PERIOD" not in self.lexemes[self.at].kinds or self._last() != "SERVICE" or self._look(1) is not None:
            return False
        if self._key(0) in ("today", "this morning", "tonight"):
            self.at += 1
            return True
        text = self.lexemes[self.at].text
        options = (f"placed {text}", f"due {text}")
        question = f'What about "{text}"? Labels are made when you approve.'
        raise AskError(Ask(question, options, "date", True, place=self._place_of(0, 0)))

    def _parted_verb(self) -> bool:
        """`leave hazmat out`, `keep Texas back`: the second half of the verb stands behind what is left out."""
        if self._key(0) not in ("leave", "take", "keep", "hold"):
            return False
        for ahead in range(2, 6):
            if self._look(ahead) is None or self._is(ahead, "COMMA", "SHIP", "SERVICE"):
                return False
            if self._key(ahead) in ("out", "back", "aside", "off"):
                self.lexemes[self.at + ahead].kinds = {"FILLER": None}
                return self._put("EXCEPT", None)
        return False

    def _outside(self) -> bool:
        """`outside the US and Canada`: a list of countries that are not meant."""
        if not self._is(0, "INTERNATIONAL") or not self._is(1, "AND", "OR", "COMMA"):
            return False
        lexeme = self.lexemes[self.at]
        if lexeme.words[0].key not in ("outside", "not", "non") or not self._is(self._next_meaning(2), "PLACE"):
            return False
        home = PlaceMention(lexeme.text, (Meaning("country", "US", "the United States"),))
        self.tokens.append(Token("NOT", None, lexeme.text, lexeme.start, lexeme.start))
        return self._put("PLACE", home)

    def _small_words(self) -> bool:
        """Prepositions and the like, which mean something only before certain neighbours."""
        lexeme = self._look()
        assert lexeme is not None
        ahead = self._next_meaning(1)
        if lexeme.key == "in" and self._is(ahead, "COLUMN") and self._last() in ("TEXT", "VALUE", "UNKNOWN"):
            return self._put("IN", None, ahead)
        grouping = lexeme.key == "by" or "PER" in lexeme.kinds
        valued = lexeme.key == "by" and self._is(ahead, "VALUE")
        if grouping and self._is(ahead, "COLUMN") and not self._is(ahead, "PERIOD") and not valued:
            return self._put("BY", None, ahead)
        if (
            "PERIOD" in lexeme.kinds
            and self._key(-1) in ("a", "any", "every", "some")
            and lexeme.kinds["PERIOD"].is_day
        ):
            options = (f"last {lexeme.text}", f"this {lexeme.text}", f"next {lexeme.text}")
            question = f"Which {lexeme.text} do you mean?"
            raise AskError(Ask(question, options, "date", True, place=self._place_of(-1, 0)))
        if "BUT" in lexeme.kinds and self._last() == "NOUN" and self.tokens[-1].text.casefold() in _WHOLES:
            value = self._is(ahead, "SERVICE") and self._key(ahead + 1) in NAMED_AFTER_SERVICE
            clause = self._is(ahead, "SERVICE", "ONLY", "NOT", "VIA") and not value
            return False if clause else self._put("EXCEPT", None)
        whole = any(token.kind == "NOUN" and token.text.casefold() in _WHOLES for token in self.tokens)
        if lexeme.key == "but" and whole and self._last() == "PLACE" and self._is(ahead, "PLACE", "VALUE"):
            return self._put("EXCEPT", None)  # "everything for the west coast but Seattle"
        if "BE" in lexeme.kinds:
            relative = lexeme.key.startswith("that") or self._is(-1, "RELATIVE")
            keep = self._last() == "COLUMN" and "PLACE" not in lexeme.kinds and not relative
            return self._put("BE", None) if keep else self._skip()
        if self._last() == "BE" and lexeme.key in ("yes", "no", "true", "false") and not self._is(ahead, "COLUMN"):
            return self._put("TEXT", lexeme.key)
        if lexeme.key in ("neither", "nor", "but no"):
            return self._lacking(lexeme, ahead)
        if lexeme.key == "no" and self.text[lexeme.end : lexeme.end + 1] in (",", ":", ";", ".", "!"):
            return self._put("UNKNOWN", None)  # "mugs? no: lamps" takes something back
        if "EMPTY" in lexeme.kinds and lexeme.key in ("without", "no", "without a") and not self._is(ahead, "COLUMN"):
            return self._put("EXCEPT", None)
        return self._linking(lexeme, ahead)

    def _linking(self, lexeme: Lexeme, ahead: int) -> bool:
        """Words that link what was named to what is said of it."""
        if "RELATIVE" in lexeme.kinds or lexeme.key in ("in", "on", "at", "as"):
            return self._skip() if not lexeme.may_be("PLACE", "VALUE") else False
        if self._repeats_comparison(lexeme):
            return self._skip()
        if lexeme.key in ("=", "==") and (equated := self._equated(ahead)):
            return equated
        return self._comparison(lexeme, ahead)

    def _repeats_comparison(self, lexeme: Lexeme) -> bool:
        """`by 11/25 or sooner`, `since Monday or later`: said already."""
        before = [token.kind for token in self.tokens[-2:]]
        if before != ["DATE_CMP", "PERIOD"]:
            return False
        kind = {"<=": "POST_LE", "<": "POST_LE", ">=": "POST_GE", ">": "POST_GE"}.get(self.tokens[-2].value)
        return kind in lexeme.kinds

    def _equated(self, ahead: int) -> bool:
        """`no message = ground`, `no phone = skip`: what happens with them; `Ship Method = ground` compares."""
        of_service = bool(self.tokens) and getattr(self.tokens[-1].value, "role", None) == "service"
        if self._is(ahead, "SERVICE") and not of_service:
            return self._skip()
        stays = self._key(ahead) in ("skip", "hold", "wait") and not self._is(ahead + 1, "PLACE", "VALUE", "COLUMN")
        return stays and self._put("STAYS", None, ahead + 1)

    def _lacking(self, lexeme: Lexeme, ahead: int) -> bool:
        """`neither a phone nor an e-mail`, `a phone but no company`, `neither California nor Texas`."""
        column = self._is(ahead, "COLUMN")
        if lexeme.key == "but no" and not column:
            return self._put("EXCEPT", None)
        if lexeme.key != "neither":
            self.tokens.append(Token("AND", None, "", lexeme.start, lexeme.start))
        return self._put("EMPTY" if column else "NOT", None)

    def _comparison(self, lexeme: Lexeme, ahead: int) -> bool:
        """`over`, `by`, `through` and others compare numbers or dates, or name the way of shipping."""
        if not lexeme.may_be("CMP", "DATE_CMP"):
            return False
        if self._is(ahead, "PERIOD"):
            return self._compared_days(lexeme, ahead)
        if self._key(0) in _AFTERTHOUGHTS and self._last() in ("AMOUNT", "NUMBER") and not self._is(ahead, "NUMBER"):
            return self._skip()
        if "CMP" in lexeme.kinds:
            return self._put("CMP", lexeme.kinds["CMP"])
        if (
            "DATE_CMP" in lexeme.kinds
            and self._is(ahead, "NUMBER", "ID", "AMOUNT", "ORDINAL")
            and lexeme.key not in ("by",)
        ):
            return self._put("DATE_CMP", lexeme.kinds["DATE_CMP"])
        if lexeme.key in ("by", "over", "through", "thru", "in the", "for the", "the", "past"):
            return self._skip() if lexeme.key != "past" else False
        return False

    def _compared_days(self, lexeme: Lexeme, ahead: int) -> bool:
        """`since Monday`, `over the last week`, `over a week ago`."""
        compared = lexeme.kinds["CMP"][0] if "CMP" in lexeme.kinds else None
        if compared is not None and self._key(ahead).endswith("ago"):
            return self._put("DATE_CMP", AGE_OPERATOR[compared])
        operator = lexeme.kinds.get("DATE_CMP", compared)
        self._refuse_todays_name(ahead)
        if operator == "within" and compared is not None and self.lexemes[self.at + ahead].kinds["PERIOD"].is_day:
            return self._put("DATE_CMP", compared)
        return self._skip() if operator == "within" else self._put("DATE_CMP", operator)

    def _refuse_todays_name(self, ahead: int) -> None:
        """`since Friday` on a Friday: today, or a week ago?"""
        lexeme = self.lexemes[self.at + ahead]
        period = lexeme.kinds["PERIOD"]
        if lexeme.key in DAY_NAMES and period.is_day and period.first == self.today:
            options = (f"{self.lexemes[self.at].text} today", f"{self.lexemes[self.at].text} last {lexeme.text}")
            question = f"Today is {lexeme.text}. Which {lexeme.text} do you mean?"
            raise AskError(Ask(question, options, "date", True, place=self._place_of(0, ahead)))

    def _place(self, lexeme: Lexeme) -> PlaceMention:
        """A place with the values of other columns that are called alike, unless a preposition tells."""
        mention: PlaceMention = lexeme.kinds["PLACE"]
        if "VALUE" not in lexeme.kinds or any(meaning.kind == "region" for meaning in mention.meanings):
            return mention
        told = self._key(-1) in _TO_A_PLACE or (self._key(-1) == "the" and self._key(-2) in _TO_A_PLACE)
        return mention if told else replace(mention, others=lexeme.kinds["VALUE"].places)

    def _plain(self) -> bool:
        """What is left: the first kind in order of how much it says."""
        lexeme = self._look()
        assert lexeme is not None
        for kind in _ORDER:
            if kind in lexeme.kinds:
                value = self._place(lexeme) if kind == "PLACE" else lexeme.kinds[kind]
                if kind == "FILLER":
                    return self._skip()
                plural = kind == "VALUE" and stem(lexeme.words[-1].key) != lexeme.words[-1].key
                compared = plural and self._is(self._next_meaning(1), "CMP")
                self._put(kind, value)
                if kind == "PO_BOXES":
                    self.tokens.append(Token("NOUN", None, "boxes", lexeme.end, lexeme.end))
                if compared:  # "coffee boxes over $100 and tea boxes over $200"
                    self.tokens.append(Token("NOUN", None, "ones", lexeme.end, lexeme.end))
                return True
        return False
