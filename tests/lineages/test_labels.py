"""Labels of users and of public atlases, and the lineages that they name."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas._folder import signature_folder
from tmeatlas.lineages import is_within, map_labels
from tmeatlas.lineages._labels import _read

LABELS = {
    "malignant": (
        "Tumor; Tumour cells; Malignant; malignant_93; Mal; Cancer Epithelial; Cancer "
        "cell; Epithelial_tumour; Cancer Basal SC; Cancer LumB SC; Melanoma; Glioma; "
        "Malignant T cells; Neoplastic cells; CL:0001064; carcinoma; Tumor epithelium"
    ),
    "epithelial": (
        "Epithelial; Epi; Normal Epithelial; non-malignant epithelial; Epithelial_normal; "
        "Duct Epithelium; EPCAM+; Tumor adjacent normal epithelium; Goblet; Urothelial "
        "cells; CL:0000066; epithelial cell of lung; Ciliated"
    ),
    "epithelial_luminal": ("Mature Luminal; Luminal Progenitors; Luminal B"),
    "epithelial_alveolar": ("AT2; AT1; alveolar type 2; pulmonary alveolar type 2 cell"),
    "epithelial_ductal": ("Ductal cell type 2; pancreatic ductal cell"),
    "hepatocyte": ("Hepatocytes; hepatocyte; Hepatitis B hepatocyte"),
    "melanocyte": ("Melanocytes; melanocyte of skin"),
    "oligodendrocyte": ("Oligodendrocytes (non-malignant); Oligo; Oligodendrocyte_normal"),
    "opc": ("OPC; OPCs; oligodendrocyte precursor cell"),
    "astrocyte": ("Astrocytes; Astro"),
    "schwann": ("Schwann cells"),
    "neuron": ("Neurons; Excitatory neuron; cortical interneuron"),
    "erythrocyte": ("RBC; Erythroid cells; Erythrocytes; Red blood cells"),
    "platelet": ("Platelets; Megakaryocyte"),
    "adipocyte": ("Adipocytes; subcutaneous adipocyte"),
    "stromal": ("Stroma; Stromal cells; Mesenchymal; Fibroblast/Endothelial; MSCs"),
    "fibroblast": (
        "CAF; CAFs; myCAF; iCAF; apCAF; eCAFs; CAF-S1; CAFs myCAF-like; Fibro; "
        "Myofibroblasts; CAFs MSC iCAF-like s1; CAFs myCAF like s5; cancer-associated "
        "fibroblast; fibroblast of breast; Fibroblasts POSTN+; Tumor-associated "
        "fibroblast; Pancreatic stellate cells; Fibroblastic reticular; CL:0000057"
    ),
    "pericyte": ("PVL; PVL Differentiated s3; Cycling PVL; Mural cells; Perivascular-like"),
    "mural_pericyte": ("Pericyte; Pericyte_PVL; Pericytes"),
    "mural_smooth_muscle": (
        "vSMC; SMCs; Smooth muscle cells; vascular associated smooth muscle cell"
    ),
    "endothelial": (
        "Endothelial; Endo.; EC; ECs; Endothelial ACKR1; tumor endothelial cells; Endothelium"
    ),
    "endothelial_arterial": ("Arterial EC; Endothelial arterial; endothelial cell of artery"),
    "endothelial_venous": ("Venous endothelial; vein endothelial cell"),
    "endothelial_lymphatic": (
        "LEC; Endothelial Lymphatic LYVE1; endothelial cell of lymphatic vessel"
    ),
    "immune": (
        "Immune; Immune cells; Leukocytes; CD45+; Otherimmune; PBMC; Mixed T cell, monocyte"
    ),
    "lymphoid": (
        "Lymphocyte; Lymphoid; T/NK; T_NK; Prolif. T/NK; TIL; ILC2; ILCs; B/T; "
        "Tumor-infiltrating lymphocytes; innate lymphoid cell"
    ),
    "t_cell": (
        "T; T cell; T-cells; Tcells; T.cell; T_cycling; T lymphocytes; CD3+; CD3T; NKT "
        "cells; MAIT; CD4/CD8 T; CD4 CTL; CD8- T cells; CD4-CD8- T; Cycling T-cells; "
        "8.2-Tem; 8.3b-Trm; Tumour_T; T_other; T_cells_c11_MKI67; "
        "T_cells_c10_NKT_cells_FCGR3A; CL:0000084; T cells (exhausted); Thymocytes"
    ),
    "t_cd4": (
        "CD4+ T cell; CD4 T cells; T cells CD4+; T.CD4; CD4T; T_CD4; Tfh; CD4 Th17; Th1; "
        "CD4 memory; Naive CD4+ T; hT01_CD4-CCR7; T_cells_c3_CD4+_Tfh_CXCL13; "
        "CD4-positive, alpha-beta T cell; T helper cells; CD4 Tconv; CD4_C8-CTLA4"
    ),
    "t_cd8": (
        "CD8Tex; CD8+ T cells; T CD8 exhausted; T.CD8; CD8T; CTL; CD8 effector; "
        "CL_0000625; CD8-positive, alpha-beta T cell; T_cells_c8_CD8+_LAG3; CD8_C1-LEF1; "
        "Cytotoxic T cells; CD8 Trm"
    ),
    "treg": (
        "Treg; Tregs; T-regs; reg. T cell; Regulatory T cells; CD4+ Treg; 4.6b-Treg; "
        "T_cells_c2_CD4+_T-regs_FOXP3; CD4-positive, CD25-positive, alpha-beta regulatory "
        "T cell"
    ),
    "t_gd": ("gdT; γδ T; gamma delta T cells; gamma-delta T cell"),
    "nk": ("NK; NK cells; Natural killer cell; FCGR3A NK; T_cells_c9_NK_cells_AREG; NK_CD56; NKs"),
    "b_cell": ("B; B cell; B-cells; B.cell; Bcells; B_naive; GC B; Memory B; B lymphocytes; CD20+"),
    "plasma": ("Plasma; Plasma cells; Plasmablasts; Plasmablast; PlasmaB; hB05_PlasmaB-IGHA1"),
    "b_lineage": ("B/Plasma; B and plasma cells; B lineage"),
    "myeloid": (
        "Myeloid; Myeloid cells; Mye; Cycling_Myeloid; Myeloid_cycling; DCMono; MonoNeu; "
        "MDSC; Mono/DC; Macrophage/DC; mononuclear phagocytes; Eosinophils"
    ),
    "monocyte_macrophage": (
        "Mono/Mac; MonoMac; Monocyte/Macrophage; Microglia/Macrophage; "
        "Microglia_Macrophage; Monocytes and macrophages; M-MDSC"
    ),
    "monocyte": (
        "Monocytes; CD14+ Monocytes; FCGR3A+ Monocytes; Mono_CD14CD16; non-classical "
        "monocyte; Classical Monocytes; Myeloid_c12_Monocyte_1_IL1B; CD14-positive "
        "monocyte"
    ),
    "macrophage": (
        "Macrophage; Macrophage_TAM; TAM C1Q; TAMs; SPP1 TAM; Macro_C1QC; Kupffer cells; "
        "Interstitial Mφ perivascular; monocyte-derived macrophage; Tumor_Macrophage; "
        "tumour-associated macrophages; Mφ; Alveolar macrophages; Myeloid_c1_LAM1_FABP5; "
        "Myeloid_c10_Macrophage_1_EGR1; IFN-responsive TAM"
    ),
    "microglia": ("Microglia; microglial cell"),
    "dendritic": (
        "DC; DCs; Dendritic; cDC; moDC; DC3; Langerhans cells; monocyte-derived dendritic cell"
    ),
    "dc_cdc1": (
        "cDC1; DC1; cDC1_CLEC9A; Myeloid_c3_cDC1_CLEC9A; CD141-positive myeloid dendritic cell"
    ),
    "dc_cdc2": ("cDC2; CD1C+ DC; Myeloid_c11_cDC2_CD1C; cDC2s"),
    "dc_pdc": ("pDC; pDCs; Plasmacytoid DC; pDC_LILRA4; Myeloid_c4_DCs_pDC_IRF7"),
    "dc_lamp3": ("LAMP3+ DC; mregDC; M05_cDC3_LAMP3; Myeloid_c0_DC_LAMP3; DC LAMP3"),
    "granulocyte": (
        "Neutrophils; Neutrophil; Neu; TANs; PMN-MDSC; Granulocytes; CL:0000775; Neutro"
    ),
    "mast": ("Mast; Mast cells; hM01_Mast-TPSAB1; Mast_KIT"),
    "": (
        "non-immune; Nonimmune; CD45-; CD8-negative; non-T/NK; Non-T non-B; doublets; T-B "
        "doublet; Unknown; unassigned; nan; ?; Other; Cycling; 7; cluster 12; Cluster B; "
        "group T; spot; bulk; OPC-like; AC-like; Epithelial-like; T cell-like; "
        "Endothelial/Epithelial; Muscle; 4.3-TCF7; Low quality; Low-quality T cells; "
        "tumor-associated; CL:9999999; undetermined; EpCAM-; CD45neg; Dead T cells; All "
        "cells; Patient B; adipose tissue; unannotated; Tumor/stroma boundary; T1; 3b; "
        "IL1B high"
    ),
}
CASES = [(label.strip(), id) for id, labels in LABELS.items() for label in labels.split(";")]


@pytest.mark.parametrize(("label", "lineage"), CASES)
def test_label(label, lineage):
    assert map_labels([label]) == {label: lineage}


def test_names_of_the_cell_ontology_read_by_their_words():
    """The words alone, without the table: what they say, they say as the ontology does."""
    terms = pd.read_csv(signature_folder() / "cell_ontology.tsv", sep="\t", comment="#")
    assert len(terms) > 2000
    read = terms["name"].map(_read)
    pairs = list(zip(read, terms["lineage"], strict=True))
    wrong = [1 for got, true in pairs if got and not (is_within(got, true) or is_within(true, got))]
    assert len(wrong) <= 0.015 * len(pairs)
    assert sum(got == true for got, true in pairs) >= 0.65 * len(pairs)
    assert map_labels(terms["name"]) == dict(zip(terms["name"], terms["lineage"], strict=True))
    assert map_labels(terms["id"]) == dict(zip(terms["id"], terms["lineage"], strict=True))


def test_every_label_is_answered_once_and_in_order():
    labels = ["T", "B", "T", 3, float("nan"), "x" * 100_000, "\x00‮", ""]
    assert list(map_labels(labels)) == ["T", "B", "3", "nan", "x" * 100_000, "\x00‮", ""]


class TestOverride:
    def test_takes_ids_and_names(self):
        override = {"3": "T cells", "Tumor": "unassigned", "B": "plasma"}
        assert map_labels(["3", "Tumor", "B", "NK"], override) == {
            "3": "t_cell",
            "Tumor": "",
            "B": "plasma",
            "NK": "nk",
        }

    def test_unknown_lineage(self):
        with pytest.raises(MissingKeyError, match=r"No lineage 'Tcels'.*'T cells'.*label '3'"):
            map_labels(["3"], {"3": "Tcels"})

    def test_unknown_label(self):
        with pytest.raises(MissingKeyError, match=r"No label 'NKs'. Nearest first: 'NK'"):
            map_labels(["NK", "B"], {"NKs": "nk"})

    def test_no_dict(self):
        with pytest.raises(InputError, match=r"Expected a dict .*found list"):
            map_labels(["NK"], ["nk"])
