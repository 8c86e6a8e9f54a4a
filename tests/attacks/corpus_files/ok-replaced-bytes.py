# -*- coding: gbk -*-
"""
attack: ok-replaced-bytes
class: honest
tries: a right answer saved as GBK, as whoever read it as UTF-8 hands it on: marks of replacement in every comment
must: score full, verdict accepted, worker alive, next submission graded normally
"""
# ע��
import torch
from torch import nn


def softmax(x, dim):
    # ��ȥ���ֵ�������ȶ�
    e = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return e / e.sum(dim=dim, keepdim=True)


class TinyCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.fc = nn.Linear(4 * 14 * 14, 10)

    def forward(self, x):
        h = nn.functional.max_pool2d(torch.relu(self.conv(x)), 2)
        return self.fc(h.flatten(1))
