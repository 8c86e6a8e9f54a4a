"""Reading a formula as people write it, plain or in LaTeX, into a function of its variables.

A parser of our own, since what strangers type must never reach an evaluator: the names it knows are listed here, every
number is a complex float, and so each operation costs the same however large its result would be.

    formula := sum            sum := product (('+'|'-') product)*      product := power (('*'|'/')? power)*
    power := '-' power | atom ('^' power)?
    atom := number | name | function atom | '(' formula ')' | '|' formula '|' | \\frac{formula}{formula}
"""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from courses.quizzes.typed import narrow

Formula = Callable[[Mapping[str, complex]], complex]

MAX_NESTING = 40
_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "exp": cmath.exp,
    "log": cmath.log,
    "ln": cmath.log,
    "log2": lambda value: cmath.log(value) / math.log(2),
    "log10": cmath.log10,
    "sqrt": cmath.sqrt,
    "abs": lambda value: complex(abs(value)),
    "relu": lambda value: value if value.real > 0 else 0j,
    "sigmoid": lambda value: 1 / (1 + cmath.exp(-value)),
}
_CONSTANTS = {"pi": complex(math.pi), "e": complex(math.e)}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SIGNS = str.maketrans(
    {"×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/", "[": "(", "]": ")", "{": "(", "}": ")"}
)
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi "
    "pi rho sigma tau upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψω", _GREEK_NAMES.split(), strict=True))
_LATEX = re.compile(r"\\(left|right|operatorname|mathrm|text|displaystyle|bigl?|bigr?|[,;:! ])")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:e[+-]?\d{1,3}(?![\w.]))?|\.\d+)|(?P<name>[a-z]+\w*)|(?P<sign>\*\*|[-+*/^()|]))",
    re.I,
)


class FormulaUnreadable(ValueError):
    """What was typed is no formula in the question's variables; the text says what is the matter."""


def parse(text: str, *, variables: Sequence[str]) -> Formula:
    """Read a formula. Raises ``FormulaUnreadable``."""
    return _Parser(_tokens(_plain(text), known={_name(variable): variable for variable in variables})).whole()


def _plain(text: str) -> str:
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda run: f"^({run[0].translate(_SUPERSCRIPTS)})", text)
    text = re.sub(r"\\[dt]frac\b", r"\\frac", narrow(text)).replace("√", " sqrt ").replace("$", " ")
    text = "".join(f" {_GREEK[letter]} " if letter in _GREEK else letter for letter in text)
    text = _LATEX.sub(" ", text).replace(r"\cdot", "*").replace(r"\times", "*").replace("\\", " ")
    text = re.sub(r"_\s*\{?\s*(\w+)\s*\}?", r"_\1", text)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text.translate(_SIGNS))
    head, equals, body = text.partition("=")
    return body if equals and re.fullmatch(r"\s*[\w\s()]*", head) else text


def _name(variable: str) -> str:
    return variable.replace("_", "").replace("\\", "").casefold() if len(variable) > 1 else variable


Token = tuple[str, str]


def _tokens(text: str, *, known: Mapping[str, str]) -> list[Token]:
    tokens: list[Token] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise FormulaUnreadable(f"`{text[place : place + 10].strip()}` has no meaning in a formula")
        place = match.end()
        if match["number"]:
            tokens.append(("number", match["number"]))
        elif match["sign"]:
            tokens.append(("sign", "^" if match["sign"] == "**" else match["sign"]))
        else:
            tokens += _names(match["name"], known)
    return tokens


def _names(word: str, known: Mapping[str, str]) -> Iterable[Token]:
    """A word is one name, or several written without a sign between them, as in ``xy`` or ``wx``."""
    bare = word.replace("_", "")
    for name in (bare, bare.casefold()):
        if name in known:
            return [("variable", known[name])]
        if name in _CONSTANTS or name in _FUNCTIONS or name == "frac":
            return [("function" if name in _FUNCTIONS or name == "frac" else "constant", name)]
    parts: list[Token] = []
    while bare:
        for size in range(len(bare) - 1, 0, -1):
            start = bare[:size]
            if start in known or start in _CONSTANTS or start in _FUNCTIONS:
                break
        else:
            if bare not in known and bare not in _CONSTANTS:
                digits = re.match(r"\d+$", bare)
                if not (digits and parts):
                    raise FormulaUnreadable(f"`{word}` is none of the names in this question")
                parts.append(("number", bare))
                break
            start = bare
        parts.append(
            ("variable", known[start]) if start in known else ("constant" if start in _CONSTANTS else "function", start)
        )
        bare = bare[len(start) :]
    return parts


