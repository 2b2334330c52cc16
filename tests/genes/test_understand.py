"""What names of genes mean, on names of the project's own table and none of any data set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas.genes import GeneIndex, builtin_names, understand

SYMBOLS = sorted(builtin_names().symbols)[::20]
"""316 symbols that the package knows, and with them every tenth of theirs that it does not."""
GENES = [*SYMBOLS, *(f"LNC{i}" for i in range(30))]
IDS = [
    next(iter(builtin_names().ensembl_ids.get(gene, ())), f"ENSG9{i:010d}")
    for i, gene in enumerate(GENES)
]


def read(names, **columns):
    """The names as they are understood."""
    index = pd.Index(list(names), dtype=object)
    return understand(index, pd.DataFrame(columns, index=index))


def test_plain_names_are_what_they_are():
    names = pd.Index(GENES)
    understood = understand(names, pd.DataFrame({"other": GENES[::-1]}, index=names))
    assert understood.names is names
    assert understood.labels is names
    assert understood.words == ""
    assert understood.others == ""


@pytest.mark.parametrize(
    "labels",
    [
        IDS,
        [f"{gene}.12" for gene in IDS],
        [str(i) for i in range(len(GENES))],
        [f"{3 * i + 1}.0" for i in range(len(GENES))],
        [f"{i}_s_at" for i in range(len(GENES))],
        [f"feature {i}" for i in range(len(GENES))],
        [label if i % 2 else gene for i, (label, gene) in enumerate(zip(IDS, GENES, strict=True))],
    ],
    ids=["ensembl", "versions", "rows", "entrez", "probes", "unknown", "half"],
)
@pytest.mark.parametrize("column", ["feature_name", "gene_symbols", "anything"])
def test_symbols_are_found_in_a_column_by_what_stands_in_it(labels, column):
    understood = read(
        labels,
        chromosome=["chr1"] * len(GENES),
        length=np.arange(len(GENES)),
        **{column: pd.Categorical(GENES)},
    )
    assert understood.names.to_list() == GENES
    assert understood.labels.to_list() == labels
    assert understood.column == column
    assert column in understood.words


def test_a_gene_without_a_symbol_keeps_its_id():
    symbols = [None if i % 9 == 0 else gene for i, gene in enumerate(GENES)]
    expected = [IDS[i] if i % 9 == 0 else gene for i, gene in enumerate(GENES)]
    assert read(IDS, name=symbols).names.to_list() == expected
    as_portals_write = [symbol or IDS[i] for i, symbol in enumerate(symbols)]
    assert read(IDS, name=as_portals_write).names.to_list() == expected


def test_of_two_columns_the_one_with_more_symbols():
    known = [gene if gene in builtin_names().symbols else "" for gene in GENES]
    assert read(IDS, some=known, all=GENES).column == "all"


def test_symbols_that_a_portal_joined_to_ids_because_they_are_there_twice():
    twice = [f"{gene}_{IDS[i]}" if i in (3, 4) else gene for i, gene in enumerate(GENES)]
    assert read(IDS, feature_name=twice).names.to_list() == GENES


@pytest.mark.parametrize(
    "prefix",
    ["GRCh38_", "hg19_", "GRCh38premrna-", "GRCh38______", "human_", "homo_sapiens_", "gene:"],
)
def test_prefixes_are_taken_off_and_said(prefix):
    understood = read([prefix + gene for gene in GENES])
    assert understood.names.to_list() == GENES
    assert repr(prefix) in understood.words


@pytest.mark.parametrize(
    ("write", "word"),
    [
        (lambda gene, label: f"{gene}_{label}", "ids"),
        (lambda gene, label: f"{label}_{gene}", "ids"),
        (lambda gene, label: f"{label}.3|{gene}", "ids"),
        (lambda gene, label: f"{gene} ({label})", "ids"),
        (lambda gene, label: f"{gene}|{len(gene)}", "ids"),
        (lambda gene, label: f"{gene}_human", "'_human'"),
        (lambda gene, label: f" {gene}\t", "spaces"),
        (lambda gene, label: f'"{gene}"', "quotes"),
        (lambda gene, label: f"b'{gene}'", "quotes"),
        (lambda gene, label: gene.lower(), "lower case"),
        (lambda gene, label: gene.replace("-", "\u2011"), "around them"),
    ],
)
def test_what_others_write_around_a_symbol(write, word):
    names = [write(gene, label) for gene, label in zip(GENES, IDS, strict=True)]
    understood = read(names)
    assert understood.names.to_list() == GENES
    assert word in understood.words


@pytest.mark.parametrize(
    ("human", "mouse", "said"),
    [
        ("GRCh38_", "mm10___", "begin with 'mm10___'"),
        ("", "mm10_", "begin with 'mm10_'"),
        ("hg19-", "mm10-", "begin with 'mm10-'"),
        ("", "", "written as"),
    ],
)
def test_two_species_are_said_and_the_human_genes_used(human, mouse, said):
    names = [human + gene for gene in GENES] + [mouse + gene.capitalize() for gene in SYMBOLS]
    understood = read(names)
    assert understood.names[: len(GENES)].to_list() == GENES
    assert said in understood.others
    assert [GeneIndex(understood).find(gene) for gene in SYMBOLS] == list(range(len(SYMBOLS)))


def test_mouse_genes_are_not_taken_for_human_ones():
    understood = read(gene.capitalize() for gene in GENES)
    index = GeneIndex(understood)
    mixed = [gene for gene in SYMBOLS if gene.capitalize() != gene and "orf" not in gene]
    assert [gene for gene in mixed if index.find(gene) is not None] == []
    assert index.in_other_case(mixed[0]) == mixed[0].capitalize()


def test_zebrafish_is_no_human_in_lower_case():
    names = [*(gene.lower() for gene in GENES), *(f"si:dkey-{i}" for i in range(40))]
    assert read(names).names.to_list() == names


def test_names_given_twice():
    understood = read([*GENES, SYMBOLS[5], SYMBOLS[5], "LNC3"])
    assert understood.names.is_unique
    assert understood.names[: len(GENES)].to_list() == GENES
    assert understood.repeated == (SYMBOLS[5], "LNC3")
    assert understood.names[-3:].to_list() == [f"{SYMBOLS[5]}-1", f"{SYMBOLS[5]}-2", "LNC3-1"]


def test_of_a_symbol_of_two_ids_that_of_the_known_id():
    labels = ["ENSG90000000000", *IDS]
    understood = read(labels, symbol=[SYMBOLS[7], *GENES])
    assert understood.names[8] == SYMBOLS[7]
    assert understood.names[0] == f"{SYMBOLS[7]}-1"
    assert understood.repeated == ()


@pytest.mark.parametrize("names", [[], [""], ["", ""], ["nan"] * 3, ["a\nb", "c"], ["_", "__"]])
def test_names_that_mean_nothing(names):
    understood = read(names)
    assert len(understood.names) == len(names)
    assert understood.names.is_unique
    assert GeneIndex(understood).find("CD3D") is None


@pytest.mark.parametrize("dtype", ["category", "string"])
def test_an_index_of_another_type(dtype):
    understood = understand(pd.Index(GENES, dtype=dtype))
    assert understood.names.to_list() == GENES
    assert GeneIndex(understood, ["LNC3"]).find("LNC3") == GENES.index("LNC3")
