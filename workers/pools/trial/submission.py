# Our own submission to every worker: it must get 1 of 3 points, no more and no less.
import torch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def double(numbers):
    return (numbers.to(DEVICE) * 2).cpu()


def halve(numbers):
    return numbers / 3
