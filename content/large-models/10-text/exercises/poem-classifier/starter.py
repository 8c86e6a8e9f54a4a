"""Tell lyrics of the Song from arias of the Yuan, by a masked mean of embeddings."""
import json
from pathlib import Path

import torch


def load_poems() -> tuple[list[str], list[int]]:
    """5,000 texts and their labels: 0 is a Song lyric, 1 is a Yuan aria."""
    poems = json.loads((Path("data") / "poems.json").read_text(encoding="utf-8"))
    return poems["texts"], poems["labels"]


def build_vocabulary(texts: list[str], least: int = 2) -> dict[str, int]:
    """An id for each character that occurs at least so often: 2 for the most frequent, then 3, ..."""
    raise NotImplementedError("build_vocabulary is still to be written")


def to_batch(texts: list[str], vocabulary: dict[str, int]) -> torch.Tensor:  # (N, L) int64
    """The ids of all texts, filled up with 0 behind; 1 stands for characters without an id."""
    raise NotImplementedError("to_batch is still to be written")


def train(texts: list[str], labels: list[int]) -> object:
    """Any model that predict understands."""
    raise NotImplementedError("train is still to be written")


def predict(model: object, texts: list[str]) -> torch.Tensor:  # (N,) float32
    """How probable it is that each text is an aria."""
    raise NotImplementedError("predict is still to be written")
