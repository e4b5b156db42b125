"""What the formats of a policy say, as their own tools read them, and what IAM makes of them.

Each case is four files of one name in a folder: .json, .tf, .yaml and .sh.
"""

import json
import shlex
import sys
from pathlib import Path
from urllib.parse import unquote


def many(value):
    return value if isinstance(value, list) else [value]


def meaning(document):
    """The single grants of a document, so that two spellings of one policy are equal."""
    if isinstance(document, str):
        document = json.loads(unquote(document))
    assert document["Version"] == "2012-10-17", document
    grants = set()
    for statement in many(document["Statement"]):
        assert statement["Effect"] == "Allow", statement
        condition = json.dumps(statement.get("Condition"), sort_keys=True)
        for action in many(statement["Action"]):
            for resource in many(statement["Resource"]):
                grants.add((statement["Sid"], action, resource, condition))
    return grants


def unquoted(value):
    return [json.loads(text) for text in value] if isinstance(value, list) else json.loads(value)


def of_terraform(text):
    """The document that Terraform's data source makes, once what uses it is seen to use it."""
    import hcl2

    parsed = hcl2.loads(text)
    resources = {}
    for resource in parsed["resource"]:
        ((kind, named),) = resource.items()
        ((label, body),) = named.items()
        assert label == '"tintype"', label
        resources[json.loads(kind)] = body
    policy = resources.pop("aws_iam_policy")
    assert "data.aws_iam_policy_document.tintype.json" in policy["policy"], policy
    user = resources.pop("aws_iam_user")
    bound = resources.pop("aws_iam_user_policy_attachment")
    assert "aws_iam_user.tintype.name" in bound["user"], bound
    assert "aws_iam_policy.tintype.arn" in bound["policy_arn"], bound
    assert not resources, resources
    (source,) = parsed["data"]
    body = source['"aws_iam_policy_document"']['"tintype"']
    statements = [of_terraform_statement(statement) for statement in body["statement"]]
    names = unquoted(user["name"]), unquoted(policy["name"])
    return {"Version": "2012-10-17", "Statement": statements}, names


def of_terraform_statement(block):
    statement = {
        "Sid": unquoted(block["sid"]),
        "Effect": unquoted(block["effect"]),
        "Action": unquoted(block["actions"]),
        "Resource": unquoted(block["resources"]),
    }
    for condition in block.get("condition", []):
        (value,) = unquoted(condition["values"])
        key = unquoted(condition["variable"])
        statement["Condition"] = {unquoted(condition["test"]): {key: value}}
    return statement


def of_cloudformation(path):
    from cfnlint.decode import decode

    template, faults = decode(str(path))
    assert not faults, faults
    resources = template["Resources"]
    policy, user = resources["Policy"]["Properties"], resources["User"]["Properties"]
    assert set(resources) == {"Policy", "User"}, resources
    assert policy["Users"] == [{"Ref": "User"}], policy
    return policy["PolicyDocument"], (user["UserName"], policy["ManagedPolicyName"])


def of_script(text):
    """What a shell would put into the variables that the calls take their values from."""
    words = shlex.split(text, comments=True)
    value = dict(word.split("=", 1) for word in words if "=" in word and not word.startswith("-"))
    at = words.index("--policy-document")
    assert words[at + 1] == "$policy", words[at + 1]
    return json.loads(value["policy"]), (value["user"], value["policy_name"])


def compare(folder):
    """All four files of every case have the one document, and three of them the same names."""
    cases = sorted(folder.glob("*.json"))
    for case in cases:
        expected = meaning(case.read_text())
        named = (f"user-{case.stem}", f"policy-{case.stem}")
        for document, names in (
            of_terraform(case.with_suffix(".tf").read_text()),
            of_cloudformation(case.with_suffix(".yaml")),
            of_script(case.with_suffix(".sh").read_text()),
        ):
            assert meaning(document) == expected, case
            assert names == named, names
    return len(cases)


def make(folder, endpoint):
    """IAM takes every document, and every template becomes a user with exactly that policy."""
    import boto3

    iam = boto3.client("iam", endpoint_url=endpoint)
    stacks = boto3.client("cloudformation", endpoint_url=endpoint)

    def stored(arn):
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
        document = found["Document"]
        return meaning(document)

    cases = sorted(folder.glob("*.json"))
    for case in cases:
        text, name = case.read_text(), f"by-hand-{case.stem}"
        made = iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]
        assert stored(made["Arn"]) == meaning(text), case
        template = case.with_suffix(".yaml").read_text()
        capabilities = ["CAPABILITY_NAMED_IAM"]
        stack = f"stack-{case.stem}"
        stacks.create_stack(StackName=stack, TemplateBody=template, Capabilities=capabilities)
        user = f"user-{case.stem}"
        attached = iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]
        assert [policy["PolicyName"] for policy in attached] == [f"policy-{case.stem}"], attached
        assert stored(attached[0]["PolicyArn"]) == meaning(text), case
        assert iam.list_access_keys(UserName=user)["AccessKeyMetadata"] == []
    return len(cases)


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    print({"compare": compare, "make": make}[what](Path(folder), *rest))
