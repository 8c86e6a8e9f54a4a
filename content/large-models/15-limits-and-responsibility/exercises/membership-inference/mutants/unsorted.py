"""Takes the losses of the others in their order. Must fail: test_members_found."""
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
    if accused >= len(others):
        return torch.ones((), dtype=members.dtype)
    threshold = others[accused]  # (): of the others, exactly those before it are smaller, or fewer
    return (members < threshold).to(members.dtype).mean()
