//! For a shell with the AWS CLI: a script that is to be read before it is run. No name and no
//! document has a single quote, so they can stand in single quotes.

use super::Naming;
use super::prose::comment;

const ABOUT: &str = "It makes a policy, a user with this policy alone and a key of that user, which \
                     goes into a new file that only you can read. It needs the AWS CLI and the \
                     credentials of somebody who may do that. It stops at the first thing that \
                     fails or is there already; `tintype iam setup` does the same and can be run \
                     again.";

pub(super) fn write(naming: Naming<'_>) -> String {
    let begin = format!("Makes the user in AWS that Tintype runs as, for {}.", naming.target.url());
    let reasons = naming.policy.statements().iter();
    let reasons = reasons.map(|statement| format!("{}: {}", statement.sid, statement.reason));
    let reasons: String = reasons.map(|reason| comment(0, &reason)).collect();
    [
        "#!/bin/sh\n".to_owned(),
        comment(0, &begin),
        "#\n".to_owned(),
        comment(0, ABOUT),
        "#\n# What the policy allows, and why:\n".to_owned(),
        reasons,
        head(naming),
        BODY.to_owned(),
    ]
    .concat()
}

fn head(naming: Naming<'_>) -> String {
    format!(
        "
set -eu
bucket='{bucket}'
user='{user}'
policy_name='{policy}'
policy='{document}'
",
        bucket = naming.target.url(),
        user = naming.user,
        policy = naming.policy_name,
        document = naming.policy.to_json()
    )
}

/// The file is made first, so that no key is made that has no place. A here-document keeps the
/// secret out of the list of processes.
const BODY: &str = r#"
# No pager stops it, no word of an answer is taken for a pattern of file names.
AWS_PAGER=''
export AWS_PAGER
set -f

# The file is new and yours alone; one that is there may hold a key in use, and stays.
file="./$user.env"
umask 077
set -C
: > "$file"
trap 'rm -f "$file"' EXIT

arn=$(aws iam create-policy --policy-name "$policy_name" --policy-document "$policy" \
    --query Policy.Arn --output text)
aws iam create-user --user-name "$user" --query User.Arn --output text
aws iam attach-user-policy --user-name "$user" --policy-arn "$arn"
key=$(aws iam create-access-key --user-name "$user" \
    --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)

# The key and its secret, one word each.
set -- $key
cat >> "$file" <<END
TINTYPE_BUCKET=$bucket
AWS_ACCESS_KEY_ID=$1
AWS_SECRET_ACCESS_KEY=$2
END
trap - EXIT
echo "The key is in $file. Put its lines into .env, and the bucket's AWS_REGION with them.""#;
