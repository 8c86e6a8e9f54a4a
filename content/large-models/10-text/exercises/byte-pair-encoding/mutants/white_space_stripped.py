"""Learns from the texts without the white space at their ends. Must fail: test_train."""
from collections import Counter

Pair = tuple[int, int]


def merge(tokens: list[int], pair: Pair, new: int) -> list[int]:
    """tokens with each occurrence of pair, from left to right and without overlap, replaced by new."""
    result, place = [], 0
    while place < len(tokens):
        if tuple(tokens[place : place + 2]) == pair:
            result.append(new)
            place += 2
        else:
            result.append(tokens[place])
            place += 1
    return result


def train(texts: list[str], count: int) -> dict[Pair, int]:
    """At most count merges in the order of learning; the first gets the id 256."""
    rows = [list(text.strip().encode("utf-8")) for text in texts]
    merges: dict[Pair, int] = {}
    while len(merges) < count:
        pairs = Counter(pair for row in rows for pair in zip(row, row[1:]))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair), default=None)
        if best is None or pairs[best] < 2:
            break
        merges[best] = 256 + len(merges)
        rows = [merge(row, best, merges[best]) for row in rows]
    return merges


def encode(text: str, merges: dict[Pair, int]) -> list[int]:
    """The ids of a text: its bytes, merged in the order of learning."""
    tokens = list(text.encode("utf-8"))
    while True:
        known = [pair for pair in zip(tokens, tokens[1:]) if pair in merges]
        if not known:
            return tokens
        earliest = min(known, key=lambda pair: merges[pair])
        tokens = merge(tokens, earliest, merges[earliest])


def decode(tokens: list[int], merges: dict[Pair, int]) -> str:
    """The text of a list of ids; bytes that are no UTF-8 become U+FFFD."""
    meaning = {byte: bytes([byte]) for byte in range(256)}
    for (first, second), new in merges.items():
        meaning[new] = meaning[first] + meaning[second]
    return b"".join(meaning[token] for token in tokens).decode("utf-8", errors="replace")
