"""A byte-level byte-pair tokenizer: training, encoding, decoding."""

Pair = tuple[int, int]


def merge(tokens: list[int], pair: Pair, new: int) -> list[int]:
    """tokens with each occurrence of pair, from left to right and without overlap, replaced by new."""
    raise NotImplementedError("merge is still to be written")


def train(texts: list[str], count: int) -> dict[Pair, int]:
    """At most count merges in the order of learning; the first gets the id 256."""
    raise NotImplementedError("train is still to be written")


def encode(text: str, merges: dict[Pair, int]) -> list[int]:
    """The ids of a text: its bytes, merged in the order of learning."""
    raise NotImplementedError("encode is still to be written")


def decode(tokens: list[int], merges: dict[Pair, int]) -> str:
    """The text of a list of ids; bytes that are no UTF-8 become U+FFFD."""
    raise NotImplementedError("decode is still to be written")
