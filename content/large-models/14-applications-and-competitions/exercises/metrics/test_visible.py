"""What Run runs: small examples that you can check with a pencil."""
import torch


def close(value, expected, tolerance=1e-9):
    torch.testing.assert_close(value, torch.tensor(expected, dtype=torch.float64), atol=tolerance, rtol=0)


def test_the_f1_of_the_statement(student):
    value = student.macro_f1(torch.tensor([0, 0, 1, 2]), torch.tensor([0, 0, 1, 1]))
    close(value, 5 / 9)


def test_the_pairs_of_the_statement(student):
    value = student.roc_auc(torch.tensor([0.9, 0.6, 0.6, 0.2]), torch.tensor([1, 1, 0, 0]))
    close(value, 0.875, 1e-6)


def test_the_log_loss_of_the_statement(student):
    value = student.log_loss(torch.tensor([[0.9, 0.1], [0.4, 0.6]]), torch.tensor([0, 0]))
    close(value, 0.5108, 1e-4)


def test_one_class_alone_has_no_pairs(student):
    assert torch.isnan(torch.as_tensor(student.roc_auc(torch.tensor([0.3, 0.7]), torch.tensor([1, 1]))))
