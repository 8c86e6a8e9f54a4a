"""What Run runs: the example of the statement, and a model whose weight is the number of the epoch."""
from torch import nn


def answers(submission, losses, settings):
    stopper, model = submission.EarlyStopping(**settings), nn.Linear(1, 1)
    said = [stopper.update(loss, model) for loss in losses]
    return said, stopper.best_loss, stopper.best_epoch


def test_the_losses_of_the_statement(student):
    losses = [0.90, 0.70, 0.68, 0.60, 0.61, 0.58]
    said, best_loss, best_epoch = student.run(answers, losses, {"patience": 2, "min_delta": 0.05})
    assert said == [False, False, False, False, False, True]
    assert (best_loss, best_epoch) == (0.60, 3)


def weight_after(submission, losses, patience):
    stopper, model = submission.EarlyStopping(patience=patience), nn.Linear(1, 1)
    for epoch, loss in enumerate(losses):
        nn.init.constant_(model.weight, float(epoch))
        stopper.update(loss, model)
    stopper.restore(model)
    return model.weight.item()


def test_the_weights_of_the_best_epoch_come_back(student):
    assert student.run(weight_after, [0.5, 0.4, 0.3, 0.6], 5) == 2.0
