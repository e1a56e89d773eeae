"""When MLflow's database is backed up and maintained, in UTC.

AWS Backup starts no job of RDS during RDS's own backup and maintenance windows and in the hour before, as summaries of
its developer guide say; the guide itself was not compared. RDS would choose its windows at random.
"""

AUTOMATED_BACKUP = "00:30-01:00"
#: AWS Backup starts its job within an hour from this hour, and cancels a job that has not ended after twelve.
BACKUP_HOUR, BACKUP_STARTS_WITHIN_HOURS, BACKUP_ENDS_WITHIN_HOURS = 3, 1, 12
MAINTENANCE = "sun:06:00-sun:07:00"
