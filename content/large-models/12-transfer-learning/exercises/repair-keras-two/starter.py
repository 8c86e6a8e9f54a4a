"""Words, a reader and an augmenter from a tutorial for Keras 2. With Keras 3 it no longer runs. Repair it."""
import keras
import numpy as np


def fit_words(texts: list[str], size: int) -> dict[str, int]:
    """The id of each frequent word; see the statement for the rules of the old Tokenizer."""
    tokenizer = keras.preprocessing.text.Tokenizer(num_words=size, oov_token="?")
    tokenizer.fit_on_texts(texts)
    return {word: number for word, number in tokenizer.word_index.items() if number < size}


def encode(texts: list[str], words: dict[str, int], length: int) -> np.ndarray:  # (N, length) integers
    """Ids of the words of each text, filled up in front with 0; of a long text the last words stay."""
    tokenizer = keras.preprocessing.text.Tokenizer(oov_token="?")
    tokenizer.word_index = words
    return keras.preprocessing.sequence.pad_sequences(tokenizer.texts_to_sequences(texts), maxlen=length)


def make_reader(size: int, length: int, width: int, classes: int) -> keras.Model:
    """Embedding, flatten, linear layer with softmax: (N, length) ids -> (N, classes) probabilities."""
    return keras.models.Sequential(
        [
            keras.layers.Embedding(size, width, input_length=length),
            keras.layers.Flatten(),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def make_augmenter(most: int, size: int) -> object:
    """Something that shifts images of size x size by up to `most` pixels each way; what comes in from outside is 0."""
    return keras.preprocessing.image.ImageDataGenerator(
        width_shift_range=most / size, height_shift_range=most / size, fill_mode="constant", cval=0.0
    )


def augment(augmenter: object, images: np.ndarray, training: bool = True) -> np.ndarray:  # (N, size, size, 1) float32
    """The images, each shifted in its own way; unchanged when not training."""
    return next(augmenter.flow(images, batch_size=len(images), shuffle=False)) if training else images
