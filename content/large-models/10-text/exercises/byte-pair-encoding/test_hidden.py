"""Hidden tests: a tokenizer of our own, and cases made for each way to go wrong."""
import random
from pathlib import Path

from graders.examiner import check, feedback

POEMS = (Path(__file__).parent / "hidden" / "poems.txt").read_text(encoding="utf-8").splitlines()


def our_merge(tokens, pair, new):
    result = []
    for token in tokens:
        # A new id never is part of the pair, so the pair is complete as soon as its second half comes.
        if result and (result[-1], token) == pair and result[-1] != new:
            result[-1] = new
        else:
            result.append(token)
    return result


def pairs_of(rows):
    counts = {}
    for row in rows:
        for pair in zip(row, row[1:]):
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def our_train(texts, count):
    rows, merges = [list(text.encode()) for text in texts], {}
    while len(merges) < count:
        counts = pairs_of(rows)
        most = max(counts.values(), default=0)
        if most < 2:
            break
        best = min(pair for pair in counts if counts[pair] == most)
        merges[best] = 256 + len(merges)
        rows = [our_merge(row, best, merges[best]) for row in rows]
    return merges


def our_encode(text, merges):
    tokens = list(text.encode())
    for pair, new in merges.items():  # all merges, one after the other
        tokens = our_merge(tokens, pair, new)
    return tokens


def meanings(merges):
    known = {byte: bytes([byte]) for byte in range(256)}
    for (a, b), new in merges.items():
        known[new] = known[a] + known[b]
    return known


def longest_first(text, merges):
    known, data, result = sorted(meanings(merges).items(), key=lambda item: -len(item[1])), text.encode(), []
    while data:
        token, piece = next((t, p) for t, p in known if data.startswith(p))
        result.append(token)
        data = data[len(piece) :]
    return result


def same_merges(actual, expected, name):
    check.equal(actual, expected, name=name)
    check.equal(list(actual), list(expected), name=f"the order of {name}")


def test_merge(student):
    for tokens, pair, new, expected in [
        ([1, 2, 3, 1, 2], (1, 2), 9, [9, 3, 9]),
        ([1, 1, 1], (1, 1), 9, [9, 1]),
        ([1, 1, 1, 1, 1], (1, 1), 256, [256, 256, 1]),
        ([2, 1, 2, 1], (1, 2), 300, [2, 300, 1]),
        ([1], (1, 1), 9, [1]),
        ([], (1, 2), 9, []),
        ([5, 6, 7], (6, 7), 256, [5, 256]),
        ([5, 6, 7], (7, 6), 256, [5, 6, 7]),
    ]:
        before, actual = list(tokens), student.merge(tokens, pair, new)
        if tokens == [1, 1, 1] and actual == [1, 9]:
            feedback("right-to-left")
        check.equal(actual, expected, name=f"merge({before}, {pair}, {new})")
        check.equal(tokens, before, name="tokens after the call")


def test_train(student):
    rng = random.Random(5)
    cases = [(["banana bandana"], 3), (["abcabc", "abc"], 2), (["zyzy xwxw"], 2), (["aaaaaaa", "aaa"], 3)]
    cases += [(["ab", "ab", "ba"] * 2, 1), (["你好，你好", "好，你"], 6), (["xy", "zx", "yz"] * 3 + ["yy"], 2)]
    cases += [(["  a  b\n", "\n  b  a  ", " \t \t "], 4)]  # white space belongs to the text, at the ends too
    cases += [(["".join(rng.choice("abc") for _ in range(40)) for _ in range(4)], 12) for _ in range(3)]
    for texts, count in cases:
        given, actual = list(texts), student.train(texts, count)
        if given == ["zyzy xwxw"] and isinstance(actual, dict) and list(actual)[:1] == [(122, 121)]:
            feedback("first-wins")
        if isinstance(actual, dict) and actual != our_train(texts, count) and actual == our_train(["".join(texts)], count):
            feedback("across-texts")
        same_merges(actual, our_train(given, count), f"train({given}, {count})")
        check.equal(texts, given, name="texts after the call")


def test_train_stops(student):
    for texts, count in [(["abab"], 10), (["abcdef"], 5), ([], 3), (["", "a"], 3), (["banana bandana"], 100), (["xyxy"], 0)]:
        same_merges(student.train(texts, count), our_train(texts, count), f"train({texts}, {count})")


def test_encode(student):
    merges = our_train(["banana bandana"], 3)
    for text in ("banana", "a ban", "", "b", "nana", "ananas", "字an"):
        check.equal(student.encode(text, merges), our_encode(text, merges), name=f"encode({text!r}, merges)")
    # bc is learnt before ab: abc is a, bc and not ab, c. And abcd is no longest match.
    for pairs, texts in [([(98, 99), (97, 98), (257, 99)], ("abc", "ab", "abcab")), ([(97, 98), (99, 100), (98, 99), (98, 257)], ("bcd", "abcd", "bcbcd"))]:
        merges = {pair: 256 + i for i, pair in enumerate(pairs)}
        for text in texts:
            actual = student.encode(text, merges)
            if actual != our_encode(text, merges) and actual == longest_first(text, merges):
                feedback("greedy")
            check.equal(actual, our_encode(text, merges), name=f"encode({text!r}, merges)")
    rng = random.Random(6)
    merges = our_train(["".join(rng.choice("ab") for _ in range(60)) for _ in range(4)], 20)
    for _ in range(10):
        text = "".join(rng.choice("ab") for _ in range(30))
        check.equal(student.encode(text, merges), our_encode(text, merges), name=f"encode({text!r}, merges)")
    check.equal(student.encode("é字😀", {}), list("é字😀".encode()), name="encode without merges")


def test_decode(student):
    merges = our_train(["字字字", "文字", "banana bandana"], 8)
    known = meanings(merges)
    for tokens in ([256], [257, 256], [], [229], [229, 173], [229, 173, 151], [255, 97, 128], [256, 32, 258, 240, 159, 152, 128], list(known)[255:]):
        data = b"".join(known[token] for token in tokens)
        actual, right = student.decode(tokens, merges), data.decode("utf-8", errors="replace")
        if actual != right and actual == "".join(known[token].decode("utf-8", errors="replace") for token in tokens):
            feedback("token-by-token")
        check.equal(actual, right, name=f"decode({tokens}, merges)")


def test_real_text(student):
    merges = student.train(POEMS[:150], 120)
    same_merges(merges, our_train(POEMS[:150], 120), "the merges of 150 verses")
    for text in POEMS[150:190]:
        tokens = student.encode(text, merges)
        check.equal(tokens, our_encode(text, merges), name="encode of a verse")
        check.equal(student.decode(tokens, merges), text, name="decode of encode")
