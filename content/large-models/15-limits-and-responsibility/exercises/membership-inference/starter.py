"""Membership inference by loss: how well can members of the training data be told from others?"""
import torch


def attack_auc(
    members: torch.Tensor,  # (M,) losses of examples that the model was trained on
    others: torch.Tensor,  # (O,) losses of examples that it has never seen
) -> torch.Tensor:  # ()
    """The share of pairs in which the member has the smaller loss; equal losses count one half."""
    raise NotImplementedError("attack_auc is still to be written")


def members_found(
    members: torch.Tensor,  # (M,)
    others: torch.Tensor,  # (O,)
    accused: int,  # so many others may be called members falsely
) -> torch.Tensor:  # ()
    """The largest share of members below a threshold that at most `accused` others are below."""
    raise NotImplementedError("members_found is still to be written")
