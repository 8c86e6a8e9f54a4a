"""Refuses plain numbers. Must fail: test_plain_numbers."""
from __future__ import annotations

import math


class Value:
    """A number that remembers how it was made."""

    def __init__(self, data: float, parents: tuple[tuple[Value, float], ...] = ()):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents  # (value it was made from, local derivative with respect to it)

    # What you write

    def __add__(self, other: Value | float) -> Value:
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, exponent: float) -> Value:
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, ((self, slope),))

    def relu(self) -> Value:
        return Value(max(self.data, 0.0), ((self, 1.0 if self.data > 0 else 0.0),))

    def tanh(self) -> Value:
        result = math.tanh(self.data)
        return Value(result, ((self, 1.0 - result * result),))

    def backward(self) -> None:
        """Add the derivative of this value to the grad of every value that it was made from, and of itself."""
        order = self.topological_order()
        slopes = dict.fromkeys(order, 0.0)  # of this call alone; values are told apart by identity
        slopes[self] = 1.0
        for value in reversed(order):
            for parent, local in value.parents:
                slopes[parent] += local * slopes[value]
        for value, slope in slopes.items():
            value.grad += slope

    def topological_order(self) -> list[Value]:
        """Every value behind the ones that it was made from; with a stack of its own, not Python's."""
        order, seen, stack = [], {self}, [(self, iter(self.parents))]
        while stack:
            value, rest = stack[-1]
            for parent, _ in rest:
                if parent not in seen:
                    seen.add(parent)
                    stack.append((parent, iter(parent.parents)))
                    break
            else:
                order.append(value)
                stack.pop()
        return order

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
