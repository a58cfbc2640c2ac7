"""What the synthetic CT is made of: the label table and the HU of every tissue.

HU of soft organs: medians inside eroded organ masks of 14 portal venous CTs of the BTCV set
(measured: aorta 139, kidneys 129, liver 95, spleen 103, pancreas 74, interlobular fat included);
the others are textbook values for the same phase.
"""

from __future__ import annotations

from enum import IntEnum


class Organ(IntEnum):
    """Label table of `SyntheticScan.organs`. 1 to 8 are numbered as in the BTCV-based data."""

    OUTSIDE = 0
    AORTA = 1
    LEFT_KIDNEY = 2
    RIGHT_KIDNEY = 3
    GALLBLADDER = 4
    LIVER = 5
    PANCREAS = 6
    SPLEEN = 7
    STOMACH = 8
    DUODENUM = 9
    SMALL_BOWEL = 10
    COLON = 11
    VENA_CAVA = 12
    PORTAL_VEINS = 13
    ARTERIES = 14
    ADRENALS = 15
    BONE = 16
    SPINAL_CANAL = 17
    MUSCLE = 18
    FAT = 19
    SKIN = 20
    LUNG = 21
    HEART = 22


AIR = -1000.0
LUNG = -850.0
GAS = -980.0
SUBCUTANEOUS_FAT = -106.0
VISCERAL_FAT = -98.0
SKIN = 10.0
MUSCLE = 60.0
CARTILAGE = 105.0
DISC = 85.0
CORTICAL_BONE = 750.0
TRABECULAR_BONE = 190.0
SPINAL_CANAL = 32.0

LIVER = 104.0
SPLEEN = 112.0
PANCREAS = 80.0
RENAL_CORTEX = 178.0
RENAL_MEDULLA = 125.0
URINE = 15.0
BILE = 10.0
ADRENAL = 75.0
HEART = 125.0

AORTA = 152.0
PORTAL_BLOOD = 160.0
HEPATIC_VEIN = 142.0
UPPER_CAVAL_BLOOD = 135.0
LOWER_CAVAL_BLOOD = 105.0

STOMACH_WALL = 88.0
BOWEL_WALL = 92.0
COLON_WALL = 75.0
WATER = 14.0
CHYME = 38.0
STOOL = 10.0
