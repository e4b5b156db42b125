//! What is decided, by tables: how things are, and the changes or the refusal that follow.

use serde_json::Value;

use super::{OldKey, Plan, Refusal, Rotate, Rotation, Setup, Teardown, rotate, setup, teardown};
use crate::iam::account::{AccessKeyId, LastUse, PolicyArn, Version};
use crate::iam::change::Change;
use crate::iam::env::Env;
use crate::iam::key_record::KeyRecord;
use crate::iam::mark::Mark;
use crate::iam::policy::{Partition, Policy};
use crate::iam::state::{Attached, Dialect, KeyState, PolicyState, State, UserState};
use crate::iam::{PolicyName, Target, UserName};

const ARN: &str = "arn:aws:iam::1:policy/tintype-pics";

fn target() -> Target {
    "s3://pics".parse().unwrap()
}

fn least() -> Policy {
    Policy::least(&target().bucket, &target().prefix, Partition::Aws)
}

fn wanted() -> Setup {
    Setup {
        target: target(),
        user: UserName::of(&target()),
        policy: least(),
        region: "eu-central-1".to_owned(),
        endpoint: None,
        rotation: Rotation::Keep,
        file: ".env".to_owned(),
        probe: "s3://pics/probe".to_owned(),
    }
}

fn nothing() -> State {
    let (dialect, policy_name) = (Dialect::Tags, PolicyName::of(&target()));
    State { dialect, policy_name, policy_arn: PolicyArn::told(ARN), policy: None, user: None }
}

fn versions(ids: &[&str]) -> Vec<Version> {
    let version =
        |id: &&str| Version { id: (*id).to_owned(), is_default: *id == ids[ids.len() - 1] };
    ids.iter().map(version).collect()
}

/// Policy and user are there; of the keys `"AKIA1 AKIA2- AKIA3! AKIA4?"` the second is inactive,
/// the third in use and the fourth was tried out.
fn there(keys: &str, record: &str) -> State {
    let document: Value = serde_json::from_str(&least().to_json()).unwrap();
    let versions = versions(&["v1"]);
    let policy = PolicyState { mark: Mark::Ours, document, versions, holders: Vec::new() };
    let keys = keys.split_whitespace().map(|key| KeyState {
        id: AccessKeyId::told(key.trim_end_matches(['-', '!', '?'])),
        active: !key.ends_with('-'),
        last_use: match key.chars().last() {
            Some('!') => LastUse::Used,
            Some('?') => LastUse::AtFirst,
            _ => LastUse::Never,
        },
    });
    let attached = vec![attached("tintype-pics", Mark::Ours)];
    let record = KeyRecord::of(&[("tintype:key".to_owned(), record.to_owned())]);
    let (mark, keys, belongings) = (Mark::Ours, keys.collect(), Vec::new());
    let user = UserState { mark, record, attached, keys, belongings };
    State { policy: Some(policy), user: Some(user), ..nothing() }
}

fn attached(name: &str, mark: Mark) -> Attached {
    Attached { name: name.parse().unwrap(), arn: PolicyArn::told(ARN), mark }
}

fn env(key: &str) -> Env {
    Env {
        is_there: true,
        key: Some(key).filter(|key| !key.is_empty()).map(AccessKeyId::told),
        has_secret: true,
        region: Some("eu-central-1".to_owned()),
        bucket: Some("s3://pics".to_owned()),
        ..Env::default()
    }
}

/// The calls without their services, with the key or the version that they name.
fn short(plan: Result<Plan, Refusal>) -> String {
    let short = |change: &Change| {
        let text = change.to_string();
        let call = text.split(' ').next().unwrap_or_default();
        let call = call.rsplit(':').next().unwrap_or_default().to_owned();
        let named = ["AccessKeyId=", "VersionId=", "tintype:key="];
        let name = named.iter().find_map(|name| text.split_once(name)).map(|(_, rest)| rest);
        let name = name.and_then(|rest| rest.split(['\'', '#']).next()).map(str::trim);
        name.map_or(call.clone(), |name| {
            format!("{call}({})", name.replace(" Status=Inactive", ""))
        })
    };
    match plan {
        Ok(plan) => plan.changes.iter().map(short).collect::<Vec<_>>().join(" "),
        Err(refusal) => format!("refused: {refusal}"),
    }
}

