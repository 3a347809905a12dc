"""What is an answer, and what is left of the course without it: under release and grading alike."""
