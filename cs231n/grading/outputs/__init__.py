"""What is made of the results: gradebook, files for Canvas and Gradescope, pages."""
