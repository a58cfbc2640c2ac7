"""How the superpixel method is trained: regions, the forests, then the ConvNet's boxes."""
