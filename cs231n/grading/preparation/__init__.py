"""Our notebooks, made ready once for all submissions."""
