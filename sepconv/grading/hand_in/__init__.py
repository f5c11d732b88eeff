"""From what lies in a folder to whose notebook it is, and what is in it."""
