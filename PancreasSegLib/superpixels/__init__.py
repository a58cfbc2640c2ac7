"""The method of Roth et al. 2015 (doi 10.1117/12.2081420), step by step.

Superpixels, patch features and forests that leave candidates, boxes and the ConvNet that judges
them; `networks.superpixels` puts them in a row.
"""
