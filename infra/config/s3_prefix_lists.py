"""AWS-managed prefix lists of S3 by region, the targets of egress rules for S3.

An identifier is looked up with `aws ec2 describe-managed-prefix-lists --filters
Name=prefix-list-name,Values=com.amazonaws.<region>.s3`. Those below agree in a recorded answer of that API for all
regions and in two projects that use them (public copies, read 2026-11-24); other regions set `network.s3_prefix_list`.
A wrong identifier allows no traffic: CloudFormation rejects a list that does not exist in the region.
"""

S3_PREFIX_LISTS = {
    "ap-northeast-1": "pl-61a54008",
    "ap-northeast-2": "pl-78a54011",
    "ap-south-1": "pl-78a54011",
    "ap-southeast-1": "pl-6fa54006",
    "ap-southeast-2": "pl-6ca54005",
    "ca-central-1": "pl-7da54014",
    "eu-central-1": "pl-6ea54007",
    "eu-north-1": "pl-c3aa4faa",
    "eu-west-1": "pl-6da54004",
    "eu-west-2": "pl-7ca54015",
    "eu-west-3": "pl-23ad484a",
    "sa-east-1": "pl-6aa54003",
    "us-east-1": "pl-63a5400a",
    "us-east-2": "pl-7ba54012",
    "us-west-1": "pl-6ba54002",
    "us-west-2": "pl-68a54001",
}
