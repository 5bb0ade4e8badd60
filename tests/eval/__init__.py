"""How well reading and matching do on our own material: floors that only rise."""
