"""Training, headless: `train` goes from data and recipe through fit to export and proof."""
