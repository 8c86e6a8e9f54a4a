"""What Run runs: the example of the statement, and a short play."""
import random


def test_the_mean_of_one_arm_as_in_the_statement(student):
    agent = student.EpsilonGreedy(2, 0.1)
    for reward, mean in [(1, 1.0), (0, 0.5), (0, 1 / 3), (1, 0.5)]:
        agent.learn(0, reward)
        assert abs(agent.values[0] - mean) < 1e-9
    assert list(agent.counts) == [4, 0]


def test_the_best_arm_is_chosen_without_exploration(student):
    agent = student.EpsilonGreedy(3, 0.0)
    agent.learn(1, 2.0)
    assert [agent.choose() for _ in range(5)] == [1] * 5


def test_a_new_agent_tries_more_than_one_arm(student):
    agent = student.EpsilonGreedy(3, 0.0)
    assert len({agent.choose() for _ in range(50)}) == 3


def test_a_short_play(student):
    agent, world = student.EpsilonGreedy(2, 0.2, 1), random.Random(1)
    for _ in range(200):
        arm = agent.choose()
        agent.learn(arm, 1.0 if world.random() < (0.2, 0.8)[arm] else 0.0)
    assert agent.counts[1] > agent.counts[0]
