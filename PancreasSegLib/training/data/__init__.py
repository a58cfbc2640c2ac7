"""What is trained on: cases found, checked, brought to the model's grid, sampled, augmented."""
