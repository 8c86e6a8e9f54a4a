"""What tests ask of a tensor or an array: names whose answers a test believes without looking at a value.

A student's own object may have these names too, and answer each of them as it likes: ``y.sum(1)`` would be ones and
``y.shape`` the right one, with nothing computed. So they are asked only of what came over the border by value.
"""

from __future__ import annotations

_PROPERTIES = "shape size ndim dtype layout itemsize nbytes strides is_leaf requires_grad grad_fn is_sparse T mT H"
_METHODS = """
    dim ndimension numel nelement element_size stride is_contiguous is_floating_point is_complex is_nonzero
    item tolist numpy astype tobytes detach clone contiguous reshape view ravel permute transpose swapaxes t unsqueeze
    all any sum nansum mean nanmean std var prod ptp max min amax amin aminmax argmax argmin argsort topk kthvalue
    median nanmedian quantile nanquantile norm logsumexp cumsum cumprod count_nonzero nonzero unique unique_consecutive
    bincount histc trace diff det logdet dot matmul mm bmm dist
    abs absolute sign square sqrt round floor ceil trunc clamp clip
    isnan isinf isfinite isposinf isneginf isclose allclose equal eq ne lt le gt ge
    less less_equal greater greater_equal not_equal
"""
#: Read without being called: a named tuple may have fields of these names, and then they are read by their place.
PROPERTIES = frozenset(_PROPERTIES.split())
MEASURES = PROPERTIES | frozenset(_METHODS.split())
