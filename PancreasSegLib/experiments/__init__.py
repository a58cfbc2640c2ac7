"""The experiments of Cai et al. 2017 as data: their runs, how far these are, and the report."""
