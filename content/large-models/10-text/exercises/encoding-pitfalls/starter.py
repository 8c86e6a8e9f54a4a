"""Bytes and characters: what goes wrong between them, and how to do it right."""
import unicodedata


def utf8(code_point: int) -> bytes:
    """The UTF-8 bytes of one code point, made of its bits."""
    raise NotImplementedError("utf8 is still to be written")


def cut(text: str, limit: int) -> str:
    """The longest beginning of text that has at most limit bytes in UTF-8."""
    raise NotImplementedError("cut is still to be written")


def normalise(text: str) -> str:
    """Compatible characters made one, no capitals, single spaces, none at the ends."""
    raise NotImplementedError("normalise is still to be written")


def repair(text: str) -> str:
    """The text whose UTF-8 bytes were read as Latin-1; any other text as it is."""
    raise NotImplementedError("repair is still to be written")


class Stream:
    """Turns pieces of UTF-8 into text, each character as soon as it is complete."""

    def feed(self, piece: bytes) -> str:
        """The characters that are complete with this piece."""
        raise NotImplementedError("Stream.feed is still to be written")

    def close(self) -> str:
        """What is left at the end: a replacement character if the last one never was complete."""
        raise NotImplementedError("Stream.close is still to be written")
