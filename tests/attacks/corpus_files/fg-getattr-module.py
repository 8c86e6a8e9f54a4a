"""
attack: fg-getattr-module
class: forge-grade
tries: a module with __getattr__, __class__ and sys.modules entries that answer to every name
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


import sys
import types


class Any(types.ModuleType):
    def __getattr__(self, name):
        return lambda *a, **k: True

    def __call__(self, *a, **k):
        return True


sys.modules[__name__] = Any(__name__)
