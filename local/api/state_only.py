"""The operations that moto may answer because they only keep state; others would report work that never ran."""

import re

from local.executors.errors import ServiceError

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
#: Services that only keep state, so that moto's answer is the truth.
_STATE_ONLY = frozenset({"ec2", "events", "iam", "kms", "logs", "secretsmanager", "sns", "ssm", "sts", "tagging"})
#: Operations of mixed services that only keep state; all others start work or have no use yet.
_STATE_ONLY_OPERATIONS = {
    "sagemaker": re.compile(
        r"(Describe|List|Search|AddTags|DeleteTags).*|(Create|Delete|Update)(Model|ModelPackage|ModelPackageGroup|FeatureGroup)"
    ),
    "emr": re.compile(r"(Create|Describe|Delete|List)SecurityConfigurations?"),
    "glue": re.compile(r"(Get|List|Create|Update|Delete|Batch(Get|Create|Delete|Update)|Search|Tag|Untag).*"),
}


def refuse_work(authorization: str) -> None:
    """Refuse a service, told by the signature's scope, that moto would only pretend to run."""
    scope = _SCOPE.search(authorization)
    service = scope.group(1) if scope else ""
    if service and service not in _STATE_ONLY:
        raise ServiceError(
            "UnsupportedOperation",
            f"{service}: the local platform has no executor for this service yet; it has EMR steps, SageMaker "
            f"training, tuning and transform, and the state of {', '.join(sorted(_STATE_ONLY))}",
        )


def refuse_work_of(service: str, operation: str) -> None:
    """Refuse an operation of a mixed service that neither an executor does nor only keeps state."""
    if not _STATE_ONLY_OPERATIONS[service].fullmatch(operation):
        raise ServiceError(
            "UnsupportedOperation",
            f"{service} {operation}: the local platform has no executor for it; run it on AWS",
        )
