"""What all training shares: the loop, learning-rate schedules, first weights, augmentation, random search."""
