from __future__ import annotations

import base64

import numpy as np
import pytest

from tmeatlas.atlas.encode import (
    MISSING,
    base85,
    json_bytes,
    pack,
    quantise_expression,
    quantise_u8,
    quantise_u16,
    short_numbers,
)


@pytest.fixture
def values():
    return np.random.default_rng(1).normal(3, 2, 5000)


def test_u16_error_is_at_most_half_a_step(values):
    found = quantise_u16(values)
    back = found.low + found.codes.astype(float) * (found.high - found.low) / 65535
    assert np.abs(back - values).max() <= (found.high - found.low) / 65535 / 2 * (1 + 1e-9)
    assert found.codes.min() == 0
    assert found.codes.max() == 65535


def test_u8_error_is_at_most_half_a_step(values):
    found = quantise_u8(values)
    back = found.low + found.codes.astype(float) * (found.high - found.low) / 254
    assert np.abs(back - values).max() <= (found.high - found.low) / 254 / 2 * (1 + 1e-9)


def test_values_that_are_not_finite_are_missing():
    found = quantise_u8([0.0, np.nan, 1.0, np.inf, -np.inf])
    assert found.codes.tolist() == [0, MISSING, 254, MISSING, MISSING]
    assert (found.low, found.high) == (0.0, 1.0)


def test_all_missing():
    found = quantise_u8([np.nan, np.nan])
    assert found.codes.tolist() == [MISSING, MISSING]
    assert np.isfinite([found.low, found.high]).all()


def test_expression_has_32_even_steps_and_expressed_never_becomes_zero():
    found = quantise_expression([0.0, 1e-6, 2.5, 5.0])
    assert found.codes.tolist() == [0, 8, 131, 254]
    assert (found.low, found.high) == (0.0, 5.0)
    values = np.random.default_rng(0).random(2000) * 4
    found = quantise_expression(values)
    back = found.codes * found.high / 254
    seen = values > found.high / 31
    assert np.abs(back - values)[seen].max() <= found.high / 31 / 2 + found.high / 254 / 2
    assert len(np.unique(found.codes)) <= 32
    assert quantise_expression(np.zeros(3)).codes.tolist() == [0, 0, 0]


@pytest.mark.parametrize("quantise", [quantise_u8, quantise_u16])
def test_constant_values(quantise):
    found = quantise(np.full(4, 2.5))
    assert found.codes.tolist() == [0] * 4
    assert found.low == 2.5
    assert found.high > found.low


def test_pack(unpack):
    for data in (b"", b"a", bytes(range(256)) * 20, bytes(1000)):
        packed = pack(data)
        assert unpack(packed) == data
        assert not set(packed) & set("<>&\"'`\\-/\n ")
    assert len(pack(bytes(range(256)) * 20)) < 256 * 20 / 4


@pytest.mark.parametrize("n", range(9))
def test_base85_takes_five_characters_for_four_bytes(n, to_usual_base85):
    data = bytes([255, 0, 254, 1, 255, 255, 255, 255, 7][:n])
    text = base85(data)
    assert len(text) == 1 + 5 * -(-n // 4)
    assert base64.b85decode(to_usual_base85(text))[:n] == data


def test_json_refuses_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"a": float("nan")})


def test_short_numbers():
    assert short_numbers([1 / 3, np.nan, -np.inf, 1e-9]) == [0.333333, None, None, 1e-09]
