"""Hidden tests: ids are compared with those written by hand, the reader is computed again, pixels are followed."""
import numpy as np
import torch
from graders.examiner import check, feedback

TEXTS = ["Rain, rain -- go away; come again.", "it's RAIN again (no. 2)", "go_home dog dog"]
WORDS = {"?": 1, "rain": 2, "go": 3, "again": 4, "dog": 5, "away": 6, "come": 7, "it's": 8, "no": 9, "2": 10, "go_home": 11}


def test_words(student):
    words = student.fit_words(TEXTS, 100)
    order = ["?", "rain", "again", "dog", "go", "away", "come", "it's", "no", "2", "go_home"]
    check.equal(words, {word: number for number, word in enumerate(order, 1)}, name="fit_words(texts, 100)")
    for size in (2, 3, 5, 12):
        some = {word: number for number, word in enumerate(order[: size - 1], 1)}
        check.equal(student.fit_words(TEXTS, size), some, name=f"fit_words(texts, {size})")
    check.equal(student.fit_words(TEXTS[::-1], 4), {"?": 1, "rain": 2, "dog": 3}, name="fit_words of other texts")
    check.equal(student.fit_words(["", "..."], 9), {"?": 1}, name="fit_words without words")


def test_encode(student):
    given = dict(WORDS)
    for texts, length, rows in [
        (["rain? Away!", "Dog's dog", ""], 4, [[0, 0, 2, 6], [0, 0, 1, 5], [0, 0, 0, 0]]),
        (["go go away come again it's no dog", "2"], 3, [[8, 9, 5], [0, 0, 10]]),
        (["unheard words"], 2, [[1, 1]]),
    ]:
        actual = student.encode(texts, given, length)
        check.equal(given, WORDS, name="words after encode")
        check.shape(actual, (len(texts), length), name="encode(texts, words, length)")
        behind = [[*(i for i in row if i), *(i for i in row if not i)] for row in rows]
        if behind != rows and np.array_equal(actual, behind):
            feedback("filled-behind")
        if length == 3 and np.array_equal(actual[0], [3, 3, 6]):
            feedback("first-words")
        check.equal(np.issubdtype(actual.dtype, np.integer), True, name="ids are integers")
        check.equal(actual.tolist(), rows, name="encode(texts, words, length)")


def built(submission, sizes, weights, ids):
    model = submission.make_reader(*sizes)
    shapes = [list(weight.shape) for weight in model.weights]
    if not shapes:
        return shapes, None, None, None
    model.set_weights(weights)
    outputs = model.predict(ids, verbose=0)
    return shapes, outputs, isinstance(model, submission.keras.Model), list(model.output_shape)


def test_reader(student):
    for size, length, width, classes in ((30, 6, 4, 3), (12, 5, 7, 2)):
        table, kernel = np.random.randn(size, width), np.random.randn(length * width, classes)
        weights = [each.astype(np.float32) for each in (table, kernel, np.random.randn(classes))]
        ids = np.random.randint(0, size, (9, length))
        shapes, outputs, kind, told = student.run(built, (size, length, width, classes), weights, ids)
        if not shapes:
            feedback("not-built")
        check.equal(shapes, [[size, width], [length * width, classes], [classes]], name="shapes of the weights")
        check.equal(kind, True, name="the reader is a keras.Model")
        check.equal(told, [None, classes], name="output_shape")
        logits = weights[0][ids].reshape(9, -1) @ weights[1] + weights[2]
        right = torch.from_numpy(logits).softmax(1)
        check.close(torch.from_numpy(outputs), right, name="probabilities", rtol=1e-3, atol=1e-4)


def shifted(submission, images, most, training):
    augmenter = submission.make_augmenter(most, images.shape[1])
    if training is None:
        return submission.augment(augmenter, images)
    return submission.augment(augmenter, images, training=training)


def test_augment(student):
    for most, size in ((3, 28), (1, 16)):
        dots = np.zeros((240, size, size, 1), dtype=np.float32)
        dots[:, size // 2, size // 2 + 2] = 0.5
        before = dots.copy()
        still = student.run(shifted, dots, most, False)
        check.close(torch.from_numpy(still), torch.from_numpy(before), name="images when not training")
        after = student.run(shifted, dots, most, True)
        check.shape(after, (240, size, size, 1), name="augment(augmenter, images)")
        check.equal(str(after.dtype), "float32", name="type of the numbers")
        if set(np.unique(after)) - {0.0, 0.5}:
            feedback("grey")
        check.equal(sorted(np.unique(after).tolist()), [0.0, 0.5], name="grey values")
        places = [np.argwhere(image[:, :, 0] == 0.5) for image in after]
        check.equal([len(place) for place in places], [1] * 240, name="bright pixels of each image")
        moves = np.concatenate(places) - [size // 2, size // 2 + 2]
        for axis, name in enumerate(("height", "width")):
            check.equal([sorted(set(moves[:, axis].tolist()))], [list(range(-most, most + 1))], name=f"moves in {name}")
        assert len({tuple(move) for move in moves.tolist()}) > most + 2
    bright = student.run(shifted, np.ones((40, 20, 20, 1), dtype=np.float32), 4, None)
    if (bright == 1).all():
        feedback("filled")
    check.equal(sorted(np.unique(bright).tolist()), [0.0, 1.0], name="grey values of white images")
