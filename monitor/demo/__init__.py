"""The sample newsroom of `monitor demo`, and the letter box and chat it sends its alerts to."""
