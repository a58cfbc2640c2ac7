"""Training, headless: data sets, augmentation, the trainer and the paper's selection protocol."""
