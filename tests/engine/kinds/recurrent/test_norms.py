"""Norms of the rows of a buffer, at every size of number that float32 knows."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.kinds.recurrent.norms import measure_means, measure_norms, measure_rows, split_rows


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1.0, 1e-12, 1e-20, 1e-30, 1e-41, 1e18, 1e30])
def test_rows_of_any_size_are_measured(size, dtype):
    buffer = (torch.randn(9, 4, 6, 5, dtype=torch.float64) * size).to(dtype)
    expected = buffer.double().mul(1 / size).flatten(2).norm(dim=2).numpy() * size
    np.testing.assert_allclose(measure_rows(split_rows(buffer, lead=2)), expected, rtol=3e-6)
    np.testing.assert_allclose(measure_norms(buffer, lead=2), expected, rtol=3e-6)


def test_rows_of_different_sizes_are_measured_apart():
    rows = torch.ones(5, 16)
    rows *= torch.tensor([1.0, 1e-25, 0.0, 1e25, float("nan")]).unsqueeze(1)
    expected = [4.0, 4e-25, 0.0, 4e25, np.nan]
    for order in (slice(None), slice(None, None, -1)):
        turned = rows.numpy()[order].reshape(5, 1, 16)
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(measure_rows(turned), expected[order], rtol=1e-6)


def test_long_rows_are_split_into_equal_blocks():
    buffer = torch.ones(2, 3, 8_192)
    rows = split_rows(buffer)
    assert rows.shape == (2, 3, 8_192)
    assert np.shares_memory(rows, buffer.numpy())
    np.testing.assert_allclose(measure_rows(rows), np.sqrt(3 * 8_192))


def test_means_are_those_of_the_last_axis():
    rows = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    np.testing.assert_allclose(measure_means(rows), rows.mean(axis=2))
