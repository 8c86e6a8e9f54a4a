"""What an exercise's archive carries besides its own files. Copied as text; nothing here is imported by the platform.

It runs on a student's machine with Python 3.9 or later, pytest and PyTorch, without anything of ours.
"""