#[test]
fn setup_makes_what_is_missing() {
    let key = "TagUser(making) CreateAccessKey write TagUser((the new key))";
    let all = format!("CreatePolicy CreateUser AttachUserPolicy {key}");
    assert_eq!(short(setup(&wanted(), &nothing(), &Env::default())), all);
    assert_eq!(short(setup(&wanted(), &there("AKIA1", "AKIA1"), &env("AKIA1"))), "");
    let mut loose = there("AKIA1", "AKIA1");
    loose.user.as_mut().unwrap().attached.clear();
    assert_eq!(short(setup(&wanted(), &loose, &env("AKIA1"))), "AttachUserPolicy");
    let moved = Env { region: Some("us-east-1".to_owned()), has_token: true, ..env("AKIA1") };
    let plan = setup(&wanted(), &there("AKIA1", "AKIA1"), &moved).unwrap();
    let line = "write File=.env AWS_REGION=eu-central-1 AWS_SESSION_TOKEN=(removed)";
    assert_eq!(plan.changes[0].to_string(), line);
    let untagged = State { dialect: Dialect::UserTagsOnly, ..nothing() };
    let plan = short(setup(&wanted(), &untagged, &Env::default()));
    assert!(plan.starts_with("CreatePolicy CreateUser TagUser AttachUserPolicy"), "{plan}");
}

#[test]
fn setup_tells_what_others_gave_to_the_user() {
    let mut state = there("AKIA1", "AKIA1");
    assert_eq!(setup(&wanted(), &state, &env("AKIA1")).unwrap(), Plan::default());
    let user = state.user.as_mut().unwrap();
    user.belongings.push("inline policy X".to_owned());
    user.attached.push(attached("Billing", Mark::Missing));
    let plan = setup(&wanted(), &state, &env("AKIA1")).unwrap();
    let note = |thing| {
        format!(
            "the user tintype-pics also has the {thing}, which setup did not make: it may do more \
             than the service needs"
        )
    };
    assert_eq!(plan.notes, [note("inline policy X"), note("attached policy Billing")]);
    assert_eq!(plan.changes, []);
}

#[test]
fn setup_changes_a_policy_within_five_versions() {
    for (found, calls) in [
        (&["v1"][..], "CreatePolicyVersion"),
        (&["v1", "v3", "v7", "v8"], "CreatePolicyVersion"),
        (&["v12", "v9", "v10", "v11", "v13"], "DeletePolicyVersion(v9) CreatePolicyVersion"),
    ] {
        let mut state = there("AKIA1", "AKIA1");
        let policy = state.policy.as_mut().unwrap();
        (policy.document, policy.versions) = (Value::Null, versions(found));
        assert_eq!(short(setup(&wanted(), &state, &env("AKIA1"))), calls, "{found:?}");
    }
}

#[test]
fn setup_finds_out_which_key_is_in_use() {
    for (keys, record, in_file, expected) in [
        ("", "", "", "TagUser(making) CreateAccessKey write TagUser((the new key))"),
        ("", "AKIA0", "AKIA0", "TagUser(making) CreateAccessKey write TagUser((the new key))"),
        // Stopped after the key was made, and after it was written down.
        (
            "AKIA1",
            "making",
            "",
            "DeleteAccessKey(AKIA1) TagUser(making) CreateAccessKey write TagUser((the new key))",
        ),
        ("AKIA1", "making", "AKIA1", "TagUser(AKIA1)"),
        ("AKIA1 AKIA2", "making:AKIA1", "AKIA1", "DeleteAccessKey(AKIA2) TagUser(AKIA1)"),
        ("AKIA1 AKIA2?", "rotating:AKIA1", "AKIA1", "DeleteAccessKey(AKIA2) TagUser(AKIA1)"),
        ("AKIA1 AKIA2!", "rotating:AKIA1", "AKIA1", "TagUser(AKIA1)"),
        ("AKIA1 AKIA2", "rotating:AKIA1", "AKIA2", "UpdateAccessKey(AKIA1) TagUser(AKIA2)"),
        // Left over, or of somebody who knows why.
        ("AKIA1- AKIA2", "AKIA2", "AKIA2", ""),
        (
            "AKIA1-",
            "AKIA1",
            "",
            "TagUser(making:AKIA1) CreateAccessKey write TagUser((the new key))",
        ),
        (
            "AKIA1",
            "AKIA1",
            "",
            "refused: the user tintype-pics has the key AKIA1, which is not in .env",
        ),
        (
            "AKIA1",
            "AKIA1",
            "AKIA9",
            "refused: the user tintype-pics has the key AKIA1, which is not in .env",
        ),
        (
            "AKIA1!",
            "making",
            "",
            "refused: the user tintype-pics has the key AKIA1, which is not in .env",
        ),
        ("AKIA1-", "AKIA1", "AKIA1", "refused: the key AKIA1 in .env is inactive"),
        ("AKIA1- AKIA2-", "AKIA2", "", "refused: the user tintype-pics has two keys already"),
    ] {
        let found = short(setup(&wanted(), &there(keys, record), &env(in_file)));
        let refused = expected.starts_with("refused") && found.starts_with(expected);
        assert!(found == expected || refused, "{keys}, {record}, {in_file}: {found}");
    }
    let half = Env { has_secret: false, ..env("AKIA1") };
    let found = short(setup(&wanted(), &there("AKIA1", "AKIA1"), &half));
    assert!(found.contains("without its secret"), "{found}");
}

