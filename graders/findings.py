"""Message keys and their English sentences. The floor that shows a finding words it in the reader's language.

No sentence has room for an expected value, a test's source or a hidden input: values are the student's own.
Keys that begin with ``author.`` are sentences of the exercise's author, in ``exercise.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from graders.report import Finding

AUTHOR_PREFIX = "author."

SENTENCES: Mapping[str, str] = {
    # what a test found
    "test-failed": "The result is not what the test expects.",
    "test-broken": "The test itself is broken. This is not your fault and has been reported.",
    "test-message": "{message}",
    "test-skipped": "The test did not run to its end. This is not your fault and has been reported.",
    "test-overran": "The test took longer than its time limit.",
    "no-fresh-student": "The test could not get a second copy of your submission.",
    # what the student's code returned
    "returned-none": "{name} returned None. Is a return statement missing?",
    "returned-tensor": "{name} returned a tensor of shape {shape} and type {dtype}.",
    "returned-array": "{name} returned an array of shape {shape} and type {dtype}.",
    "returned-value": "{name} returned a value of type {type}.",
    "returned-nan": "{name} returned a tensor with {count} values that are not finite (NaN or infinity), the first at "
    "{first}. They came up first in the result of {first_call}.",
    "returned-object": "{name} gave an object of type {type} where a plain value or a tensor was needed.",
    "gave-object": "{name} gave an object of type {type}.",
    # comparisons by graders.examiner.check
    "missing-value": "{name} is None where a value was expected.",
    "wrong-type": "{name} has the wrong type: {type}.",
    "wrong-shape": "{name} has the wrong shape: {shape}.",
    "wrong-dtype": "{name} has the wrong number type: {dtype}.",
    "wrong-length": "{name} has the wrong length: {length}.",
    "wrong-keys": "{name} has the wrong keys.",
    "wrong-device": "{name} is on the wrong device: {device}.",
    "not-finite": "{name} has {count} values that are not finite (NaN or infinity), the first at {first}. They came up "
    "first in the result of {first_call}.",
    "missing-gradient": "{name} is missing: nothing flows back to it. What cuts the graph is detach(), item(), "
    "numpy(), torch.no_grad(), or a new tensor made from the values of an old one.",
    "zero-gradient": "{name} is zero everywhere: what was computed does not depend on it.",
    "changed-argument": "Your code changed {name} in place. Work on a copy, and leave the arguments as they are.",
    "looks-at-masked": "{name} must be zero where the mask says so, but {count} are not.",
    "sees-the-future": "{name} at position {position} changes when position {later} or a later one changes: the future "
    "leaks through the mask.",
    "wrong-values": "{name} has the right shape, but {wrong} of {total} values are wrong, the first at {first}.",
    "wrong-items": "{name} has the right length, but {wrong} of {total} items are wrong, the first at index {first}.",
    "wrong-entries": "{name} has the right keys, but {wrong} of {total} values are wrong.",
    "missing-keys": "Keys are missing.",
    "extra-keys": "{extra} of its {count} keys do not belong there.",
    "missing-members": "Members of {name} are missing.",
    "extra-members": "{extra} of the {count} members of {name} do not belong there.",
    "wrong-text": "{name} has {length} characters. The first {right} are right, then comes a wrong one.",
    "text-ends-early": "{name} is right as far as it goes, but ends too early, after {length} characters.",
    "text-goes-on": "{name} begins right, but goes on where it should have ended: it has {length} characters.",
    "wrong-value": "{name} has the wrong value: {value}.",
    # what kind of mistake that looks like
    "differs-all-zero": "It is zero everywhere. Was it ever filled, and does the input arrive?",
    "differs-all-alike": "All its values are the same. Does the input arrive?",
    "differs-inverted": "True and False are exchanged everywhere.",
    "differs-by-sign": "Only the sign is wrong, everywhere: something is subtracted the wrong way round, or a minus is "
    "missing.",
    "differs-transposed": "The values are right, but rows and columns are exchanged.",
    "differs-by-order": "The right values are there, in the wrong order. Look at axes, reshaping and sorting.",
    "differs-by-factor": "All values are wrong by one and the same factor. Is a mean a sum, or a scale missing or used "
    "twice?",
    "differs-by-offset": "All values are wrong by one and the same amount. Is something added or subtracted that is "
    "the same for all?",
    "differs-only-at": "All wrong values are at index {index} of axis {axis}; everything else is right.",
    "differs-a-little": "All values are nearly right. Look for lost precision, an epsilon at another place, or n "
    "instead of n − 1.",
    "differs-by-spaces": "Only spaces and line breaks are wrong.",
    "differs-by-case": "Only capital and small letters are wrong.",
    "changed-input": "Your code changed what it was given in place. Work on a copy, and leave the arguments as they "
    "are.",
    "did-not-raise": "{name} should have raised an exception here, and did not.",
    "raised-other": "{name} raised {type}, which is not the exception that is asked for.",
    # what the student's code did
    "raised": "Your code raised an exception ({type}).",
    "raised-at": "Your code raised an exception ({type}) in {file}, line {line}: {source}",
    "raised-message": "{message}",
    "explained-shapes": "The shapes of two tensors do not fit together there. Write the shape of each beside its line.",
    "explained-axis": "The tensor does not have that axis there. Negative numbers count axes from the end.",
    "explained-dtypes": "Tensors of different number types meet there. Make new tensors with the type of the given "
    "ones.",
    "explained-devices": "Tensors on different devices meet there. Make new tensors on the device of the given ones.",
    "explained-no-graph": "A gradient was asked for, but the graph is cut: by detach(), item(), numpy(), "
    "torch.no_grad(), or by a new tensor made from the values of an old one.",
    "explained-second-backward": "The graph is gone after the first backward(). Compute the loss anew for each step.",
    "explained-in-place": "A tensor that the gradient still needs was changed in place. Compute a new one instead.",
    "explained-index": "An index lies outside of the tensor or list there.",
    "explained-truth": "A tensor of several values was used as one condition. Reduce it first, with any() or all().",
    "missing-name": "Your submission does not define {name}.",
    "missing-module": "Your submission imports {name}, which is not installed here.",
    "syntax-error": "Python cannot read {file}, line {line}: {message}",
    "forbidden-name": "This exercise asks you to write it without {name}.",
    "unsendable": "Your code returned a value that cannot leave the sandbox.",
    "unsendable-not-dense": "Your code returned a sparse or nested tensor; convert it with to_dense() first.",
    "unsendable-quantized": "Your code returned a quantized tensor; call dequantize() first.",
    "unsendable-meta": "Your code returned a tensor on the meta device, which has no values.",
    "unsendable-dtype": "Your code returned a tensor or array of a type that cannot be sent.",
    "unsendable-code-points": "Your code returned an array of texts with characters that do not exist in Unicode.",
    "unsendable-objects": "Your code returned a NumPy array of objects; return a list of them.",
    "unsendable-freed": "Your code returned a tensor whose memory has been freed.",
    "unsendable-too-large": "Your code returned a value that is too large.",
    "unsendable-too-deep": "Your code returned a value that is nested too deep.",
    "unsendable-too-many-objects": "Your code returned more objects than a test may hold.",
    "exited": "Your code ended the program by {type} instead of returning.",
    "gone-eof": "Your program ended while it was being tested.",
    "gone-timeout": "Your code took longer than the time limit.",
    "gone-protocol": "Your program wrote to the channel that carries its answers.",
    # tables of predictions
    "table-empty": "The file is empty. It must have a first row with the names {columns}.",
    "table-no-rows": "The table has the names of its columns, and no rows.",
    "table-too-large": "The file is larger than {limit_mb} MB.",
    "table-too-slow": "Reading the table took longer than {limit_seconds} s.",
    "table-encoding": "Row {row} has a byte that is not UTF-8. Save the file as UTF-8.",
    "table-utf16": "The file is not plain text in UTF-8 (it may be UTF-16, or a spreadsheet). Save it as CSV in UTF-8.",
    "table-nul": "Row {row} holds a zero byte, which no text has. Save the file as CSV in UTF-8.",
    "table-quotes": "Row {row} has a quotation mark that is never closed, or text behind one. Quote whole values only.",
    "table-field": "Row {row} has a value of more than 131072 characters. Is a quotation mark never closed?",
    "table-delimiter": "The columns are separated by “{found}”. Separate them by commas.",
    "table-empty-lines": "Row {row} is one of more than {limit} empty lines. Delete them.",
    "table-unknown-column": "The column “{column}” is unknown. The columns are {columns}.",
    "table-column-twice": "The column “{column}” is there twice.",
    "table-missing-column": "The column “{column}” is missing. The first row must name the columns {columns}.",
    "table-width": "Row {row} does not have one value for each column: {found} instead of {expected}.",
    "table-no-id": "Row {row} has no value in the column “{column}”, which names it.",
    "table-id-twice": "Row {row} names {id} again, which row {first} has named already.",
    "table-unknown-id": "Row {row} names {id}, which is not one of those to predict (column “{column}”).",
    "table-missing-ids": "Rows are missing: {count}. The first is the one whose “{column}” is {id}.",
    "table-no-value": "Row {row} has no value in the column “{column}”.",
    "table-not-integer": "Row {row}, column “{column}”: “{value}” is not a whole number.",
    "table-not-number": "Row {row}, column “{column}”: “{value}” is not a number. Write it with a decimal point.",
    "table-not-finite": "Row {row}, column “{column}”: “{value}” is not a finite number.",
    "table-out-of-range": "Row {row}, column “{column}”: {value} does not lie between {low} and {high}.",
    "table-not-choice": "Row {row}, column “{column}”: “{value}” is not one of {choices}.",
    "table-text-too-long": "Row {row}, column “{column}”: the text has more than {limit} characters.",
    "table-more": "There may be more mistakes; reading stopped here.",
    # notebooks that cannot be run
    "notebook-empty": "The file is empty. Hand in the notebook itself, an .ipynb file.",
    "notebook-too-large": "The notebook is larger than {limit_mb} MB. Clear its outputs in Jupyter, and save it again.",
    "notebook-not-json": "The file is not a notebook: line {line} is not JSON. Was it saved to its end?",
    "notebook-no-notebook": "The file is JSON, but no notebook. Hand in the .ipynb file that Jupyter saves.",
    "notebook-old": "The notebook has the old format {version}. Open it in Jupyter and save it, then it has format 4.",
    "notebook-new": "The notebook has format {version}, which is not known here. Save it in format 4.",
    "notebook-language": "The notebook is written in {language}. Write it in Python.",
    "notebook-cell-broken": "Cell {place} of the notebook is broken. Open the notebook in Jupyter, and save it again.",
    "notebook-too-many-cells": "The notebook has more than {limit} cells.",
    "notebook-too-much-text": "The cells of the notebook have more than {limit_kb} KB of text.",
    "notebook-other-exercise": "None of the cells is one of this exercise's. Start from its own notebook, and write "
    "your answers there.",
    # cells
    "cell-raised": "Code cell {cell} raised an exception ({type}). The cells below it ran on.",
    "cell-raised-at": "Code cell {cell} raised an exception ({type}) in {file}, line {line}: {source}",
    "cell-timeout": "Code cell {cell} took longer than {limit_seconds} s and was stopped.",
    "cell-eof": "Code cell {cell} ended the whole program.",
    "cell-protocol": "Code cell {cell} wrote to the channel that carries your program's answers.",
    "cell-line-ignored": "Code cell {cell}, line {line}: {source} is for Jupyter alone, and was left out.",
    "cell-refused": "Code cell {cell} did not run: line {line} ({source}) is a command of Jupyter or of a shell, which "
    "does not work here. Write it in Python, or leave it out.",
    "cell-restored": "Code cell {cell} belongs to the exercise. It ran as the exercise has it, without your changes.",
    # where the author says that it may be shown
    "called-with": "It was called with {arguments}.",
    # how the submission ended, by the kernel's word
    "out-of-device-memory": "Your code asked for more than the {limit_mb} MB of the device's memory.",
    "out-of-memory": "Your code used more than the {limit_mb} MB of memory that this exercise allows.",
    "output-limit": "Your code printed far more than the {limit_kb} KB of output that are kept, and was ended.",
    "cpu-limit": "Your code used more than {limit_seconds} s of processor time.",
    "time-limit": "Your code took longer than {limit_seconds} s and was ended.",
    "process-limit": "Your code started more than the {limit} processes and threads that this exercise allows.",
    "disk-limit": "Your code wrote more than the {limit_mb} MB of files that this exercise allows.",
    "killed-by-signal": "Your program was ended by the signal {signal}.",
    "exited-early": "Your program ended by itself, with status {code}, while it was being tested.",
    # whose fault it is when it is not the student's
    "exercise-error": "The tests of this exercise are broken. This is not your fault, costs no attempt and has been "
    "reported.",
    "platform-error": "The platform failed to grade this. It costs no attempt.",
    "cancelled": "Cancelled. It costs no attempt.",
}


def sentence(finding: Finding) -> str:
    """A finding in English; the key itself where there is no sentence for it."""
    template = SENTENCES.get(finding.key)
    return finding.key if template is None else fill(template, finding.values)


def sentences(findings: Iterable[Finding]) -> str:
    """All findings in English, one to a line."""
    return "\n".join(sentence(finding) for finding in findings if not finding.key.startswith(AUTHOR_PREFIX))


def fill(template: str, values: Mapping[str, object]) -> str:
    """Put values into a sentence. Values are hostile text: nothing in them is a template, and a missing one is "?"."""
    parts = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(str(values.get(name, "?")))
    return "".join(parts)
