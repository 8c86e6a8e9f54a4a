"""Takes arms for equally good that are nearly so. Must fail: test_greedy."""
import random


class EpsilonGreedy:
    """Chooses among arms whose mean rewards it learns as it plays."""

    def __init__(self, arms: int, epsilon: float, seed: int = 0):
        self.epsilon = epsilon
        self.counts = [0] * arms  # how often each arm was learnt from
        self.values = [0.0] * arms  # the mean reward of each arm, 0 before the first
        self.random = random.Random(seed)  # this agent's own source of chance

    def choose(self) -> int:
        """The arm to pull next, 0 to arms - 1: any with probability epsilon, otherwise one of the best so far."""
        if self.random.random() < self.epsilon:
            return self.random.randrange(len(self.values))
        best = max(self.values)
        return self.random.choice([arm for arm, value in enumerate(self.values) if best - value < 0.01])

    def learn(self, arm: int, reward: float) -> None:
        """Take note of what an arm has paid."""
        self.counts[arm] += 1
        self.values[arm] += (reward - self.values[arm]) / self.counts[arm]
