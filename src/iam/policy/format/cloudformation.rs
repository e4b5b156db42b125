//! For CloudFormation: a template in YAML with the policy and the user.

use super::Naming;
use super::prose::{comment, key, quoted};
use crate::iam::policy::{Statement, VERSION};

/// Why there is no `AWS::IAM::AccessKey`.
const ABOUT: &str = "There is no access key here, since its secret would be for everybody to read \
                     who may look at the stack. A role instead of the user needs none.";

pub(super) fn write(naming: Naming<'_>) -> String {
    let statements: String = naming.policy.statements().iter().map(statement).collect();
    let begin = format!("The user in AWS that Tintype runs as, for {}.", naming.target.url());
    [
        comment(0, &begin),
        "#\n#   aws cloudformation deploy --stack-name tintype --capabilities CAPABILITY_NAMED_IAM \\\n\
         #     --template-file THIS_FILE\n#\n"
            .to_owned(),
        comment(0, ABOUT),
        key(naming.user),
        template(naming, &statements),
    ]
    .concat()
}

fn template(naming: Naming<'_>, statements: &str) -> String {
    let (policy, user) = (quoted(naming.policy_name.as_str()), quoted(naming.user.as_str()));
    format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"
Description: The user in AWS that Tintype runs as, and the least that it may do
Resources:
  User:
    Type: AWS::IAM::User
    Properties:
      UserName: {user}
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: {policy}
      Users:
        - !Ref User
      PolicyDocument:
        Version: {version}
        Statement:
{statements}",
        version = quoted(VERSION),
        statements = statements.trim_end()
    )
}

fn statement(statement: &Statement) -> String {
    let Statement { sid, actions, resources, condition, reason } = statement;
    let condition = condition.as_ref().map(|condition| {
        let (operator, key) = (condition.operator, quoted(condition.key));
        let value = quoted(&condition.value);
        format!(
            "            Condition:\n              {operator}:\n                {key}: {value}\n"
        )
    });
    [
        comment(10, reason),
        format!("          - Sid: {sid}\n"),
        "            Effect: Allow\n".to_owned(),
        format!("            Action: {}\n", quoted(actions)),
        format!("            Resource: {}\n", quoted(resources)),
        condition.unwrap_or_default(),
    ]
    .concat()
}
