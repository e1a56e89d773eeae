"""The time limits of the services that a deployment passes through, and the longest task that fits into all of them.

MWAA replaces its workers gracefully: an update waits for the tasks that run, so a task must end early enough for the
update to end within the limit of CloudFormation and of the workflow that waits for it. All values are in minutes.
"""

#: MWAA's queue starts a task a second time after twelve hours; no setting changes it (aws/amazon-mwaa-docker-images,
#: images/airflow/3.2.1/python/mwaa/config/celery.py, read 2026-11-29).
QUEUE_VISIBILITY_MINUTES = 720
#: CloudFormation gives up on an update of an environment, and its rollback meets an environment that still updates
#: (aws-cloudformation/aws-cloudformation-resource-providers-mwaa, handlers.update.timeoutInMinutes, read 2026-11-29).
UPDATE_MINUTES = 480
#: The longest job of a workflow on GitHub's own runners (GitHub Actions limits, job execution time, read 2026-11-29).
WORKFLOW_MINUTES = 360
#: The longest session of a role that a web identity assumes (IAM user guide, maximum session duration).
SESSION_MINUTES = 720

#: The time that MWAA needs for an update without running tasks (MWAA user guide: 10 to 30 minutes; measured up to 40).
REPLACEMENT_MINUTES = 40
#: The time for everything else of a deployment: setup, images, and the stacks beside MWAA.
OTHER_STACKS_MINUTES = 30
#: The part of every limit that stays unused.
MARGIN_MINUTES = 20

#: The limit of the deployment job and of its AWS session.
DEPLOYMENT_MINUTES = min(WORKFLOW_MINUTES, SESSION_MINUTES)

#: Airflow's limit of a task, which fits into the queue, the update and the deployment.
TASK_MINUTES = 270


def longest_task(*, update: int, deployment: int) -> int:
    """The longest task with which an update and a deployment with these limits can end."""
    in_update = update - REPLACEMENT_MINUTES - MARGIN_MINUTES
    in_deployment = deployment - REPLACEMENT_MINUTES - OTHER_STACKS_MINUTES - MARGIN_MINUTES
    return min(in_update, in_deployment, QUEUE_VISIBILITY_MINUTES - MARGIN_MINUTES)
