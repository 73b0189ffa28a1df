"""Depesche: every story once, from every outlet that reports it.

The path of the data, which the alphabet hides:
feeds -> articles -> analysis -> stories -> topics -> digests -> messages -> delivery.
"""
