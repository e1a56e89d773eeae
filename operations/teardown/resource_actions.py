"""Who removes what: every resource type of the templates, and the steps that must come before its stack can go.

A test fails for a type that is not here, so whoever adds one says how it goes again.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fate:
    """How a type ends: with its stack, after these steps; or it stays, and why that costs nothing."""

    after: tuple[str, ...] = ()
    stays_because: str = ""


_WITH_STACK = Fate()
_NETWORK = Fate(after=("delete-interfaces",))

FATES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _WITH_STACK,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _WITH_STACK,
    "AWS::Athena::NamedQuery": _WITH_STACK,
    "AWS::Athena::WorkGroup": _WITH_STACK,
    "AWS::Backup::BackupPlan": _WITH_STACK,
    "AWS::Backup::BackupSelection": _WITH_STACK,
    "AWS::Backup::BackupVault": Fate(after=("delete-recovery-points",)),
    "AWS::Budgets::Budget": _WITH_STACK,
    "AWS::CE::AnomalyMonitor": _WITH_STACK,
    "AWS::CE::AnomalySubscription": _WITH_STACK,
    "AWS::CloudWatch::Alarm": _WITH_STACK,
    "AWS::CloudWatch::CompositeAlarm": _WITH_STACK,
    "AWS::CloudWatch::Dashboard": _WITH_STACK,
    "AWS::EC2::EIP": _WITH_STACK,
    "AWS::EC2::FlowLog": _WITH_STACK,
    "AWS::EC2::InternetGateway": _WITH_STACK,
    "AWS::EC2::NatGateway": _WITH_STACK,
    "AWS::EC2::Route": _WITH_STACK,
    "AWS::EC2::RouteTable": _WITH_STACK,
    "AWS::EC2::SecurityGroup": Fate(after=("end-clusters", "revoke-emr-rules", "delete-interfaces")),
    "AWS::EC2::SecurityGroupEgress": _WITH_STACK,
    "AWS::EC2::SecurityGroupIngress": _WITH_STACK,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _WITH_STACK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCEndpoint": _WITH_STACK,
    "AWS::EC2::VPCGatewayAttachment": _WITH_STACK,
    "AWS::ECS::Cluster": _WITH_STACK,
    "AWS::ECS::Service": _WITH_STACK,
    "AWS::ECS::TaskDefinition": _WITH_STACK,
    "AWS::ElasticLoadBalancingV2::Listener": _WITH_STACK,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _WITH_STACK,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _WITH_STACK,
    "AWS::EMR::Cluster": Fate(after=("end-clusters",)),
    "AWS::EMR::SecurityConfiguration": _WITH_STACK,
    "AWS::EMRServerless::Application": Fate(after=("stop-serverless",)),
    "AWS::Events::Rule": _WITH_STACK,
    "AWS::Glue::Connection": _WITH_STACK,
    "AWS::Glue::DataCatalogEncryptionSettings": Fate(
        stays_because="a setting of the account's one catalog, which others may rely on; settings are free"
    ),
    "AWS::Glue::DataQualityRuleset": _WITH_STACK,
    "AWS::Glue::Database": _WITH_STACK,
    "AWS::Glue::Job": Fate(after=("stop-jobs",)),
    "AWS::Glue::SecurityConfiguration": _WITH_STACK,
    "AWS::Glue::Table": _WITH_STACK,
    "AWS::Glue::TableOptimizer": _WITH_STACK,
    "AWS::IAM::InstanceProfile": _WITH_STACK,
    "AWS::IAM::ManagedPolicy": _WITH_STACK,
    "AWS::IAM::OIDCProvider": _WITH_STACK,
    "AWS::IAM::Role": _WITH_STACK,
    "AWS::KMS::Alias": _WITH_STACK,
    "AWS::KMS::Key": _WITH_STACK,
    "AWS::LakeFormation::PrincipalPermissions": _WITH_STACK,
    "AWS::LakeFormation::Resource": _WITH_STACK,
    "AWS::Lambda::Function": _WITH_STACK,
    "AWS::Lambda::Permission": _WITH_STACK,
    "AWS::Logs::LogGroup": Fate(after=("delete-logs",)),
    "AWS::Logs::MetricFilter": _WITH_STACK,
    "AWS::Logs::QueryDefinition": _WITH_STACK,
    "AWS::MWAA::Environment": _WITH_STACK,
    "AWS::RDS::DBInstance": _WITH_STACK,
    "AWS::RDS::DBParameterGroup": _WITH_STACK,
    "AWS::RDS::DBSubnetGroup": _WITH_STACK,
    "AWS::RDS::EventSubscription": _WITH_STACK,
    "AWS::Route53::HostedZone": _WITH_STACK,
    "AWS::Route53::RecordSet": _WITH_STACK,
    "AWS::S3::Bucket": Fate(after=("empty-buckets",)),
    "AWS::S3::BucketPolicy": _WITH_STACK,
    "AWS::SNS::Subscription": _WITH_STACK,
    "AWS::SNS::Topic": _WITH_STACK,
    "AWS::SNS::TopicPolicy": _WITH_STACK,
    "AWS::SQS::Queue": _WITH_STACK,
    "AWS::SQS::QueuePolicy": _WITH_STACK,
    "AWS::SSM::Parameter": _WITH_STACK,
    "AWS::SageMaker::FeatureGroup": _WITH_STACK,
    "AWS::SageMaker::ModelPackageGroup": Fate(after=("delete-model-versions",)),
    "AWS::SecretsManager::RotationSchedule": _WITH_STACK,
    "AWS::SecretsManager::Secret": _WITH_STACK,
    "AWS::WAFv2::LoggingConfiguration": _WITH_STACK,
    "AWS::WAFv2::WebACL": _WITH_STACK,
    "AWS::WAFv2::WebACLAssociation": _WITH_STACK,
    "Custom::TrackingMigration": _WITH_STACK,
}
