"""What runs in MLflow's image beside MLflow; imports are relative, so that tests run the very files of the image."""
