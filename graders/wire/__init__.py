"""What travels between the examiner (trusted) and the sandboxed student (hostile): values, by hand, never by pickle.

One value is a tag byte and what follows it, little-endian; one frame is a magic word, a length and one value. The
examiner decodes what a hostile process wrote, so each size is checked before anything of that size exists, depth and
number of values are bounded, strings are valid UTF-8, dtypes come from a list, and any bytes at all either decode or
raise ``WireError`` in bounded time and memory.

``format``    tags and bounds
``arrays``    tensors and arrays to and from raw bytes (only where torch and NumPy are already imported)
``tensors``   tensors with what belongs to them: device, owner, gradient, graph
``texts``     NumPy's arrays of texts and of plain objects; ``generators`` of random numbers, by their state
``encoding``  value -> bytes, with exact type checks; ``writing`` one type at a time
``decoding``  bytes -> value; ``reading`` one type at a time
``frames``    frames on a stream socket, with deadlines

Integers of more than 64 bits travel as at most 512 bytes; longer ones are refused. The engine, which has no torch,
uses ``send_frame`` alone.
"""

from graders.wire.decoding import Tracked, decode, device_of
from graders.wire.encoding import Encoder, encode
from graders.wire.format import (
    DEFAULT_FRAME_LIMIT,
    Graphed,
    Lent,
    Library,
    Loan,
    Named,
    Owned,
    Placed,
    Probe,
    Reference,
    Unsendable,
    WireError,
    clean_text,
)
from graders.wire.frames import FrameGone, recv_bytes, recv_fds_and_frame, recv_frame, send_bytes, send_frame

__all__ = [
    "DEFAULT_FRAME_LIMIT",
    "Encoder",
    "FrameGone",
    "Graphed",
    "Lent",
    "Library",
    "Loan",
    "Named",
    "Owned",
    "Placed",
    "Probe",
    "Reference",
    "Tracked",
    "Unsendable",
    "WireError",
    "clean_text",
    "decode",
    "device_of",
    "encode",
    "recv_bytes",
    "recv_fds_and_frame",
    "recv_frame",
    "send_bytes",
    "send_frame",
]
