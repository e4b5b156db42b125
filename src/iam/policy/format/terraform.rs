//! For Terraform and OpenTofu: a policy document, a policy, a user and what binds them.

use super::Naming;
use super::prose::{comment, key, quoted};
use crate::iam::policy::{Condition, Statement};

/// The access key is left out on purpose: its secret would be in the state.
const ABOUT: &str = "There is no access key here, since its secret would end up in the state of \
                     Terraform. A role instead of the user needs none.";

pub(super) fn write(naming: Naming<'_>) -> String {
    let statements: Vec<_> = naming.policy.statements().iter().map(statement).collect();
    let begin = format!("The user in AWS that Tintype runs as, for {}.", naming.target.url());
    [
        comment(0, &begin),
        comment(0, ABOUT),
        key(naming.user),
        "\ndata \"aws_iam_policy_document\" \"tintype\" {\n".to_owned(),
        statements.join("\n"),
        "}\n\n".to_owned(),
        resources(naming),
    ]
    .concat()
}

fn statement(statement: &Statement) -> String {
    let Statement { sid, actions, resources, condition, reason } = statement;
    [
        comment(2, reason),
        "  statement {\n".to_owned(),
        format!("    sid       = {}\n", quoted(sid)),
        "    effect    = \"Allow\"\n".to_owned(),
        format!("    actions   = {}\n", quoted(actions)),
        format!("    resources = {}\n", quoted(resources)),
        condition.as_ref().map(self::condition).unwrap_or_default(),
        "  }\n".to_owned(),
    ]
    .concat()
}

fn condition(condition: &Condition) -> String {
    [
        "\n    condition {\n".to_owned(),
        format!("      test     = {}\n", quoted(condition.operator)),
        format!("      variable = {}\n", quoted(condition.key)),
        format!("      values   = [{}]\n", quoted(&condition.value)),
        "    }\n".to_owned(),
    ]
    .concat()
}

fn resources(naming: Naming<'_>) -> String {
    let (policy, user) = (quoted(naming.policy_name.as_str()), quoted(naming.user.as_str()));
    format!(
        "resource \"aws_iam_policy\" \"tintype\" {{
  name   = {policy}
  policy = data.aws_iam_policy_document.tintype.json
}}

resource \"aws_iam_user\" \"tintype\" {{
  name = {user}
}}

resource \"aws_iam_user_policy_attachment\" \"tintype\" {{
  user       = aws_iam_user.tintype.name
  policy_arn = aws_iam_policy.tintype.arn
}}"
    )
}
