"""One answer: how it is called, turned into plain data, compared, and told which mistake it is."""

from sepconv.checking import notebook

notebook.watch()
