"""A reverse-mode autograd engine for single numbers."""
from __future__ import annotations

import math


class Value:
    """A number that remembers how it was made."""

    def __init__(self, data: float):
        self.data = float(data)
        self.grad = 0.0
        # Add what you need: which values this one was made from, and what it passes on to each of them.

    # What you write

    def __add__(self, other: Value | float) -> Value:
        raise NotImplementedError("addition is still to be written")

    def __mul__(self, other: Value | float) -> Value:
        raise NotImplementedError("multiplication is still to be written")

    def __pow__(self, exponent: float) -> Value:
        raise NotImplementedError("the power is still to be written")

    def relu(self) -> Value:
        raise NotImplementedError("relu is still to be written")

    def tanh(self) -> Value:
        """`math.tanh` has the value."""
        raise NotImplementedError("tanh is still to be written")

    def backward(self) -> None:
        """Add the derivative of this value to the grad of every value that it was made from, and of itself."""
        raise NotImplementedError("backward is still to be written")

    # What follows from it

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        return self + other * -1.0

    def __truediv__(self, other: Value | float) -> Value:
        return self * other**-1.0

    def __radd__(self, other: float) -> Value:
        return self + other

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __rsub__(self, other: float) -> Value:
        return self * -1.0 + other

    def __rtruediv__(self, other: float) -> Value:
        return self**-1.0 * other

    def __repr__(self) -> str:
        return f"Value({self.data:g}, grad={self.grad:g})"
