"""What Run runs: the example of the statement, and one shifted pixel."""
import numpy as np


def test_the_example(student):
    words = student.fit_words(["The cat, the dog.", "A dog!"], 4)
    assert words == {"?": 1, "the": 2, "dog": 3}
    assert np.array_equal(student.encode(["The old dog"], words, 5), [[0, 0, 2, 1, 3]])


def sizes(submission):
    return [list(weight.shape) for weight in submission.make_reader(30, 6, 4, 3).weights]


def test_the_reader_knows_its_sizes(student):
    assert student.run(sizes) == [[30, 4], [24, 3], [3]]


def shifted(submission, images):
    return submission.augment(submission.make_augmenter(2, 28), images)


def test_a_pixel_moves(student):
    images = np.zeros((1, 28, 28, 1), dtype=np.float32)
    images[0, 14, 14] = 1
    after = student.run(shifted, images)
    print("from (14, 14) to", np.argwhere(after[0, :, :, 0] == 1).tolist())
    assert after.shape == images.shape
