"""Words, a reader and an augmenter from a tutorial for Keras 2, moved to Keras 3."""
import re
from collections import Counter

import keras
import numpy as np


def split(text: str) -> list[str]:
    """Words in small letters, without punctuation."""
    return re.sub(r"[^\w']+", " ", text.lower()).split()


def fit_words(texts: list[str], size: int) -> dict[str, int]:
    """The id of each frequent word; see the statement for the rules of the old Tokenizer."""
    counts = Counter(word for text in texts for word in split(text))
    frequent = sorted(counts, key=lambda word: -counts[word])  # stable: of equals the one that came first
    return {"?": 1} | {word: number for number, word in enumerate(frequent[: max(0, size - 2)], start=2)}


def encode(texts: list[str], words: dict[str, int], length: int) -> np.ndarray:  # (N, length) integers
    """Ids of the words of each text, filled up in front with 0; of a long text the last words stay."""
    rows = [[words.get(word, 1) for word in split(text)] for text in texts]
    return keras.utils.pad_sequences(rows, maxlen=length)


def make_reader(size: int, length: int, width: int, classes: int) -> keras.Model:
    """Embedding, flatten, linear layer with softmax: (N, length) ids -> (N, classes) probabilities."""
    return keras.Sequential(
        [
            keras.Input((length,)),
            keras.layers.Embedding(size, width),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def make_augmenter(most: int, size: int) -> object:
    """Something that shifts images of size x size by up to `most` pixels each way; what comes in from outside is 0."""
    share = most / size
    return keras.layers.RandomTranslation(share, share, fill_mode="constant", fill_value=0.0, interpolation="nearest")


def augment(augmenter: object, images: np.ndarray, training: bool = True) -> np.ndarray:  # (N, size, size, 1) float32
    """The images, each shifted in its own way; unchanged when not training."""
    return keras.ops.convert_to_numpy(augmenter(images, training=training))
