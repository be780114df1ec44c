"""The desk's side of members and money: who supports the newsroom, one supporter's whole story, what is done for them,
transfers from the bank, readers' reasons, and the figures. Nothing is counted here that isn't derived from rows.
"""
