"""
attack: dc-compile-bombs
class: dos-cpu
tries: texts that take a compiler's stack, memory or time: nesting, long constants, huge numbers, repeats
must: score 0, verdict wrong|error|crash|memory|timeout, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


for text in ("(" * 100_000, "-" * 200_000 + "1", "[" * 90 + "]" * 90, "x" + ".x" * 50_000, "a" * 1_000_000, "9" * 100_000, "1 if " * 5_000 + "1",
             "lambda: " * 3_000 + "1", "f'{" * 150 + "1" + "}'" * 150, "\x00", "a = b = " * 10_000 + "1"):
    try:
        compile(text, "bomb", "exec")
    except (SyntaxError, MemoryError, RecursionError, ValueError, OverflowError):
        pass
