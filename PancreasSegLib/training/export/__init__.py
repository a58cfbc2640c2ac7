"""From a trained network to a model: weights, manifest and card."""
