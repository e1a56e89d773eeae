# MWAA sources this in every container before Airflow starts. It holds no secret: what it exports is logged and shown.
# A container whose script stops halfway has no environment to start with, and the environment's creation fails.
set -euo pipefail

# The network has no way to the global endpoint of STS, and regional credentials outlive its failure.
export AWS_STS_REGIONAL_ENDPOINTS=regional
# Throttled calls are tried again before a task fails.
export AWS_RETRY_MODE=standard
export AWS_MAX_ATTEMPTS=10

# Without the platform's settings no DAG can be parsed: say so here, and not in every DAG's import error.
: "${AIRFLOW__PLATFORM__ENVIRONMENT:?the environment has no platform settings}"
