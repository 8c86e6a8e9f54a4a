"""
attack: ok-chinese-names
class: honest
tries: right answers whose every name is Chinese, with full-width punctuation in texts
must: score full, verdict accepted, worker alive, next submission graded normally
"""
import torch
from torch import nn


def 归一化(输入, 维):
    最大 = 输入.amax(dim=维, keepdim=True)
    指数 = torch.exp(输入 - 最大)
    return 指数 / 指数.sum(dim=维, keepdim=True)


softmax = 归一化


class 网络(nn.Module):
    def __init__(自己):
        super().__init__()
        自己.卷积 = nn.Conv2d(1, 4, 3, padding=1)
        自己.全连接 = nn.Linear(4 * 14 * 14, 10)

    def forward(自己, 图像):
        print("形状：", 图像.shape)
        return 自己.全连接(nn.functional.max_pool2d(torch.relu(自己.卷积(图像)), 2).flatten(1))


TinyCNN = 网络
