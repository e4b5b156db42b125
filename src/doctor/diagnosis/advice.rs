//! From a cause to what it means here, and the one line that changes it.

use crate::bucket::{Addressing, Checksum, Endpoint};

use super::cause::{Cause, Dialect, Region, Stranger};
use super::denial::Denial;
use super::facts::Facts;
use super::secret::KeyFlaw;
use super::silence::Silence;
use crate::doctor::Advice;

/// What to do about a clock.
pub(super) const SET_THE_CLOCK: &str =
    "let the system keep the time, such as by `timedatectl set-ntp true`";

/// The meaning of a cause and what to do about it.
pub(in crate::doctor) fn advise(cause: &Cause, facts: &Facts) -> Advice {
    match cause {
        Cause::Silent(silence, causes) => silent(*silence, causes, facts),
        Cause::Stranger(stranger) => strange(*stranger, facts),
        Cause::OtherStyle(style) => other_style(*style, facts),
        Cause::Skewed => Advice::new(
            "This machine's clock is so far off that no signature holds.",
            SET_THE_CLOCK,
        ),
        Cause::UnknownKey | Cause::WrongSecret | Cause::BadToken if facts.flaw.is_some() => {
            flawed(facts)
        }
        Cause::UnknownKey => unknown_key(facts),
        Cause::WrongSecret => wrong_secret(facts),
        Cause::Expired => Advice::new(
            "These are temporary credentials, and their time is over.",
            "get new ones, or let the service have a role or a profile that renews them",
        ),
        Cause::BadToken => Advice::new(
            "AWS_SESSION_TOKEN does not belong to this access key.",
            "set all three of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN \
             anew; a key of a user has no session token",
        ),
        Cause::Account => Advice::new(
            "The account that this key belongs to is closed, unpaid or not signed up.",
            "look at the account in the console of the service",
        ),
        Cause::OtherRegion(region) => other_region(region.as_ref(), facts),
        Cause::NoBucket => no_bucket(facts),
        Cause::Denied(denial) => denied(denial, facts),
        Cause::Kms(denial) => kms(denial, facts),
        Cause::Acl => acl(facts),
        Cause::Checksum(dialect) => checksum(*dialect, facts),
        Cause::Locked => Advice::new(
            "An object lock keeps what was put, so deleted images stay in the bucket.",
            "use a bucket without a default retention",
        ),
        Cause::Full => Advice::new(
            "The bucket takes no more: a quota or the disk is full.",
            "raise the quota, or make room",
        ),
        Cause::Throttled => Advice::new(
            "The service asks for fewer requests.",
            "try again later; if it goes on, ask for a higher limit",
        ),
        Cause::Faulty => Advice::new(
            "The service has a fault of its own.",
            "try again later; its own log or status page says more",
        ),
        Cause::Lost => Advice::new(
            format!("What was put a moment ago is not there: {} lost it.", facts.place()),
            "use a service that shows an object as soon as it has taken it",
        ),
        Cause::Other(words) => other(words),
    }
}

fn silent(silence: Silence, causes: &str, facts: &Facts) -> Advice {
    let place = facts.place();
    match silence {
        Silence::Closed => Advice::new(
            format!("Nobody listens at {place}."),
            "start the service there, or set AWS_ENDPOINT_URL_S3 to where it is",
        ),
        Silence::NoHost if facts.is_in_host => Advice::new(
            format!("There is no host {}.{}.", facts.bucket, host(facts)),
            "set AWS_ENDPOINT_URL_S3 to where the service is, or TINTYPE_S3_ADDRESSING=path",
        ),
        Silence::NoHost => Advice::new(
            format!("There is no host {}.", host(facts)),
            "correct AWS_ENDPOINT_URL_S3 or AWS_REGION, or the machine's DNS",
        ),
        Silence::Certificate => Advice::new(
            format!("The certificate of {place} is not trusted by this machine: {causes}"),
            "add its authority to the system's certificates, or name the service as the \
             certificate does",
        ),
        Silence::NoTls => Advice::new(
            format!("{place} does not speak TLS."),
            format!("set AWS_ENDPOINT_URL_S3={}", place.replacen("https:", "http:", 1)),
        ),
        Silence::TooLate => Advice::new(
            format!("{place} did not answer in time."),
            "look whether a firewall or a missing route or VPC endpoint is in the way",
        ),
        Silence::Broken => Advice::new(
            format!("The connection to {place} broke: {causes}"),
            "look at what is on the way there: a proxy, a balancer, the service's own log",
        ),
    }
}

