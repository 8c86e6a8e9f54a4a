"""Hidden tests: the test is the world that pays, and counts what the agent chooses."""
import random

from graders.examiner import check, feedback


def choices(submission, agent, times):
    return [agent.choose() for _ in range(times)]


def many(student, agent, times, arms):
    """What the agent chooses, asked often; whole numbers within bounds."""
    chosen = student.run(choices, agent, times)
    check.length(chosen, times, name="choose()")
    for arm in chosen:
        within(arm, arms)
    return chosen


def repeated(submission, agent, rewards, times):
    """The same reward of each arm, learnt from many times."""
    for _ in range(times):
        for arm, reward in enumerate(rewards):
            agent.learn(arm, reward)


def within(arm, arms):
    """An int from 0 to arms - 1."""
    if type(arm) is not int or not 0 <= arm < arms:
        check.equal(arm, 0, name="choose()")


def taught(student, rewards, *, epsilon=0.0, seed=0):
    """An agent that has got these rewards: a list for each arm."""
    agent = student.EpsilonGreedy(len(rewards), epsilon, seed)
    for arm, paid in enumerate(rewards):
        for reward in paid:
            agent.learn(arm, reward)
    return agent


def test_incremental_means(student):
    for arms in (1, 3, 6):
        agent, rewards = student.EpsilonGreedy(arms, 0.1, 3), [[] for _ in range(arms)]
        check.close(list(agent.values), [0.0] * arms, name="values before the first reward")
        for _ in range(12 * arms):
            arm, reward = random.randrange(arms), random.gauss(1.0, 3.0)
            rewards[arm].append(reward)
            agent.learn(arm, reward)
        values = list(agent.values)
        for key, guess in (("last-reward", lambda paid: paid[-1]), ("sum-of-rewards", sum)):
            others = [guess(paid) if paid else 0.0 for paid in rewards]
            if all(abs(a - b) < 1e-6 for a, b in zip(values, others)):
                feedback(key)
        means = [sum(paid) / len(paid) if paid else 0.0 for paid in rewards]
        check.close(values, means, name="values", rtol=1e-6, atol=1e-6)


def test_counts(student):
    agent = taught(student, [[1.0], [], [0.5, 2.0, -1.0]], epsilon=0.5)
    values = list(agent.values)
    many(student, agent, 40, 3)
    check.equal(list(agent.counts), [1, 0, 3], name="counts")
    check.close(list(agent.values), values, name="values after choose()")


def test_greedy(student):
    plays = [
        ([[1.0, 1.0, 1.0, 1.0], [2.0], [0.5] * 9], 1),  # not the largest sum, not the most frequent
        ([[-1.0], [-0.2, -0.2], [-3.0]], 1),
        ([[-1.0], [], [-3.0]], 1),  # never pulled, and so still the best
        ([[0.0, 3.0], [2.0, 2.0], [9.0, -9.0], [1.4]], 1),
        ([[0.0, 0.0, 0.3], [0.05]], 0),
        ([[1.0], [1.004], [0.0]], 1),  # nearly equal is not equal
        ([[5.0, -5.0], [0.5, 0.5], [0.6, 0.6]], 2),
    ]
    for rewards, best in plays:
        chosen = many(student, taught(student, rewards), 12, len(rewards))
        numbers = [len(paid) for paid in rewards]
        frequent = numbers.index(max(numbers))
        if numbers.count(max(numbers)) == 1 and frequent != best and set(chosen) == {frequent}:
            feedback("most-often")
        check.equal(chosen, [best] * 12, name="choose() with epsilon 0")


def test_ties(student):
    for rewards, best in [([[], [], [], []], (0, 1, 2, 3)), ([[1.0], [3.0], [2.0], [3.0, 3.0]], (1, 3))]:
        chosen = many(student, taught(student, rewards, seed=5), 800, 4)
        assert set(chosen) <= set(best)
        if len(set(chosen)) == 1:
            feedback("always-the-same", arm=chosen[0])
        share = 800 / len(best)
        for arm in best:  # about five standard deviations
            assert abs(chosen.count(arm) - share) < 70


def test_exploration(student):
    for epsilon, seed in [(0.4, 1), (0.4, 2), (0.8, 3)]:
        agent = taught(student, [[1.0], [4.0], [2.0], [0.0]], epsilon=epsilon, seed=seed)
        chosen = many(student, agent, 3000, 4)
        right, alone, reverse = 1 - epsilon + epsilon / 4, 1 - epsilon, epsilon + (1 - epsilon) / 4
        share = chosen.count(1) / 3000
        if abs(share - right) > 0.045:  # about five standard deviations
            if abs(share - alone) < 0.045:
                feedback("only-the-others")
            elif abs(share - reverse) < 0.045:
                feedback("upside-down")
            else:
                feedback("share", percent=round(100 * share, 1))
        assert abs(share - right) < 0.045
        for arm in (0, 2, 3):
            assert abs(chosen.count(arm) / 3000 - epsilon / 4) < 0.04
    assert set(many(student, taught(student, [[0.0], [9.0]], epsilon=1.0), 60, 2)) == {0, 1}
    agent = taught(student, [[1.0], [4.0], [2.0], [0.0]], epsilon=0.4, seed=4)
    student.run(repeated, agent, [1.0, 4.0, 2.0, 0.0], 100)
    share = many(student, agent, 1500, 4).count(1) / 1500
    if share > 0.76:
        feedback("fades")
    assert abs(share - 0.7) < 0.06  # after a long play, too


def test_own_chance(student):
    first, second = taught(student, [[1.0], [0.0], []], epsilon=0.7, seed=11), None
    alone = many(student, first, 60, 3)
    first, second, other = (taught(student, [[1.0], [0.0], []], epsilon=0.7, seed=seed) for seed in (11, 11, 12))
    turns = [(first.choose(), second.choose(), other.choose()) for _ in range(60)]
    check.equal([turn[0] for turn in turns], alone, name="choose() of an agent among others")
    check.equal([turn[1] for turn in turns], alone, name="choose() of an agent with the same seed")
    assert [turn[2] for turn in turns] != alone
    bare, zero = student.EpsilonGreedy(3, 0.7), student.EpsilonGreedy(3, 0.7, 0)
    check.equal(many(student, bare, 60, 3), many(student, zero, 60, 3), name="choose() of an agent without a seed")


def test_plays_well(student):
    means, agent, last = (0.2, 0.3, 0.75, 0.4), student.EpsilonGreedy(4, 0.1, 21), []
    for pull in range(1000):
        arm = agent.choose()
        within(arm, 4)
        agent.learn(arm, 1.0 if random.random() < means[arm] else 0.0)
        if pull >= 700:
            last.append(arm)
    share = last.count(2) / 300
    if share < 0.82:
        feedback("stuck", percent=round(100 * share, 1))
    assert share >= 0.82
    assert sum(agent.counts) == 1000
    assert abs(agent.values[2] - 0.75) < 0.1
