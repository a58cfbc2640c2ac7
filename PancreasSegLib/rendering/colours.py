"""Colours of the pictures, RGB from 0 to 255."""

RGB = tuple[int, int, int]

PANCREAS: RGB = (249, 180, 111)  # Slicer's terminology colour, SNOMED CT 15776009
RESULT_OUTLINE: RGB = (255, 40, 40)  # Cai et al. 2017, figure 2: result red, reference white
REFERENCE_OUTLINE: RGB = (255, 255, 255)
RESULT_SURFACE: RGB = (70, 170, 80)  # Cai et al. 2017, figure 5: result green, reference golden
REFERENCE_SURFACE: RGB = (232, 185, 35)

BLACK: RGB = (0, 0, 0)
LABEL: RGB = (215, 215, 215)
