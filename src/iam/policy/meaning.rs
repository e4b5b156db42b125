//! What a policy document allows, whatever its spelling, so that two can be compared. The grammar is
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::VERSION;

/// One action on one resource. The names of actions and of condition keys are the same in capitals
/// and small letters.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grant {
    action: String,
    resource: String,
    condition: Condition,
}

/// Operator and key, with the values of which one has to match.
type Condition = BTreeMap<(String, String), BTreeSet<String>>;

/// Everything that `document` allows; nothing when it does more than allow actions on resources,
/// since it is then no policy of ours.
pub(super) fn of(document: &Value) -> Option<BTreeSet<Grant>> {
    if document.get("Version")?.as_str()? != VERSION {
        return None;
    }
    let mut grants = BTreeSet::new();
    for statement in one_or_many(document.get("Statement")?) {
        grants.extend(grants_of(statement.as_object()?)?);
    }
    Some(grants)
}

/// The resources of what a statement allows beyond `kept`; nothing when it does more than allow.
pub(super) fn lost(statement: &Value, kept: &BTreeSet<Grant>) -> Option<BTreeSet<String>> {
    let grants = grants_of(statement.as_object()?)?.into_iter();
    Some(grants.filter(|grant| !kept.contains(grant)).map(|grant| grant.resource).collect())
}

fn grants_of(statement: &Map<String, Value>) -> Option<Vec<Grant>> {
    let known = ["Sid", "Effect", "Action", "Resource", "Condition"];
    if statement.keys().any(|key| !known.contains(&key.as_str()))
        || statement.get("Effect")? != "Allow"
    {
        return None;
    }
    let actions = texts(statement.get("Action")?)?;
    let resources = texts(statement.get("Resource")?)?;
    let condition = statement.get("Condition").map_or(Some(Condition::new()), condition)?;
    let pairs = actions.iter().flat_map(|action| resources.iter().map(move |on| (action, on)));
    let grant = |(action, resource): (&String, &String)| Grant {
        action: action.to_lowercase(),
        resource: resource.clone(),
        condition: condition.clone(),
    };
    Some(pairs.map(grant).collect())
}

fn condition(value: &Value) -> Option<Condition> {
    let mut condition = Condition::new();
    for (operator, keys) in value.as_object()? {
        for (key, values) in keys.as_object()? {
            condition.insert((operator.clone(), key.to_lowercase()), texts(values)?);
        }
    }
    Some(condition)
}

fn texts(value: &Value) -> Option<BTreeSet<String>> {
    one_or_many(value).iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

/// The elements of a list, or the one thing that stands for a list of itself.
pub(super) fn one_or_many(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}
