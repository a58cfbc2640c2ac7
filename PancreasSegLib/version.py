"""The version of the engine, stated once: the pip package and the reports read it from here."""

__version__ = "0.1.0"
