"""config/ and seeds/ → frozen settings; every mistake named with file, key and remedy.

Nothing is imported here: `monitor health` needs one small module of these, and must not load the others.
"""
