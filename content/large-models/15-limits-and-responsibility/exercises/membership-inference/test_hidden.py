"""Hidden tests: random losses against counts that are made here, outside the sandbox."""
import torch
from graders.examiner import check, feedback


def pairs(members, others, *, tie=0.5):
    won = sum((m < o) + tie * (m == o) for m in members.tolist() for o in others.tolist())
    return torch.tensor(won / (len(members) * len(others)), dtype=members.dtype)


def found(members, others, accused):
    """Tries every threshold that makes a difference."""
    best = 0
    for threshold in [*members.tolist(), *others.tolist()]:
        if sum(o < threshold for o in others.tolist()) <= accused:
            best = max(best, sum(m < threshold for m in members.tolist()))
    return torch.tensor(best / len(members), dtype=members.dtype)


def looks_like(actual, other):
    return isinstance(actual, torch.Tensor) and actual.shape == () and torch.allclose(actual.double(), other.double(), atol=1e-4)


def test_auc_is_the_share_of_pairs(student):
    for m, o in [(17, 23), (40, 9), (1, 6)]:
        members, others = torch.rand(m) * 2, torch.rand(o) * 2 + 0.7
        expected = pairs(members, others)
        actual = student.attack_auc(members, others)
        if not looks_like(actual, expected) and looks_like(actual, 1 - expected):
            feedback("reversed")
        check.close(actual, expected, name="attack_auc(members, others)")


def test_ties_count_half(student):
    members, others = torch.randint(0, 4, (19,)).float(), torch.randint(1, 5, (14,)).float()
    members[0], others[0] = 2.0, 2.0
    actual = student.attack_auc(members, others)
    for key, tie in (("ties-lost", 0), ("ties-won", 1)):
        if looks_like(actual, pairs(members, others, tie=tie)):
            feedback(key)
    check.close(actual, pairs(members, others), name="attack_auc(members, others)")


def test_members_found(student):
    # A member in each gap between the others, so that one accusation more or less is seen; then lists with ties.
    gaps = torch.arange(1, 13.0)[torch.randperm(12)], torch.arange(12)[torch.randperm(12)] + 0.5
    tied = torch.randint(0, 6, (15,)).float(), torch.randint(1, 7, (11,)).float()
    for members, others in (gaps, tied):
        for accused in (0, 1, 4, 8):
            expected = found(members, others, accused)
            actual = student.members_found(members, others, accused)
            if not looks_like(actual, expected):
                if accused and looks_like(actual, found(members, others, accused - 1)):
                    feedback("one-too-few")
                if looks_like(actual, found(members, others, accused + 1)):
                    feedback("one-too-many")
            check.close(actual, expected, name=f"members_found(members, others, {accused})")


def test_all_may_be_accused(student):
    members, others = torch.rand(8) + 5, torch.rand(5)
    for accused in (5, 6, 20):
        check.close(student.members_found(members, others, accused), torch.tensor(1.0), name="members_found")
    assert found(members, others, 4) == 0
    check.close(student.members_found(members, others, 4), torch.tensor(0.0), name="members_found")


def test_precision_and_infinite_losses(student):
    members, others = torch.rand(7, dtype=torch.float64), torch.rand(13, dtype=torch.float64)
    members[2] = others[5] = others[6] = torch.inf
    check.close(student.attack_auc(members, others), pairs(members, others), name="attack_auc(members, others)")
    for accused in (2, 11, 12):
        expected = found(members, others, accused)
        check.close(student.members_found(members, others, accused), expected, name="members_found")
    one = torch.ones((), dtype=torch.float64)
    check.close(student.members_found(members, others, 13), one, name="members_found")
