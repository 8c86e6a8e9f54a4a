import torch

from graders.examiner import check, feedback, score


def call(submission, x):
    return submission.double(x)


def test_input(student):
    check.equal(student.double(41, scale=[2]), 82, name="double(41)")


def test_probe(student):
    check.equal(student.run(call, 43), 86, name="double(43)")


def test_message(student):
    check.equal(student.double(47), 94, name="double")


def test_title(student):
    check.equal(student.double(53), 106, name="double(53)")


def test_part(student):
    found = student.count(4)
    score(len(found) / 4)
    if found and found[-1] == 3:
        feedback("off-by-one", last=found[-1])
    check.equal(found, [1, 2, 3, 4])


def test_forbidden(student):
    torch.testing.assert_close(student.normal(torch.zeros(2)), torch.full((2,), 0.5))
