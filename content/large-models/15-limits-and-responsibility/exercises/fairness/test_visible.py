"""What Run runs: the table of the chapter, and the example of the statement."""
import torch


def table(*cells):
    truth = torch.tensor([True, True, False, False]).repeat_interleave(torch.tensor(cells))
    return truth, torch.tensor([True, False, True, False]).repeat_interleave(torch.tensor(cells))


def test_the_table_of_the_chapter(student):
    a, b = table(40, 10, 10, 40), table(16, 4, 4, 76)
    truth, decision = torch.cat([a[0], b[0]]), torch.cat([a[1], b[1]])
    gaps = student.gaps(truth, decision, torch.arange(2).repeat_interleave(100))
    for name, right in {"selection": 0.3, "tpr": 0.0, "fpr": 0.15, "ppv": 0.0}.items():
        assert abs(gaps[name] - right) < 1e-6, name


def test_four_scores(student):
    scores = torch.tensor([0.9, 0.7, 0.7, 0.2, 0.95], dtype=torch.float64)
    truth = torch.tensor([True, True, True, True, False])
    assert student.thresholds(scores, truth, torch.zeros(5, dtype=torch.int64), 0.5) == {0: 0.7}
