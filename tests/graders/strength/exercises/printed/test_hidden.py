import torch

from graders.examiner import check


def test_example(student):
    check.close(student.centred(torch.tensor([[2.0, 4.0, 9.0]])), torch.tensor([[-3.0, -1.0, 4.0]]))


def sums_to_zero(submission, x):
    return torch.allclose(submission.centred(x).sum(-1), torch.zeros(len(x)), atol=1e-4)


def test_told(student):
    assert student.run(sums_to_zero, torch.tensor([[1.0, 3.0]])) is True


def test_near(student):
    exact = torch.tensor([[-3.0, -1.0, 4.0]]) + 8e-5
    check.close(student.centred(torch.tensor([[2.0, 4.0, 9.0]])), exact, name="rows", rtol=0, atol=1e-4)
