"""Hidden tests: Python's own encoder and incremental decoder are the reference."""
import codecs
import random
import unicodedata

from graders.examiner import check, feedback

TEXTS = ["naïve 字😀", "锟斤拷", "plain", "é", "", "a😀b😀", "天地玄黄，宇宙洪荒。", "\u07ff\u0800\uffff\U00010000", "a\ufffd字\ufffd"]


def test_utf8(student):
    borders = [0, 0x41, 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0x5B57, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0x3FFFF, 0x40000, 0x10FFFF]
    rng = random.Random(3)
    for code_point in borders + [rng.randrange(0xE000, 0x110000) for _ in range(20)] + [rng.randrange(0xD800) for _ in range(30)]:
        check.equal(student.utf8(code_point), chr(code_point).encode("utf-8"), name=f"utf8({code_point:#x})")
    for code_point in (0xD800, 0xDFFF, 0xDABC):
        try:
            known = student.utf8(code_point)
        except ValueError:
            known = None
        if isinstance(known, bytes):
            feedback("surrogate")
        check.raises(ValueError, student.utf8, code_point, name=f"utf8({code_point:#x})")
    for code_point in (-1, 0x110000, 0x200000):
        check.raises(ValueError, student.utf8, code_point, name=f"utf8({code_point:#x})")


def longest(text, limit):
    return next(text[:n] for n in range(len(text), -1, -1) if len(text[:n].encode()) <= limit)


def test_cut(student):
    for text in TEXTS:
        for limit in range(len(text.encode()) + 3):
            actual, right = student.cut(text, limit), longest(text, limit)
            if actual != right and actual == text[:limit]:
                feedback("characters")
            check.equal(actual, right, name=f"cut({text!r}, {limit})")


def test_normalise(student):
    for text in ("Ｇｏｏｄ　Ｍｏｒｎｉｎｇ", "e\u0301té", "ﬁne  \t\nLINE", " \u00a0x\u2003y ", "Straße", "①②　Ⅳ", "，。！", "", "   ", "ΣΑΣ", "天　地", "K\u212a", "8 ㎆ ™"):
        expected = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        check.equal(student.normalise(text), expected, name=f"normalise({text!r})")


def test_repair(student):
    for text in ("äöü", "字", "naïve 字😀", "déjà vu", "。"):
        check.equal(student.repair(text.encode("utf-8").decode("latin-1")), text, name=f"repair of the mojibake of {text!r}")
    for text in ("plain", "", "äöü", "字", "Ã", "Ã¤ 字", "锟斤拷", "\xff\xfe", "é\xa0"):
        check.equal(student.repair(text), text, name=f"repair({text!r})")
    for text in ("Ã¤ Ã¼", "Â©"):
        check.equal(student.repair(text), {"Ã¤ Ã¼": "ä ü", "Â©": "©"}[text], name=f"repair({text!r})")


def run_through(student, data, cuts):
    stream, theirs = student.Stream(), codecs.getincrementaldecoder("utf-8")("replace")
    places = [0, *sorted(cuts), len(data)]
    for start, end in zip(places, places[1:]):
        piece = data[start:end]
        actual, right = stream.feed(piece), theirs.decode(piece)
        if isinstance(actual, str) and "\ufffd" in actual and "\ufffd" not in right:
            feedback("broken")
        if isinstance(actual, str) and right.startswith(actual) and len(actual) < len(right):
            feedback("late")
        check.equal(actual, right, name=f"feed({piece!r}) after {data[:start]!r}")
    check.equal(stream.close(), theirs.decode(b"", final=True), name="close()")


def test_stream(student):
    rng = random.Random(4)
    for text in TEXTS:
        data = text.encode()
        run_through(student, data, range(1, len(data)))  # byte by byte
        for _ in range(3):
            run_through(student, data, [rng.randint(0, len(data)) for _ in range(3)])
    for data in (b"a\xe5", b"\xe5\xad", b"\xf0\x9f\x98", b"\xf0\x9f", b"ab"):
        run_through(student, data, [1])
        run_through(student, data, [])
    run_through(student, "字".encode() + b"\xff" + "字".encode(), [2, 4])
    run_through(student, b"x\x97\x97\x97\x97y", [])
    first, second = student.Stream(), student.Stream()
    first.feed(b"\xe5")
    check.equal(second.feed(b"\xad"), "\ufffd", name="another stream")
    first.close()
    check.equal(first.feed(b"ok"), "ok", name="feed after close()")