#[test]
fn a_key_is_printed_once() {
    let key = AccessKeyId::told("AKIA1");
    let (nothing, printed) = (Env::printed(None), Env::printed(Some(&key)));
    let again = "TagUser(making) CreateAccessKey write TagUser((the new key))";
    for (keys, record, env, expected) in [
        ("", "", &nothing, again),
        ("AKIA1", "AKIA1", &nothing, ""),
        ("AKIA1", "making", &printed, "TagUser(AKIA1)"),
        ("AKIA1", "AKIA1", &printed, ""),
        ("AKIA1 AKIA2", "making:AKIA2", &printed, "TagUser(AKIA1)"),
    ] {
        let found = short(setup(&wanted(), &there(keys, record), env));
        assert_eq!(found, expected, "{keys}, {record}");
    }
    let plan = setup(&wanted(), &there("AKIA1", "AKIA1"), &nothing).unwrap();
    assert!(plan.notes.iter().any(|note| note.contains("its key AKIA1")), "{:?}", plan.notes);
}

#[test]
fn setup_makes_another_key_when_told() {
    let wanted = Setup { rotation: Rotation::Replace, ..wanted() };
    let another = "TagUser(making:AKIA1) CreateAccessKey write TagUser((the new key))";
    assert_eq!(short(setup(&wanted, &there("AKIA1", "AKIA1"), &env(""))), another);
    let found = short(setup(&wanted, &there("AKIA1", "AKIA1"), &env("AKIA1")));
    assert!(found.starts_with("TagUser(rotating:AKIA1) CreateAccessKey"), "{found}");
}

#[test]
fn rotate_replaces_the_key_in_the_file() {
    let make = |beside: &str| {
        format!(
            "TagUser(rotating:{beside}) CreateAccessKey PutObject write UpdateAccessKey({beside})"
        )
    };
    let settle = "TagUser((the new key))";
    for (keys, record, in_file, old, expected) in [
        ("AKIA1", "AKIA1", "AKIA1", OldKey::Deactivate, format!("{} {settle}", make("AKIA1"))),
        (
            "AKIA1",
            "AKIA1",
            "AKIA1",
            OldKey::Delete,
            format!("{} DeleteAccessKey(AKIA1) {settle}", make("AKIA1")),
        ),
        (
            "AKIA1- AKIA2",
            "AKIA2",
            "AKIA2",
            OldKey::Deactivate,
            format!("DeleteAccessKey(AKIA1) {} {settle}", make("AKIA2")),
        ),
        (
            "AKIA1 AKIA2",
            "rotating:AKIA1",
            "AKIA1",
            OldKey::Deactivate,
            format!("DeleteAccessKey(AKIA2) {} {settle}", make("AKIA1")),
        ),
        (
            "AKIA1 AKIA2",
            "rotating:AKIA1",
            "AKIA2",
            OldKey::Deactivate,
            "UpdateAccessKey(AKIA1) TagUser(AKIA2)".to_owned(),
        ),
        (
            "AKIA1- AKIA2",
            "rotating:AKIA1",
            "AKIA2",
            OldKey::Delete,
            "DeleteAccessKey(AKIA1) TagUser(AKIA2)".to_owned(),
        ),
        ("AKIA1", "making", "AKIA1", OldKey::Deactivate, format!("{} {settle}", make("AKIA1"))),
        (
            "AKIA1 AKIA2",
            "AKIA1",
            "AKIA1",
            OldKey::Deactivate,
            "refused: the user tintype-pics has two keys".to_owned(),
        ),
        (
            "AKIA1",
            "AKIA1",
            "",
            OldKey::Deactivate,
            "refused: .env holds no key of the user".to_owned(),
        ),
    ] {
        let (file, probe) = (".env".to_owned(), "s3://pics/probe".to_owned());
        let wanted = Rotate { user: UserName::of(&target()), old, file, probe };
        let found = short(rotate(&wanted, &there(keys, record), &env(in_file)));
        let found = found.replace("PutObject s3:GetObject s3:DeleteObject", "PutObject");
        let refused = expected.starts_with("refused") && found.starts_with(&expected);
        assert!(found == expected || refused, "{keys}, {record}, {in_file}: {found}");
    }
}

