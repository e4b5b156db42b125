//! `tintype settings`: every setting with its variable and default, for people and for
//! `docs/configuration.md`.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Exit, Failure, terminal};
use crate::config::{SETTINGS, Scope, Setting};

pub(super) fn command() -> Command {
    Command::new("settings").about("Lists every setting").arg(
        Arg::new("markdown")
            .long("markdown")
            .action(ArgAction::SetTrue)
            .help("As the page docs/configuration.md"),
    )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Exit, Failure> {
    if matches.get_flag("markdown") {
        terminal::say(markdown().trim_end())?;
    } else {
        for setting in SETTINGS {
            terminal::say(&line(setting))?;
        }
    }
    Ok(Exit::Success)
}

fn line(setting: &Setting) -> String {
    let default = setting.default.unwrap_or("-");
    format!("--{:<22} {:<30} {default:<16} {}", setting.flag, setting.variable, setting.help)
}

fn markdown() -> String {
    let rows: String = SETTINGS.iter().map(row).collect();
    format!("{PREAMBLE}{rows}{POSTAMBLE}")
}

fn row(setting: &Setting) -> String {
    let default = setting.default.map_or_else(String::new, |default| format!("`{default}`"));
    let commands = match setting.scope {
        Scope::Serve => "`serve`, `doctor`",
        Scope::Storage | Scope::Log => "`serve`, `reconcile`, `check`, `doctor`",
        Scope::Client => "`upload`, `list`, `show`, `get`, `delete`",
    };
    format!(
        "| `--{}` | `{}` | {default} | {commands} | {} |\n",
        setting.flag,
        setting.variable,
        setting.help.replace('|', "\\|")
    )
}

const PREAMBLE: &str = "\
# Configuration

<!-- Made by `tintype settings --markdown > docs/configuration.md`; a test holds the two together. -->

Every setting is a flag and an environment variable.
A flag wins over the environment, and the environment wins over `.env` in the working directory.
An empty value counts as not set.
All faults are told together, before anything listens.
Sizes are written as `20MiB` or `500kB`, durations as `10s`, `1500ms` or `2min` (a time-out is a day at the most), switches as `true` or `false`.

| Flag | Variable | Default | Commands | Meaning |
| --- | --- | --- | --- | --- |
";

const POSTAMBLE: &str = "
## AWS settings

They keep AWS's own names and are read where the bucket is `s3://`.

| Variable | Meaning |
| --- | --- |
| `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | A key. Half of one is an error. |
| `AWS_PROFILE`, `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE` | A profile: keys, SSO, `credential_process`, a role to assume, a region, an endpoint. |
| `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` | A role by web identity, as EKS sets them. |
| `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_CREDENTIALS_FULL_URI` | A role of a container, as ECS sets them. |
| `AWS_EC2_METADATA_DISABLED` | `true` keeps the chain from asking the instance for its role, which it does last. |
| `AWS_REGION`, `AWS_DEFAULT_REGION` | The region. |
| `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` | An S3 service that is not Amazon's. |

Credentials are found in this order: environment, profile, web identity, container, instance.
They are renewed five minutes before they end.

## Traces

A build with the feature `otlp` reads OpenTelemetry's own variables, such as `OTEL_EXPORTER_OTLP_ENDPOINT`; [operations.md](operations.md#traces) has them.

## Bounds that are not settings

| Bound | Value |
| --- | --- |
| Boundary of a form | 70 bytes (RFC 2046) |
| What stands before the first boundary | 1 KiB |
| Head of a part | 8 KiB, 32 headers |
| Parts of a form; text parts | 128, or 64 and `--max-batch-files`; 64 |
| Values in `metadata`, however deep | 512 |
| Levels of `metadata`, itself counted | 64 |
| Name of a part | 100 bytes |
| All text parts together | four times `--max-field-size` |
| What a form adds around its file, where its length is announced | 1 MiB |
| A file name, which is cut | 255 bytes |
| Pixels of all frames of an animation | 100 million |
| `Idempotency-Key` | 255 characters, kept 24 h |
| Body of a PATCH | 256 KiB |
| A page of the listing | 50, at most 200; fewer when they take more than about 1 MiB |
| A refused body is read on for | 128 MiB or 15 s, 256 of them at a time |
| What a connection buffers | 64 KiB each way |
| What one read of an image holds | 512 KiB, of the memory budget |
| The share of the memory budget that only reads use | an eighth, at least 512 KiB and at most 32 MiB |
| A side of a variant; rungs of `--variant-widths`; named variants; letters of a name | 8192 pixels; 64; 64; 32 |
| Variants of an image | 100 |
| Variants whose originals are read ahead, for each of `--variant-workers` | 2 |
| Variants that are stored at a time; more are not stored | 64 |
| The largest variant that is kept in memory | an eighth of `--variant-cache` |
| A delete, or the first byte of a read, from the bucket, all tries together | 20 s |
| A silence in the middle of a read from the bucket | 20 s |
| A connection to the bucket | 3 s |
| Tries of one request to the bucket | 4, and no new one after half of the PUT deadline |
| One try of a PUT | four tenths of the PUT deadline |
| A connection to the catalog; one statement | 3 s; 5 s |
| Writes to SQLite that wait; that share a commit | 256; 64 |
| Lookups that wait; that share a statement; such statements at a time | 256; 32; 1 on SQLite, 2 on PostgreSQL |
| Rows that one replica deletes at a time | 8 |
| A request id that is taken over | 64 characters |
| A connection to IAM; one try of a request; all tries together | 3 s; 10 s; 30 s |
| Tries of a request to IAM | 3; one for `CreateAccessKey` |
| Rounds of `iam setup`, `rotate` and `teardown`, where what failed may pass | 7, the last of which begins after pauses of 15.75 s |
| Entries that are read of one listing of IAM | 10,000 |
| A new key is tried out for | 60 s |
| Tries of one change by `--create-bucket` | 6, the last after pauses of 6.2 s |
| A policy; its versions, which are IAM's bounds | 6144 characters; 5 |
| Unfinished uploads in parts, in a bucket by `--create-bucket`, end after | 7 days |
| A question of `doctor` to STS or IAM | 5 s, one try |
| All that `doctor` does with the catalog | 20 s |
| A clock that `doctor` does not warn of is off by less than | 60 s |
| What `doctor` and `iam` read of one answer of the bucket's service | 1 MiB |
| A `.env` that `iam` changes; copies of it that stay beside it | 1 MiB; 10 |
";
