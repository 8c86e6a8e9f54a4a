"""Keeps to the largest loss even if all may be accused. Must fail: test_all_may_be_accused."""
import torch


def attack_auc(
    members: torch.Tensor,  # (M,) losses of examples that the model was trained on
    others: torch.Tensor,  # (O,) losses of examples that it has never seen
) -> torch.Tensor:  # ()
    """The share of pairs in which the member has the smaller loss; equal losses count one half."""
    smaller = (members[:, None] < others).to(members.dtype)  # (M, O)
    equal = (members[:, None] == others).to(members.dtype)  # (M, O)
    return (smaller + 0.5 * equal).mean()


def members_found(
    members: torch.Tensor,  # (M,)
    others: torch.Tensor,  # (O,)
    accused: int,  # so many others may be called members falsely
) -> torch.Tensor:  # ()
    """The largest share of members below a threshold that at most `accused` others are below."""
    threshold = others.sort().values[min(accused, len(others) - 1)]  # (): of the others, exactly those before it are smaller, or fewer
    return (members < threshold).to(members.dtype).mean()
