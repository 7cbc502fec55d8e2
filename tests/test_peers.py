"""What is recorded of scipy, scikit-learn and rsatoolbox is what they find."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).resolve().parent / "golden"
# Where the end of an iteration decides the last digits.
ITERATED = {"decoder", "mixed", "mixture", "neighbours", "stress"}


@pytest.fixture(scope="module")
def found():
    sys.path.insert(0, str(GOLDEN))
    import peers

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peers.plain(peers.peers())


def recorded():
    return json.loads((GOLDEN / "peers.json").read_text())


def assert_same(found, expected, tolerance, name):
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), name
        for key in expected:
            assert_same(found[key], expected[key], tolerance, f"{name}.{key}")
    elif isinstance(expected, str):
        assert found == expected, name
    else:
        found, expected = np.asarray(found, float), np.asarray(expected, float)
        assert found.shape == expected.shape, name
        # Directions are free in sign.
        if name == "pca.components":
            found = found * np.sign((found * expected).sum(1, keepdims=True))
        off = np.abs(found - expected) / (1 + np.abs(expected))
        assert off.max() <= tolerance, (name, off.max())


@pytest.mark.parametrize("name", recorded())
def test_the_record_is_what_they_find(found, name):
    tolerance = 1e-6 if name in ITERATED else 1e-9
    assert_same(found[name], recorded()[name], tolerance, name)


def test_nothing_is_left_out(found):
    assert found.keys() == recorded().keys()
