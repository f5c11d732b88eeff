"""How an answer is marked: call it safely, turn what it returns into plain data, say which mistake it is.

The notebook's ``check`` stands on these parts.
"""
