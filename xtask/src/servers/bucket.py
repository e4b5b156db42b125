"""Makes a bucket, and stores, reads and deletes an object in it.

Arguments: the endpoint and the bucket's name. Exits with 0 only when all of it worked, and may be
run again.
"""

import sys

import boto3
from botocore.client import Config

endpoint, name = sys.argv[1:]
settings = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 1},
    s3={"addressing_style": "path"},
)
s3 = boto3.client("s3", endpoint_url=endpoint, config=settings)
try:
    s3.create_bucket(Bucket=name)
except (s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
    pass
s3.put_object(Bucket=name, Key="ready", Body=b"yes")
assert s3.get_object(Bucket=name, Key="ready")["Body"].read() == b"yes"
s3.delete_object(Bucket=name, Key="ready")
