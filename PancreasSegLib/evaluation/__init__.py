"""A mask compared with a reference: case and slice metrics, and a table of them."""
