def double(tensor):
    raise NotImplementedError


def numbers():
    raise NotImplementedError
