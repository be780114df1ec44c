"""Bank transfers: the reader is told a reference, staff confirm what they find on the bank's statement."""
