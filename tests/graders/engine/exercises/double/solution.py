from pathlib import Path


def double(tensor):
    return tensor * 2


def numbers():
    return [int(word) for word in Path("data/numbers.txt").read_text().split()]