#[test]
fn rotate_deletes_no_key_that_is_in_use() {
    for (keys, expected) in [
        ("AKIA1 AKIA2?", "DeleteAccessKey(AKIA2) TagUser(rotating:AKIA1) CreateAccessKey"),
        ("AKIA1 AKIA2!", "refused: the user tintype-pics has two keys"),
    ] {
        let (user, old) = (UserName::of(&target()), OldKey::Deactivate);
        let (file, probe) = (".env".to_owned(), "s3://pics/probe".to_owned());
        let wanted = Rotate { user, old, file, probe };
        let found = short(rotate(&wanted, &there(keys, "rotating:AKIA1"), &env("AKIA1")));
        assert!(found.starts_with(expected), "{keys}: {found}");
    }
}

fn torn_down(state: &State, env: &Env) -> String {
    let wanted = Teardown { user: UserName::of(&target()), file: ".env".to_owned() };
    short(teardown(&wanted, state, env))
}

#[test]
fn teardown_removes_what_is_ours() {
    let user = "DetachUserPolicy DeletePolicy DeleteUser";
    assert_eq!(torn_down(&nothing(), &env("AKIA1")), "");
    let found = torn_down(&there("AKIA1- AKIA2", "AKIA2"), &env("AKIA2"));
    assert_eq!(found, format!("DeleteAccessKey(AKIA1) DeleteAccessKey(AKIA2) write {user}"));
    // The file holds another's key; the tag says that the key in the file is dead.
    let found = torn_down(&there("AKIA2", "AKIA2"), &env("AKIA9"));
    assert_eq!(found, format!("DeleteAccessKey(AKIA2) {user}"));
    assert_eq!(torn_down(&there("", "AKIA2"), &env("AKIA2")), format!("write {user}"));
    let mut old = there("", "");
    old.policy.as_mut().unwrap().versions = versions(&["v1", "v2"]);
    let found = torn_down(&old, &env(""));
    assert_eq!(found, "DetachUserPolicy DeletePolicyVersion(v1) DeletePolicy DeleteUser");
    let userless = State { user: None, ..there("", "") };
    assert_eq!(torn_down(&userless, &env("")), "DeletePolicy");
}

#[test]
fn what_others_did_makes_everything_stay() {
    type Doing = fn(&mut State);
    let cases: [(Doing, &str); 5] = [
        (
            |state| state.user.as_mut().unwrap().belongings.push("group staff".to_owned()),
            "group staff",
        ),
        (
            |state| state.user.as_mut().unwrap().attached.push(attached("Billing", Mark::Missing)),
            "attached policy Billing",
        ),
        (|state| state.user.as_mut().unwrap().record = KeyRecord::Missing, "active key AKIA1"),
        (
            |state| {
                let holders = ["user tintype-pics", "role web"].map(str::to_owned);
                state.policy.as_mut().unwrap().holders = holders.to_vec();
            },
            "role web",
        ),
        (|state| state.user.as_mut().unwrap().mark = Mark::Missing, "not made by tintype"),
    ];
    for (doing, told) in cases {
        let mut state = there("AKIA1", "AKIA1");
        doing(&mut state);
        let found = torn_down(&state, &env(""));
        assert!(found.starts_with("refused") && found.contains(told), "{found}");
    }
}

#[test]
fn teardown_leaves_a_key_that_was_there_before_what_was_begun() {
    assert!(torn_down(&there("AKIA1", "making"), &env("")).starts_with("DeleteAccessKey(AKIA1)"));
    let found = torn_down(&there("AKIA1", "making:AKIA1"), &env(""));
    assert!(found.starts_with("refused") && found.contains("active key AKIA1"), "{found}");
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let ours = |mark: &Mark| (mark.clone(), Mark::Ours);
    for (mark, user, policy) in [
        (
            Mark::Missing,
            "a user tintype-pics that was not made",
            "a policy tintype-pics that was not",
        ),
        (
            Mark::OfBucket("cats".to_owned()),
            "for the bucket cats: name another with --user",
            "for the bucket cats: name another with --policy-name",
        ),
    ] {
        let (theirs, mine) = ours(&mark);
        for (of_user, of_policy, told) in [(&theirs, &mine, user), (&mine, &theirs, policy)] {
            let mut state = there("AKIA1", "AKIA1");
            state.user.as_mut().unwrap().mark = of_user.clone();
            state.policy.as_mut().unwrap().mark = of_policy.clone();
            for found in
                [short(setup(&wanted(), &state, &env("AKIA1"))), torn_down(&state, &env("AKIA1"))]
            {
                assert!(found.starts_with("refused") && found.contains(told), "{found}");
            }
        }
    }
    let mut two = there("AKIA1", "AKIA1");
    two.user.as_mut().unwrap().attached.push(attached("other", Mark::Ours));
    let found = short(setup(&wanted(), &two, &env("AKIA1")));
    assert!(found.contains("has the policy other already"), "{found}");
}
