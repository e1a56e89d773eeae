"""What the rehearsal of a deployment leaves out of dev, and why: the pinned emulator has no such resources.

A test compares this with what the stripping really drops, so a new gap is a line in a review.
"""

DROPPED = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Athena::NamedQuery",
    "AWS::Backup::BackupSelection",
    "AWS::Budgets::Budget",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::CloudWatch::Alarm with Metrics",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EMR::SecurityConfiguration",
    "AWS::Glue::DataQualityRuleset",
    "AWS::Glue::TableOptimizer",
    "AWS::Logs::QueryDefinition",
    "AWS::MWAA::Environment",
    "AWS::RDS::EventSubscription",
    "AWS::SageMaker::FeatureGroup",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
    "Custom::TrackingMigration",
)
