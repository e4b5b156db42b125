"""What the tests of `--create-bucket` ask of Amazon's Python client.

bucket.py own|tell ENDPOINT BUCKET [CERTIFICATE]
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

POLICY = {
    "Version": "2012-10-17",
    "Id": "mine",
    "Statement": [
        {
            "Sid": "Mine",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::%s/mine/*",
        }
    ],
}
RULES = [
    {"ID": "mine", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}},
    {
        "ID": "mine too",
        "Status": "Disabled",
        "Filter": {"And": {"Prefix": "a<&b", "Tags": [{"Key": "k", "Value": "v"}]}},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
    },
]


def own(s3, bucket):
    """Makes a bucket whose owner has decided a few things."""
    s3.create_bucket(Bucket=bucket)
    policy = json.dumps(POLICY).replace("%s", bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": RULES})


def tell(s3, bucket):
    """Prints every setting; null for what is not set."""

    def ask(call, *path):
        try:
            answer = getattr(s3, call)(Bucket=bucket)
        except ClientError as error:
            return error.response["Error"]["Code"]
        for part in path:
            answer = answer[part]
        return answer

    settings = {
        "region": ask("get_bucket_location", "LocationConstraint"),
        "public": ask("get_public_access_block", "PublicAccessBlockConfiguration"),
        "encryption": ask("get_bucket_encryption", "ServerSideEncryptionConfiguration", "Rules"),
        "policy": ask("get_bucket_policy", "Policy"),
        "rules": ask("get_bucket_lifecycle_configuration", "Rules"),
    }
    if settings["policy"].startswith("{"):
        settings["policy"] = json.loads(settings["policy"])
    print(json.dumps(settings, sort_keys=True))


command, endpoint, name, *certificate = sys.argv[1:]
config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
client = boto3.client("s3", endpoint_url=endpoint, config=config, verify=next(iter(certificate), None))
{"own": own, "tell": tell}[command](client, name)
