"""Messages speak to the one who asked."""

from tmeatlas._asker import asked_from_shell, option, remedy


def test_options_are_named_as_the_asker_knows_them():
    assert option("use_raw", True) == "`use_raw=True`"
    assert option("layer") == "`layer=`"
    assert option("layer", "counts") == "`layer='counts'`"
    with asked_from_shell():
        assert option("use_raw", True) == "`--use-raw`"
        assert option("layer") == "`--layer`"
        assert option("layer", "counts") == "`--layer counts`"
        assert option("thresholds['least_cells']") == "`--threshold least_cells=`"


def test_a_remedy_is_python_for_those_who_call_the_library_alone():
    assert remedy(python="adata.raw = adata", shell="pass --layer") == "adata.raw = adata"
    with asked_from_shell():
        assert remedy(python="adata.raw = adata", shell="pass --layer") == "pass --layer"
        assert remedy(python="adata.raw = adata") == ""
    assert option("layer") == "`layer=`"
