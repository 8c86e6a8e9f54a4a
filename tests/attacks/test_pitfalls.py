"""Twenty ways in which graders of untrusted code have failed, and what proves that this one does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.attacks.corpus import OURS

TESTS = Path(__file__).resolve().parents[1]

#: pitfall -> attacks of our corpus, and tests as ``file::name``
PITFALLS: dict[str, tuple[str, ...]] = {
    "what the zygote ever held is in every child": ("lt-self-mem", "lt-memory-maps", "ps-rng", "lt-seed"),
    "the process group is not left before the namespaces are": ("sg-init", "sg-stop-everybody", "df-hold-pipe"),
    "the environment of exec time stays readable": ("lt-proc-cmdline", "graders/engine/test_secrets.py::"),
    "descriptors are inherited, those of folders above all": ("ef-proc-root", "lt-map-files", "fg-wire-scm-rights"),
    "shared memory, locks, keyrings, IPC and abstract names are shared": ("ps-keyring", "ps-everywhere", "ef-watchers"),
    "the supervisor opens paths in the box": ("ef-fifo-trap", "dd-odd-names", "dd-deep-tree"),
    "flags of an open file description change the other end": ("do-nonblock", "cr-close-all"),
    "a reply is read without cap or deadline, sizes are trusted": (
        "fg-wire-huge-length",
        "fg-slow-frame",
        "cd-odd-tensors",
    ),
    "NaN, empty, broadcast and boolean answers compare equal": ("fg-empty-answer", "graders/border/test_forging.py::"),
    "isinstance is fooled by classes that lie": ("fg-duck-object", "fg-duck-claims", "fg-parameter-subclass"),
    "exceptions are hostile values": ("fg-sysexit-zero", "lt-raise-inputs", "fg-pytest-outcomes", "fg-load-error-huge"),
    "exit code 0 or a printed OK is taken as proof": ("pc-forged-json", "cr-exec-true", "do-forged-json"),
    "a surviving child keeps a pipe open and the end never comes": ("df-hold-pipe", "df-setsid-storm"),
    "limits hold for a process and not for the group": ("dc-children", "df-vfork-storm", "dm-socket-buffers"),
    "memory lies outside of any process": ("dm-memfd", "dm-tmpfs", "dm-shared-anonymous", "dd-unlinked"),
    "a broken connection ends the grader itself": ("fg-wire-shutdown", "fg-del-late", "fg-wire-flood-true"),
    "NUL, surrogates, ANSI and HTML reach stores, logs and pages": ("cd-str-kinds", "do-bidi-marks", "do-huge-line"),
    "hidden inputs are shown back": (
        *("lt-probe-arguments", "lt-buffered-output", "lt-metrics", "lt-type-names"),
        "graders/engine/test_output.py::test_a_shown_test_cannot_tell_what_a_withheld_one_was_given",
        "graders/engine/test_fresh_student.py::test_what_a_fresh_student_prints_in_a_hidden_test_is_withheld",
    ),
    "a rung that was skipped looks green": (
        "graders/engine/test_command_line.py::test_where_nothing_isolates_it_refuses_and_says_why",
    ),
    "scans of the text blame honest students": ("ok-named-like-attacks", "ok-heavy-but-legal", "ok-jupyter-leftovers"),
}


def test_there_are_twenty() -> None:
    assert len(PITFALLS) == 20


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_a_pitfall_is_proved(pitfall: str) -> None:
    for proof in PITFALLS[pitfall]:
        file, _, name = proof.partition("::")
        if file.endswith(".py"):
            assert re.search(rf"^def {name or 'test_'}", (TESTS / file).read_text(), re.MULTILINE), proof
        else:
            assert (OURS / f"{proof}.py").is_file(), proof
