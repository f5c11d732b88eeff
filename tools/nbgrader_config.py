"""Settings for nbgrader: what the course's cutter uses, and what an instructor's own nbgrader course needs.

An instructor copies this file to the course's folder (or adds its lines to an existing nbgrader_config.py) and a
notebook of solutions/ to ``source/ASSIGNMENT/``; ``nbgrader generate_assignment`` then cuts the same exercises.
"""

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

c = get_config()  # noqa: F821 - traitlets puts it there

# An untouched answer cell must run, and the check must say "not attempted": no NotImplementedError.
c.ClearSolutions.code_stub = {"python": "...  # your answer"}
# A region outside an answer cell is a mistake of the author.
c.ClearSolutions.enforce_metadata = True
# What only solutions have, such as the text of an answer that is no code, is released to nobody.
steps = GenerateAssignment.class_traits()["preprocessors"].default_args[0]
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *steps]
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution-only"}
# The slowest cell of the course trains small networks.
c.Execute.timeout = 300
