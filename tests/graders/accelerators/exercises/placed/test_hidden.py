import torch

from graders.examiner import check


def test_width(student, sizes):
    check.close(student.ones(sizes.width), torch.ones(sizes.width))


def test_place(student, device):
    assert student.place(device) == f"on {device}"


def test_rate(student, sizes):
    assert student.place(sizes.rate) == "on 0.5"
