"""The layers' fast forms: compiled where there is a compiler, else NumPy. `cs231n.fast_layers` is the door."""
