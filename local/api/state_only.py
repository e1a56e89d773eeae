"""Services and operations that only keep state, so that moto emulates them truthfully.

For all others moto would report success without doing the work; the local API rejects them.
"""

import re

from local.executors.errors import ServiceError

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
#: Services that only keep state.
_STATE_ONLY = frozenset({"ec2", "events", "iam", "kms", "logs", "secretsmanager", "sns", "ssm", "sts", "tagging"})
#: Operations that only keep state, of services that also run work; all others start work or are not used yet.
_STATE_ONLY_OPERATIONS = {
    "sagemaker": re.compile(
        r"(Describe|List|Search|AddTags|DeleteTags).*|(Create|Delete|Update)(Model|ModelPackage|ModelPackageGroup|FeatureGroup)"
    ),
    "emr": re.compile(r"(Create|Describe|Delete|List)SecurityConfigurations?"),
    "glue": re.compile(r"(Get|List|Create|Update|Delete|Batch(Get|Create|Delete|Update)|Search|Tag|Untag).*"),
}


def require_state_only_service(authorization: str) -> None:
    """Raise ServiceError if the service in the signature's scope does more than keep state."""
    scope = _SCOPE.search(authorization)
    service = scope.group(1) if scope else ""
    if service and service not in _STATE_ONLY:
        raise ServiceError(
            "UnsupportedOperation",
            f"{service}: the local platform has no executor for this service; it runs EMR steps and SageMaker "
            f"training, tuning and transform jobs, and keeps the state of {', '.join(sorted(_STATE_ONLY))}",
        )


def require_state_only_operation(service: str, operation: str) -> None:
    """Raise ServiceError if the operation, which no executor implements, does more than keep state."""
    if not _STATE_ONLY_OPERATIONS[service].fullmatch(operation):
        raise ServiceError(
            "UnsupportedOperation",
            f"{service} {operation}: the local platform has no executor for this operation; run it on AWS",
        )
