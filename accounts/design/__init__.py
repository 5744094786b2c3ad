"""The look, in Python: how things are written, marks, cords and charts. Nothing here reads a model."""
