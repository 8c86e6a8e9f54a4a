"""A node grades on the devices that it is told to, or says why it cannot."""

from __future__ import annotations

from pathlib import Path

import pynvml
import pytest

from workers.node.__main__ import real_engine
from workers.node.config import ConfigInvalid, NodeConfig
from workers.node.engine import NoEngine

ENV = {"GRADUS_NODE_URL": "redis://gr-node-anna:word@localhost/0", "GRADUS_NODE_NAME": "anna"}


def test_without_a_word_no_device_grades(tmp_path: Path) -> None:
    config = NodeConfig.from_env({**ENV, "GRADUS_VAR": str(tmp_path)})
    assert (config.devices, config.contexts) == ("", 1)
    config = NodeConfig.from_env({**ENV, "GRADUS_NODE_DEVICES": "0,GPU-7", "GRADUS_NODE_CONTEXTS": "0"})
    assert (config.devices, config.contexts) == ("0,GPU-7", 0)
    with pytest.raises(ConfigInvalid, match="GRADUS_NODE_CONTEXTS is '2'; write 1 or 0"):
        NodeConfig.from_env({**ENV, "GRADUS_NODE_CONTEXTS": "2"})


def test_a_node_that_lacks_the_devices_it_is_told_of_grades_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def silent() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", silent)  # as on a machine without a driver
    with pytest.raises(NoEngine) as caught:
        real_engine(NodeConfig.from_env({**ENV, "GRADUS_NODE_DEVICES": "all", "GRADUS_VAR": str(tmp_path)}))
    (reason,) = caught.value.reasons
    assert reason.startswith("GRADUS_NODE_DEVICES=all: NVML does not answer")
    assert "driver installed" in reason
