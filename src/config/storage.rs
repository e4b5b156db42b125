//! Where bytes and records live: the settings of bucket and catalog.

use std::env;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::values::{Values, name};
use crate::bucket::{self, Addressing, Checksum, Endpoint, InstanceRole, Keys, S3Settings};
use crate::catalog;
use crate::reconcile::SweepRule;

pub(super) struct Storage {
    pub(super) bucket: bucket::Settings,
    pub(super) catalog: catalog::Settings,
    pub(super) sweep: SweepRule,
}

pub(super) fn read(values: &mut Values<'_>) -> Option<Storage> {
    let data_dir = values.text("data-dir").map(PathBuf::from).unwrap_or_default();
    // Absolute, so that what is told at start can be found from anywhere.
    let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
    let bucket = bucket(values, &data_dir);
    let catalog = catalog(values, &data_dir);
    let margin = values.duration("sweep-margin");
    let (bucket, margin) = (bucket?, margin?);
    let sweep = SweepRule::new(bucket.limits.put_deadline, margin)
        .map_err(|error| values.faults.add(name("sweep-margin"), &error))
        .ok();
    Some(Storage { bucket, catalog: catalog?, sweep: sweep? })
}

/// The words for how a bucket is named in a request.
pub(crate) const ADDRESSINGS: [(&str, Addressing); 3] =
    [("auto", Addressing::Auto), ("path", Addressing::Path), ("virtual", Addressing::Virtual)];

/// The words for the checksums.
pub(crate) const CHECKSUMS: [(&str, Checksum); 4] = [
    ("auto", Checksum::Auto),
    ("crc64nvme", Checksum::Crc64Nvme),
    ("sha256", Checksum::Sha256),
    ("off", Checksum::Off),
];

fn bucket(values: &mut Values<'_>, data_dir: &Path) -> Option<bucket::Settings> {
    let location = match values.text("bucket") {
        Some(text) => values.read("bucket", &text, str::parse),
        None => Some(bucket::Location::Directory { path: data_dir.join("bucket") }),
    };
    let put_deadline = values.duration("put-deadline");
    let is_s3 = matches!(location, Some(bucket::Location::S3 { .. }));
    let s3 = if is_s3 { s3(values) } else { Some(S3Settings::default()) };
    let limits = bucket::Limits { put_deadline: put_deadline?, ..bucket::Limits::default() };
    Some(bucket::Settings { location: location?, limits, s3: s3? })
}

fn s3(values: &mut Values<'_>) -> Option<S3Settings> {
    let addressing = values.word("s3-addressing", "path, virtual or auto", &ADDRESSINGS);
    let checksum = values.word("s3-checksum", "crc64nvme, sha256, off or auto", &CHECKSUMS);
    let provider = match values.text("provider") {
        Some(text) => values.read("provider", text.trim(), str::parse).map(Some),
        None => Some(None),
    };
    let endpoint = endpoint(values);
    let keys = keys(values);
    Some(S3Settings {
        endpoint: endpoint?,
        region: region(),
        profile: variable("AWS_PROFILE"),
        keys: keys?,
        instance_role: instance_role(),
        provider: provider?,
        addressing: addressing?,
        checksum: checksum?,
    })
}

/// The region that the environment names.
pub(crate) fn region() -> Option<String> {
    variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"))
}

/// `None` when it is at fault, `Some(None)` when there is none.
fn endpoint(values: &mut Values<'_>) -> Option<Option<Endpoint>> {
    // Commands that take it want it to win over every variable.
    if let Some(text) = values.text("endpoint-url") {
        let endpoint = text.parse().map_err(|error| values.faults.add("--endpoint-url", &error));
        return endpoint.ok().map(Some);
    }
    endpoint_of(values, "AWS_ENDPOINT_URL_S3")
}

/// The endpoint of one of AWS's services: its own variable, else the one for all. `None` when it is
/// at fault, `Some(None)` when there is none.
pub(super) fn endpoint_of(
    values: &mut Values<'_>,
    of_service: &'static str,
) -> Option<Option<Endpoint>> {
    for variable_name in [of_service, "AWS_ENDPOINT_URL"] {
        let Some(text) = variable(variable_name) else { continue };
        let endpoint = text.parse().map_err(|error| values.faults.add(variable_name, &error));
        return endpoint.ok().map(Some);
    }
    Some(None)
}

pub(super) fn keys(values: &mut Values<'_>) -> Option<Keys> {
    let keys = Keys {
        access_key_id: variable("AWS_ACCESS_KEY_ID"),
        secret_access_key: variable("AWS_SECRET_ACCESS_KEY").map(SecretString::from),
        session_token: variable("AWS_SESSION_TOKEN").map(SecretString::from),
    };
    if let Err(error) = keys.check() {
        values.faults.add("access key", &error);
        return None;
    }
    Some(keys)
}

pub(super) fn instance_role() -> InstanceRole {
    match variable("AWS_EC2_METADATA_DISABLED") {
        Some(text) if text.eq_ignore_ascii_case("true") => InstanceRole::Never,
        Some(_) | None => InstanceRole::Ask,
    }
}

fn catalog(values: &mut Values<'_>, data_dir: &Path) -> Option<catalog::Settings> {
    let location = match values.text("database") {
        Some(text) => values.read("database", &text, str::parse),
        None => Some(catalog::Location::Sqlite { path: data_dir.join("catalog.db") }),
    };
    let connections = values.number::<u32>("database-connections");
    let connections = connections.and_then(|number| number.try_into().ok());
    Some(catalog::Settings { connections: connections?, ..catalog::Settings::new(location?) })
}

/// A variable that is set and not empty: an empty line in an `.env` means "not set".
pub(super) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this module is where the environment is read")]
    let value = env::var(name);
    value.ok().filter(|value| !value.is_empty())
}
