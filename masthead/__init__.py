"""Masthead publishes a newsroom that lives from its readers.

Each package is a noun of the field; imports run downwards only (see ARCHITECTURE.md).
"""

__version__ = "0.1.0"
