"""What Run runs: the examples of the statement."""


def test_utf8(student):
    assert student.utf8(0x5B57) == b"\xe5\xad\x97"


def test_cut(student):
    assert student.cut("ab字字", 7) == "ab字"


def test_normalise(student):
    assert student.normalise("  Ｇｏｏｄ\u3000 MORNING ") == "good morning"


def test_repair(student):
    assert student.repair("Ã¤pple") == "äpple"
    assert student.repair("äpple") == "äpple"


def test_stream(student):
    stream = student.Stream()
    assert [stream.feed(piece) for piece in (b"a\xe5", b"\xad", b"\x97b")] == ["a", "", "字b"]
    assert stream.close() == ""
