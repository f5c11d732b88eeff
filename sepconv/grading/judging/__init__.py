"""From what a submission sent to a verdict, in processes that know the answers and run no submission's code."""
