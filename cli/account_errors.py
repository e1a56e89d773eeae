"""Errors of AWS and of the user's AWS settings as one sentence that says what to do."""

from botocore import exceptions

_CREDENTIALS = "sign in, for example with `aws sso login`, and check with `aws sts get-caller-identity`"
_NETWORK = "check the network, HTTPS_PROXY and NO_PROXY, and any AWS_ENDPOINT_URL"
#: What to do by the class of the error; the first that fits counts.
_ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ProfileNotFound, "set AWS_PROFILE to one of `aws configure list-profiles`, or unset it"),
    (exceptions.ConfigParseError, "correct the file, or name another one with AWS_CONFIG_FILE"),
    (exceptions.NoRegionError, "set AWS_REGION"),
    (exceptions.NoCredentialsError, _CREDENTIALS),
    (exceptions.PartialCredentialsError, _CREDENTIALS),
    (exceptions.CredentialRetrievalError, _CREDENTIALS),
    (exceptions.TokenRetrievalError, _CREDENTIALS),
    (exceptions.SSOError, _CREDENTIALS),
    (exceptions.HTTPClientError, _NETWORK),
    (exceptions.ConnectionError, _NETWORK),
)
#: Codes of answers that mean that the credentials are not valid, or no longer.
_SIGN_IN = frozenset({"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"})


def sentence_of(error: Exception) -> str | None:
    """Return the sentence for an error of boto3, None for any other error."""
    if isinstance(error, exceptions.ClientError):
        advice = _CREDENTIALS if error.response["Error"]["Code"] in _SIGN_IN else ""
    elif isinstance(error, exceptions.BotoCoreError):
        advice = next((advice for kind, advice in _ADVICE if isinstance(error, kind)), "")
    else:
        return None
    return "; ".join(part for part in (f"AWS: {str(error).rstrip('.')}", advice) if part)
