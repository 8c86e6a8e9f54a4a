def double(x, scale=None):
    return 2 * x


def count(n):
    return list(range(1, n + 1))


def normal(x):
    return x.exp() / x.exp().sum()
