"""What Run runs: the example of the statement, and a round trip."""

MERGES = {(97, 110): 256, (98, 256): 257, (256, 97): 258}


def test_merge(student):
    assert student.merge([5, 6, 5, 6, 6], (5, 6), 300) == [300, 300, 6]


def test_training_on_banana_bandana(student):
    merges = student.train(["banana bandana"], 3)
    assert merges == MERGES
    assert list(merges.values()) == [256, 257, 258]


def test_encoding_banana(student):
    assert student.encode("banana", MERGES) == [257, 258]


def test_decoding(student):
    assert student.decode([257, 258, 32, 229, 173, 151], MERGES) == "banana 字"


def test_there_and_back(student):
    text = "naïve 字 😀"
    assert student.decode(student.encode(text, MERGES), MERGES) == text