fn host(facts: &Facts) -> String {
    let named = facts.endpoint.as_ref().and_then(Endpoint::host);
    named.map_or_else(|| format!("s3.{}.amazonaws.com", facts.region), str::to_owned)
}

fn strange(stranger: Stranger, facts: &Facts) -> Advice {
    let place = facts.place();
    let wrong = "set AWS_ENDPOINT_URL_S3 to the address of the S3 API";
    match stranger {
        Stranger::Page => Advice::new(
            format!("A page for people is at {place}, not the API of an S3 service."),
            wrong,
        ),
        Stranger::Json => Advice::new(format!("Another API than S3's is at {place}."), wrong),
        Stranger::WantsTls => Advice::new(
            format!("The server at {place} wants TLS."),
            format!("set AWS_ENDPOINT_URL_S3={}", place.replacen("http:", "https:", 1)),
        ),
        Stranger::Console => Advice::new(
            format!("The console of the service is at {place}; its API is on another port."),
            "set AWS_ENDPOINT_URL_S3 to the port of the API; MinIO's is 9000 unless it was changed",
        ),
        Stranger::Unknown => {
            Advice::new(format!("What answers at {place} does not speak as S3 does."), wrong)
        }
    }
}

fn other_style(style: Addressing, facts: &Facts) -> Advice {
    let (word, meaning) = match style {
        Addressing::Virtual => ("virtual", "wants the bucket in the host name, not in the path"),
        Addressing::Path | Addressing::Auto => {
            ("path", "wants the bucket in the path, not in the host name")
        }
    };
    Advice::new(
        format!("{} {meaning}; asked in that way, it knows the bucket.", facts.place()),
        format!("set TINTYPE_S3_ADDRESSING={word}"),
    )
}

fn flawed(facts: &Facts) -> Advice {
    match facts.flaw {
        Some(KeyFlaw::Wrapped(variable)) => Advice::new(
            format!("{variable} has white space or quotes around it, which no key has."),
            format!(
                "set {variable} without them: `docker run --env-file`, for one, takes quotes for \
                 a part of the value"
            ),
        ),
        Some(KeyFlaw::NoToken) | None => Advice::new(
            "This is a temporary access key, and its session token is not set.",
            "set AWS_SESSION_TOKEN too",
        ),
    }
}

fn unknown_key(facts: &Facts) -> Advice {
    let place = facts.place();
    if facts.is_amazon() {
        return Advice::new(
            "Amazon knows no such access key: it was deleted, or is another partition's.",
            facts.least_key(),
        );
    }
    Advice::new(
        format!("{place} knows no such access key."),
        format!("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key of {place}"),
    )
}

fn wrong_secret(facts: &Facts) -> Advice {
    let new_key = match facts.setup() {
        Some(_) => "`tintype iam rotate` makes a new key",
        None => "make a new key",
    };
    Advice::new(
        "The secret is not the one that goes with this key id, or something on the way, such as a \
         proxy, changes requests.",
        format!(
            "set AWS_SECRET_ACCESS_KEY to the secret of this AWS_ACCESS_KEY_ID; a lost secret \
             cannot be shown again: {new_key}"
        ),
    )
}

