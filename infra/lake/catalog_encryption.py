"""Encryption of the account's Glue Data Catalog with the lake's key."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_glue as glue
from constructs import Construct


class CatalogEncryption(Construct):
    """Encryption of table definitions and connection passwords in the one Data Catalog of an account and region.

    Every reader of the catalog then needs the key, so encryption is optional:
    see docs/decisions/data.md#catalog-encryption-is-optional.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, account: str, key_arn: str, removal: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        properties = glue.CfnDataCatalogEncryptionSettings
        self.settings = properties(
            self,
            "Resource",
            catalog_id=account,
            data_catalog_encryption_settings=properties.DataCatalogEncryptionSettingsProperty(
                connection_password_encryption=properties.ConnectionPasswordEncryptionProperty(
                    kms_key_id=key_arn, return_connection_password_encrypted=True
                ),
                encryption_at_rest=properties.EncryptionAtRestProperty(
                    catalog_encryption_mode="SSE-KMS", sse_aws_kms_key_id=key_arn
                ),
            ),
        )
        # Encrypted definitions cannot be read without these settings, so they are retained as long as the data.
        self.settings.apply_removal_policy(removal)
