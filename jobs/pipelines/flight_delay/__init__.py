"""Pipeline that predicts, two hours before scheduled departure, whether a flight arrives more than 15 minutes late."""
