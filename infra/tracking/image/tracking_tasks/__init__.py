"""Entry points of MLflow's image besides MLflow; imports are relative, so tests can run the files of the image."""
