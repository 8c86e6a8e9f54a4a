"""Cuts off replacement characters that belong to the text. Must fail: test_cut."""
import unicodedata


def utf8(code_point: int) -> bytes:
    """The UTF-8 bytes of one code point, made of its bits."""
    if not 0 <= code_point <= 0x10FFFF or 0xD800 <= code_point <= 0xDFFF:
        raise ValueError(f"{code_point:#x} is no character")
    if code_point <= 0x7F:
        return bytes([code_point])
    later: list[int] = []
    mark, room = 0b110 << 5, 5  # the first byte: its mark, and how many bits it has room for
    while True:
        later.insert(0, 0b10 << 6 | code_point & 0b111111)
        code_point >>= 6
        if code_point < 1 << room:
            return bytes([mark | code_point, *later])
        mark, room = mark | 1 << room, room - 1


def cut(text: str, limit: int) -> str:
    """The longest beginning of text that has at most limit bytes in UTF-8."""
    data = text.encode("utf-8")
    return data[:limit].decode("utf-8", errors="replace").rstrip("\ufffd")


def normalise(text: str) -> str:
    """Compatible characters made one, no capitals, single spaces, none at the ends."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def repair(text: str) -> str:
    """The text whose UTF-8 bytes were read as Latin-1; any other text as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


class Stream:
    """Turns pieces of UTF-8 into text, each character as soon as it is complete."""

    def __init__(self):
        self.kept = b""

    def feed(self, piece: bytes) -> str:
        """The characters that are complete with this piece."""
        data = self.kept + piece
        end = len(data) - self._unfinished(data)
        self.kept = data[end:]
        return data[:end].decode("utf-8", errors="replace")

    def close(self) -> str:
        """What is left at the end: a replacement character if the last one never was complete."""
        rest, self.kept = self.kept, b""
        return rest.decode("utf-8", errors="replace")

    @staticmethod
    def _unfinished(data: bytes) -> int:
        """How many bytes at the end begin a character that is not complete."""
        for back in range(1, min(4, len(data) + 1)):
            byte = data[-back]
            if byte >> 6 != 0b10:  # a first byte, and the number of ones at its left is the length
                length = 2 if byte >> 5 == 0b110 else 3 if byte >> 4 == 0b1110 else 4 if byte >> 3 == 0b11110 else 1
                return back if length > back else 0
        return 0
