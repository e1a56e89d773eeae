"""The account's Glue catalog under the lake's key."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_glue as glue
from constructs import Construct


class CatalogEncryption(Construct):
    """Encryption of table definitions and of connections' passwords, for the one catalog an account has in a region.

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
        # Without these settings what they encrypted cannot be read; they stay as long as the data does.
        self.settings.apply_removal_policy(removal)
