"""The course tools: the notebook format, batch runs and their results page. The library never imports them."""
