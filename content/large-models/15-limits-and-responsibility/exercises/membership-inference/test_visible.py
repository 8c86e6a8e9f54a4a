"""What Run runs: small examples that you can check with a pencil."""
import torch

MEMBERS, OTHERS = torch.tensor([0.9, 0.1, 0.2]), torch.tensor([0.8, 1.5, 0.3])


def test_the_auc_of_the_statement(student):
    torch.testing.assert_close(student.attack_auc(MEMBERS, OTHERS), torch.tensor(7 / 9))


def test_an_attack_that_knows_nothing(student):
    torch.testing.assert_close(student.attack_auc(torch.ones(2), torch.ones(3)), torch.tensor(0.5))


def test_the_members_found_of_the_statement(student):
    for accused, share in ((0, 2 / 3), (1, 2 / 3), (2, 1.0), (3, 1.0)):
        torch.testing.assert_close(student.members_found(MEMBERS, OTHERS, accused), torch.tensor(share))
