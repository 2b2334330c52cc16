from __future__ import annotations

import pytest

from tmeatlas._errors import MissingKeyError
from tmeatlas._files import check_input_file


def test_a_file_that_is_not_there_is_named_with_the_nearest(tmp_path):
    (tmp_path / "genes.gmt").write_text("x")
    with pytest.raises(MissingKeyError, match=r"Nearest first: 'genes\.gmt'"):
        check_input_file(tmp_path / "gene.gmt")
    with pytest.raises(MissingKeyError, match=r"and no other \.csv in"):
        check_input_file(tmp_path / "gene.csv")
