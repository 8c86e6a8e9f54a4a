"""What Run runs: the numbers of the statement."""
import torch

VALIDATION = torch.tensor([[80.0, 90.0], [86.0, 86.0]], dtype=torch.float64)
TEST = torch.tensor([[99.0, 99.0], [84.0, 88.0]], dtype=torch.float64)


def test_the_choice(student):
    assert student.choose(VALIDATION) == 1


def test_the_report(student):
    report = student.report(VALIDATION, TEST)
    print(report)
    assert report["setting"] == 1
    assert abs(report["score"] - 86) < 1e-9 and abs(report["error"] - 2) < 1e-9
