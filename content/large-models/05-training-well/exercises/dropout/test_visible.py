"""What Run runs: a few masks, seen from outside."""
import pytest
import torch


def test_the_numbers_of_the_statement(student):
    x = torch.tensor([2.0, 4.0, 6.0, 8.0])
    for _ in range(10):
        y = student.dropout(x, 0.5)
        assert all(value in (0.0, 2 * old) for value, old in zip(y.tolist(), x.tolist()))


def test_the_mean_stays(student):
    y = student.dropout(torch.ones(100, 100), 0.25)
    assert y.mean().item() == pytest.approx(1.0, abs=0.05)


def test_prediction(student):
    x = torch.randn(3, 4)
    assert torch.equal(student.dropout(x, 0.5, training=False), x)
    layer = student.Dropout(0.5)
    layer.eval()
    assert torch.equal(layer(x), x)


def test_p_must_be_a_probability(student):
    with pytest.raises(ValueError):
        student.Dropout(1.5)
