def product(a):
    raise NotImplementedError


def losses(device, steps):
    raise NotImplementedError


def last():
    raise NotImplementedError
