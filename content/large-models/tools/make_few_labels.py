"""Make the labelled texts of chapter 11 from those of chapter 10, after `make_encoder.py`.

    python content/large-models/tools/make_few_labels.py

Forty lyrics and forty arias to fine-tune with, and as test the thousand texts of chapter 10; the exercise is graded with 600 of the
hidden texts. Authors are divided as in `make_poems.py`. The encoder lies beside both.
"""
import json
import shutil

from make_encoder import CHAPTER
from make_poems import CHAPTER as TEXT
from make_poems import EXERCISE as CLASSIFIER
from make_poems import write

EACH, GRADED = 40, 600
EXERCISE = CHAPTER / "exercises" / "fine-tune-encoder"


def main() -> None:
    chapter = json.loads((TEXT / "poems.json").read_text(encoding="utf-8"))
    hidden = json.loads((CLASSIFIER / "hidden" / "poems.json").read_text(encoding="utf-8"))
    pairs = list(zip(chapter["train_texts"], chapter["train_labels"], strict=True))
    few = [pair for n, pair in enumerate(pairs) if sum(label == pair[1] for _, label in pairs[:n]) < EACH]
    texts, labels = [text for text, _ in few], [label for _, label in few]
    write(CHAPTER / "poems.json", few_texts=texts, few_labels=labels, test_texts=chapter["test_texts"], test_labels=chapter["test_labels"])
    write(EXERCISE / "data" / "poems.json", texts=texts, labels=labels)
    write(EXERCISE / "hidden" / "poems.json", texts=hidden["texts"][:GRADED], labels=hidden["labels"][:GRADED])
    for name in ("data", "hidden"):
        shutil.copy(CHAPTER / "encoder.npz", EXERCISE / name / "encoder.npz")


if __name__ == "__main__":
    main()
