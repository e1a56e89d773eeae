"""Pipeline that predicts, two hours before scheduled departure, whether a flight arrives late or never."""
