"""``order``: put items into their order; ``match``: give each item its partner.

A response is a list of ``"item place"`` and of ``"item partner"``: what a form of select fields sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from courses.quizzes.kinds.verdict import UNREADABLE, Response, Verdict


def check_order(question: Mapping[str, Any], response: Response) -> Verdict:
    items = [item["id"] for item in question["items"]]
    placed = placements(response)
    places = {str(place) for place in range(1, len(items) + 1)}
    if placed.keys() != set(items) or set(placed.values()) != places:
        return UNREADABLE
    return Verdict(correct=[placed[item] for item in items] == [str(place) for place in range(1, len(items) + 1)])


def own_order(question: Mapping[str, Any]) -> Response:
    return [f"{item['id']} {place}" for place, item in enumerate(question["items"], start=1)]


def check_match(question: Mapping[str, Any], response: Response) -> Verdict:
    placed = placements(response)
    partners = {partner["id"] for partner in question["partners"]}
    if placed.keys() != {item["id"] for item in question["items"]} or not set(placed.values()) <= partners:
        return UNREADABLE
    return Verdict(correct=all(placed[item["id"]] == item["partner"] for item in question["items"]))


def own_match(question: Mapping[str, Any]) -> Response:
    return [f"{item['id']} {item['partner']}" for item in question["items"]]


def placements(response: Response) -> dict[str, str]:
    """{item: place or partner}; empty for what no form sends, such as an item that is placed twice."""
    pairs = [part.split(" ") for part in ([response] if isinstance(response, str) else response)]
    if not all(len(pair) == 2 for pair in pairs) or len({pair[0] for pair in pairs}) != len(pairs):
        return {}
    return {pair[0]: pair[1] for pair in pairs}