fn other_region(region: Option<&Region>, facts: &Facts) -> Advice {
    let (bucket, signed) = (&facts.bucket, &facts.region);
    let Some(Region { name, is_proved }) = region else {
        return Advice::new(
            format!("The region {signed} is not the one of the bucket {bucket}."),
            with_preset("set AWS_REGION to the region of the bucket", facts),
        );
    };
    let proof = if *is_proved { "; asked for there, it answers" } else { "" };
    Advice::new(
        format!("The bucket {bucket} is in {name}, not in {signed}{proof}."),
        format!("set AWS_REGION={name}"),
    )
}

fn no_bucket(facts: &Facts) -> Advice {
    let make = match facts.setup() {
        Some(setup) if facts.is_amazon() => format!("make the bucket: `{setup} --create-bucket`"),
        Some(_) | None => "make the bucket there".to_owned(),
    };
    Advice::new(
        format!("{} has no bucket {}.", facts.place(), facts.bucket),
        format!("correct TINTYPE_BUCKET, or {make}"),
    )
}

fn denied(denial: &Denial, facts: &Facts) -> Advice {
    let Denial { action, resource, because } = denial;
    let missing = format!("These credentials lack {action} on {resource}");
    match because {
        Some(because) if denial.is_explicit() => Advice::new(
            format!("{missing}: {because} forbids it."),
            "take the deny away; allowing it elsewhere does not help. A bucket policy that wants \
             an ACL has to go: Tintype sends none",
        ),
        Some(because) => Advice::new(format!("{missing}: {because}."), allow(denial, facts)),
        None => Advice::new(format!("{missing}."), allow(denial, facts)),
    }
}

fn allow(denial: &Denial, facts: &Facts) -> String {
    let Denial { action, resource, .. } = denial;
    format!("allow {action} on {resource}, or {}", facts.least_key())
}

fn kms(denial: &Denial, facts: &Facts) -> Advice {
    let Denial { action, resource, because } = denial;
    let key = if resource.is_empty() { "ARN-OF-THE-KEY" } else { resource };
    let on = if resource.is_empty() { "the KMS key of the bucket" } else { resource };
    let because = because.as_ref().map_or_else(String::new, |because| format!(": {because}"));
    Advice::new(
        format!(
            "The bucket encrypts with a key of KMS, and these credentials lack {action} on \
             {on}{because}."
        ),
        match facts.setup() {
            // The command sets the whole policy, so what it was given before would go.
            Some(setup) => {
                format!("`{setup} --with kms={key}`, and the `--with` that it was made with")
            }
            None => format!("allow {action} on {on}, in the way of {}", facts.place()),
        },
    )
}

fn acl(facts: &Facts) -> Advice {
    Advice::new(
        "The bucket takes no ACL. Tintype sends none, so something on the way adds one.",
        format!(
            "take the header x-amz-acl away at the proxy before {}; public images need a bucket \
             policy, not an ACL",
            facts.place()
        ),
    )
}

fn checksum(dialect: Dialect, facts: &Facts) -> Advice {
    match dialect {
        Dialect::Refuses if facts.checksum == Checksum::Off => Advice::new(
            "The service refuses the signature of the body, the one proof that every request has.",
            "look at the proxy before the service, which may change bodies",
        ),
        Dialect::Refuses => Advice::new(
            format!("{} does not take the checksum that goes with a body.", facts.place()),
            with_preset("set TINTYPE_S3_CHECKSUM=off", facts),
        ),
        Dialect::Requires => Advice::new(
            "The bucket takes no body without a checksum, as where an object lock is on.",
            "set TINTYPE_S3_CHECKSUM=sha256; a locked object cannot be deleted, so a bucket \
             without a lock is better",
        ),
    }
}

/// Adds the preset that does the same, if the service was recognised.
fn with_preset(fix: &str, facts: &Facts) -> String {
    match facts.preset {
        Some(provider) => format!("{fix}, or TINTYPE_PROVIDER={provider}"),
        None => fix.to_owned(),
    }
}

fn other(words: &str) -> Advice {
    let words = words.trim();
    if words.is_empty() {
        Advice::of("The service says no more than that.")
    } else {
        Advice::of(format!("The service says: {words}"))
    }
}
