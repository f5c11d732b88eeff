"""What is seen: the pictures of the lessons, and the explorer."""
