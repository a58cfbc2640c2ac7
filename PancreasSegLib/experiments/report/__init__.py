"""The report of an experiment: table, tests, and the figures of Cai et al. 2017."""
