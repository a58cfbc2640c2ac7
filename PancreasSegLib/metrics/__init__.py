"""Agreement of a mask with a reference, one function per measure.

All functions take arrays of any number type in which "not zero" is pancreas, both of one shape
``(k, j, i)`` (``(j, i)`` for the overlap of a single slice). What concerns millimetres takes the
affine: the 4x4 matrix that takes a voxel index ``(i, j, k, 1)`` to LPS mm.

Empty masks, in one place for the whole project:

=============================  =========  ============  ================  ==========
measure                        both full  only mask     only reference    both empty
                                          is empty      is empty
=============================  =========  ============  ================  ==========
dice, jaccard                  value      0             0                 1
precision                      value      nan           0                 nan
recall                         value      0             nan               nan
surface distances, hd95        value      nan           nan               nan
surface dice                   value      0             0                 1
volume difference, ml          value      value         value             0
volume difference, per cent    value      -100          nan               nan
=============================  =========  ============  ================  ==========

Two empty masks agree, hence 1; ``nan`` stands where the definition divides by nothing or where
there is no surface to measure from. It is never replaced by a number that looks measured.
"""
