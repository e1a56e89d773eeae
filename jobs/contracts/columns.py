"""Names of the columns that platform code reads in the tables of every pipeline, and the splits of a data set."""

#: Quarantine tables: the names of the rules that the row breaks, comma-separated, and why it breaks them.
FAILED_RULES, REASON = "failed_rules", "reason"
#: Quarantine tables: the file of the row, the number of its first line or of the row there, and the text of the row.
FILE, LINE, ROW = "file", "line", "row"
#: Result of `cleanse`: an array of `column: treatment`; the job counts the entries and drops the column.
TREATMENTS = "treatments"
#: Moment at which a row is scored; features hold what was known at this moment.
PREDICTION_TIME = "prediction_time"

#: Data sets: the split of the row, one of `SPLITS`.
SPLIT = "split"
TRAIN, VALIDATION, TEST, SCORE = "train", "validation", "test", "score"
#: Rows of split `score` may lack a label, because the model is going to predict it.
SPLITS = (TRAIN, VALIDATION, TEST, SCORE)

#: Predictions: the probability of class 1, and the threshold from which the model predicts class 1.
PROBABILITY, THRESHOLD = "probability", "threshold"
#: Predictions: the version in the model registry, the MLflow run, and the time of publication.
MODEL_VERSION, RUN_ID, SCORED_AT = "model_version", "run_id", "scored_at"
