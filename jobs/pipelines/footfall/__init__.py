"""Pipeline that predicts, at the start of a day, how many pedestrians pass each counter in each hour of the day."""
