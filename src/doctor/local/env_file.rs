//! Who may read the file `.env` of the working directory, if there are secrets in it.

use std::fs;
use std::path::Path;

use url::Url;

use crate::doctor::{Advice, Row, Scope, Step};
use crate::env_file;
#[cfg(feature = "iam")]
use crate::env_file::{EnvFile, EnvFileError};

/// Variables whose every value is a secret.
const SECRETS: [&str; 3] =
    ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "OTEL_EXPORTER_OTLP_HEADERS"];

/// Examines the file's rights; git is asked only when everything is examined, because a service that
/// starts should start no other program.
pub(super) fn examine(scope: &Scope) -> Row {
    let row = Row::of(Step::EnvFile, "closed to others");
    let path = Path::new(env_file::NAME);
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return row.good("there is none");
        }
        Err(error) => return row.not_examined(error.to_string()),
    };
    if !holds_secrets(&text) {
        return row.good("no secrets in it");
    }
    match env_file::exposure(path) {
        Ok(Some(exposure)) => {
            let advice = Advice::new(format!("{exposure}."), exposure.fix());
            row.warning("open to others", advice)
        }
        Ok(None) if matches!(scope, Scope::Quick) => row.good("closed"),
        Ok(None) => match in_repository(path) {
            Some(fix) => {
                let meaning = "Whoever gets the repository gets the secrets in it.";
                row.warning("git may take it", Advice::new(meaning, fix))
            }
            None => row.good("closed"),
        },
        Err(error) => row.not_examined(error.to_string()),
    }
}

/// What to do about a file that git has, or would take.
#[cfg(feature = "iam")]
fn in_repository(path: &Path) -> Option<String> {
    match EnvFile::read(path).and_then(|file| file.check_safe()) {
        Ok(not_ignored) => not_ignored.map(|warning| warning.to_string()),
        Err(error @ EnvFileError::Tracked { .. }) => Some(error.to_string()),
        // Whether the file could be written, or git be asked, is nothing to a service that reads it.
        Err(_) => None,
    }
}

/// Only the commands that write secrets into the file know how to ask git.
#[cfg(not(feature = "iam"))]
const fn in_repository(_: &Path) -> Option<String> {
    None
}

fn holds_secrets(text: &[u8]) -> bool {
    env_file::values(text).any(|(name, value)| match name.as_str() {
        "TINTYPE_DATABASE" | "TINTYPE_URL" => holds_password(&value),
        name => SECRETS.contains(&name) && !value.is_empty(),
    })
}

/// A password may stand before the host, or among the parameters.
fn holds_password(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_value_and_not_a_name() {
        let table = [
            ("TINTYPE_LISTEN=127.0.0.1:80\n# AWS_SECRET_ACCESS_KEY=x\n#AWS_SESSION_TOKEN=x", false),
            ("AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=\nAWS_SESSION_TOKEN=''", false),
            ("  export AWS_SECRET_ACCESS_KEY = 'x'", true),
            ("AWS_SESSION_TOKEN=x", true),
            ("\u{feff}AWS_SESSION_TOKEN=x", true),
            ("TINTYPE_LISTEN=two words\nAWS_SESSION_TOKEN=x", true),
            ("A='\nAWS_SESSION_TOKEN=x\n'", false),
            ("TINTYPE_DATABASE=sqlite:///data/c.db", false),
            ("TINTYPE_DATABASE=postgres://tintype@db/photos", false),
            ("TINTYPE_DATABASE=postgres://tintype:x@db/photos", true),
            ("TINTYPE_DATABASE=\"postgres://db/photos?user=u&password=x\"", true),
        ];
        for (text, expected) in table {
            assert_eq!(holds_secrets(text.as_bytes()), expected, "{text}");
        }
    }
}