class _Parser:
    """Recursive descent, with a bound on how deep."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.place, self.depth = tokens, 0, 0

    def whole(self) -> Formula:
        if not self.tokens:
            raise FormulaUnreadable("nothing was typed")
        found = self.sum()
        if self.place < len(self.tokens):
            raise FormulaUnreadable(f"`{self.tokens[self.place][1]}` stands where the formula should have ended")
        return found

    def sum(self) -> Formula:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FormulaUnreadable("too many parentheses inside each other")
        terms = [self.product()]
        while (sign := self.sign("+-")) is not None:
            term = self.product()
            terms.append(_negative(term) if sign == "-" else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else lambda at: sum((term(at) for term in terms), 0j)

    def product(self) -> Formula:
        factors = [self.power()]
        while True:
            sign = self.sign("*/")
            if sign is None and not self.starts_atom():
                break
            factor = self.power()
            factors.append(_inverse(factor) if sign == "/" else factor)
        return (
            factors[0] if len(factors) == 1 else lambda at: math.prod((factor(at) for factor in factors), start=1 + 0j)
        )

    def power(self) -> Formula:
        if (sign := self.sign("+-")) is not None:
            inner = self.nested(self.power)
            return _negative(inner) if sign == "-" else inner
        base = self.nested(self.atom)
        if self.sign("^") is None:
            return base
        exponent = self.nested(self.power)
        return lambda at: base(at) ** exponent(at)

    def atom(self) -> Formula:
        kind, text = self.next()
        if kind == "number":
            value = complex(float(text))
            return lambda _at: value
        if kind == "constant":
            constant = _CONSTANTS[text]
            return lambda _at: constant
        if kind == "variable":
            return lambda at: at[text]
        if kind == "function":
            return self.call(text)
        if text in "(|":
            inner = self.sum()
            if self.next() != ("sign", ")" if text == "(" else "|"):
                raise FormulaUnreadable(f"a `{text}` is never closed")
            return inner if text == "(" else lambda at: complex(abs(inner(at)))
        raise FormulaUnreadable(f"`{text}` stands where a number or a name was expected")

    def call(self, name: str) -> Formula:
        if name == "frac":
            above, below = self.nested(self.atom), self.nested(self.atom)
            return lambda at: above(at) / below(at)
        raised = self.nested(self.power) if self.sign("^") is not None else None  # sin^2 x
        argument = self.nested(self.atom)
        function = _FUNCTIONS[name]
        if raised is None:
            return lambda at: function(argument(at))
        return lambda at: function(argument(at)) ** raised(at)

    def nested(self, read: Callable[[], Formula]) -> Formula:
        self.depth += 1
        if self.depth > MAX_NESTING * 3:
            raise FormulaUnreadable("too many signs inside each other")
        found = read()
        self.depth -= 1
        return found

    def sign(self, wanted: str) -> str | None:
        if self.place < len(self.tokens):
            kind, text = self.tokens[self.place]
            if kind == "sign" and text in wanted:
                self.place += 1
                return text
        return None

    def starts_atom(self) -> bool:
        return self.place < len(self.tokens) and (
            self.tokens[self.place][0] != "sign" or self.tokens[self.place][1] == "("
        )

    def next(self) -> Token:
        if self.place == len(self.tokens):
            raise FormulaUnreadable("the formula ends too early")
        self.place += 1
        return self.tokens[self.place - 1]


def _negative(formula: Formula) -> Formula:
    return lambda at: -formula(at)


def _inverse(formula: Formula) -> Formula:
    return lambda at: 1 / formula(at)
