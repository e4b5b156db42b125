//! Where an S3 bucket's credentials, region and endpoint come from: AWS's standard places. These
//! are places of a process, so each case runs in a process of its own: this test binary, started
//! anew with another environment, which plays [`the_process_that_connects`].

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use tempfile::TempDir;
use tintype::bucket::{Bucket, ConnectError, Settings};
use tokio::net::TcpListener;
use tokio::task::{JoinSet, spawn_blocking};

use super::samples::key;
use crate::support::s3_double::{S3Double, settings_for};

/// Set in the process that connects, to the profile that its settings name, or to nothing.
const CHILD: &str = "TINTYPE_TEST_CONNECTS";

/// The token of a web identity, and of a pod.
const TOKEN: &str = "a-web-identity-token";

/// What the process prints: the time for connecting, and the outcome.
struct Outcome {
    elapsed: Duration,
    text: String,
}

/// Connects as the environment says, reads an object that is missing, and prints how it went. A
/// run without the variable is not that process.
#[tokio::test]
async fn the_process_that_connects() {
    let Some(profile) = std::env::var_os(CHILD) else {
        return;
    };
    let mut settings = Settings::new("s3://pics".parse().unwrap());
    settings.s3.profile = profile.into_string().ok().filter(|profile| !profile.is_empty());
    let start = Instant::now();
    let outcome = Bucket::connect(&settings).await;
    let elapsed = start.elapsed().as_millis();
    let text = match outcome {
        Ok(bucket) => {
            bucket.get(&key(&bucket), None).await.unwrap_err();
            bucket.describe()
        }
        Err(error @ ConnectError::NoCredentials { .. }) => format!("NoCredentials: {error}"),
        Err(error @ ConnectError::NoRegion) => format!("NoRegion: {error}"),
        Err(error) => format!("unexpected: {error:?}"),
    };
    println!("\n{CHILD}={elapsed} {text}");
}

/// Runs that process with nothing but `variables` in its environment, and `home` as its home.
async fn connect(home: &Path, variables: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "bucket::credentials::the_process_that_connects", "--nocapture"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home)
        .env(CHILD, "")
        .envs(variables.iter().copied());
    let output = spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let line = output.lines().find_map(|line| line.strip_prefix(CHILD)?.strip_prefix('='));
    let (elapsed, text) = line.unwrap_or_else(|| panic!("{output}")).split_once(' ').unwrap();
    Outcome { elapsed: Duration::from_millis(elapsed.parse().unwrap()), text: text.to_owned() }
}

/// The services that hand out credentials: the instance metadata, a container's, and STS.
async fn start_credential_services() -> (String, JoinSet<()>) {
    let json = |id: &str| {
        format!(
            r#"{{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC",
            "AccessKeyId":"{id}","SecretAccessKey":"secret","Token":"token",
            "Expiration":"2099-01-01T00:00:00Z"}}"#
        )
    };
    let sts = "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
        <AccessKeyId>AKIDWEB</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
        <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>\
        </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
    let (role, container, pod) = (json("AKIDROLE"), json("AKIDCONTAINER"), json("AKIDPOD"));
    // The agent of EKS gives a pod nothing without the pod's token.
    let agent = |headers: HeaderMap| async move {
        let knows = headers.get("authorization").is_some_and(|token| token == TOKEN);
        if knows { Ok(pod) } else { Err(StatusCode::UNAUTHORIZED) }
    };
    let ttl = [("x-aws-ec2-metadata-token-ttl-seconds", "21600")];
    let router = Router::new()
        .route("/latest/api/token", put(move || async move { (ttl, "token") }))
        .route("/latest/meta-data/iam/security-credentials/", get(|| async { "role" }))
        .route("/latest/meta-data/iam/security-credentials/role", get(|| async { role }))
        .route("/container", get(|| async { container }))
        .route("/pod", get(agent))
        .route("/", post(move || async move { sts }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, server)
}

#[tokio::test]
async fn credentials_come_from_the_standard_places() {
    let double = S3Double::start().await;
    let (services, _server) = start_credential_services().await;
    let (container, pod) = (format!("{services}/container"), format!("{services}/pod"));
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let config = "[profile keys]\naws_access_key_id=AKIDPROFILE\naws_secret_access_key=secret\n\
        [profile process]\ncredential_process=echo '{\"Version\":1,\"AccessKeyId\":\"AKIDPROCESS\",\
        \"SecretAccessKey\":\"secret\"}'\n";
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let token = home.path().join("token");
    std::fs::write(&token, TOKEN).unwrap();

    let cases: [(&str, &[(&str, &str)]); 7] = [
        ("AKIDENV", &[("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "secret")]),
        ("AKIDPROFILE", &[("AWS_PROFILE", "keys")]),
        ("AKIDPROCESS", &[("AWS_PROFILE", "process")]),
        (
            "AKIDWEB",
            &[
                ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
                ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web"),
                ("AWS_ENDPOINT_URL_STS", &services),
                ("AWS_REGION", "eu-west-1"),
            ],
        ),
        ("AKIDCONTAINER", &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container)]),
        (
            "AKIDPOD",
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &pod),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.to_str().unwrap()),
            ],
        ),
        (
            "AKIDROLE",
            &[
                ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &services),
                ("AWS_EC2_METADATA_DISABLED", "false"),
            ],
        ),
    ];
    for (id, variables) in cases {
        let endpoint = double.endpoint();
        let mut all =
            vec![("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_ENDPOINT_URL", endpoint.as_str())];
        all.extend(variables);
        let outcome = connect(home.path(), &all).await;
        assert!(outcome.text.starts_with("s3://pics"), "{id}: {}", outcome.text);
        let signed = double.requests().pop().unwrap();
        let expected = format!("Credential={id}/");
        assert!(signed.header("authorization").contains(&expected), "{id}: {:?}", signed.headers);
    }
}

#[tokio::test]
async fn region_and_endpoint_come_from_the_profile() {
    let double = S3Double::start().await;
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let config = format!(
        "[default]\naws_access_key_id=AKID\naws_secret_access_key=secret\nregion=eu-north-1\n\
         endpoint_url={}\n",
        double.endpoint()
    );
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let outcome = connect(home.path(), &[("AWS_EC2_METADATA_DISABLED", "true")]).await;
    assert_eq!(outcome.text, format!("s3://pics (bucket pics at {})", double.endpoint()));
    let signed = double.requests().pop().unwrap();
    assert!(signed.header("authorization").contains("/eu-north-1/s3/"), "{:?}", signed.headers);
}

#[tokio::test]
async fn that_there_are_no_credentials_is_known_within_a_second() {
    let home = TempDir::new().unwrap();
    // It takes connections and never says a word, as the metadata address does inside some
    // networks.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = (format!("http://{}", silent.local_addr().unwrap()), silent);
    for variables in [
        [("AWS_EC2_METADATA_DISABLED", "true")],
        [("AWS_EC2_METADATA_SERVICE_ENDPOINT", silent.0.as_str())],
    ] {
        let outcome = connect(home.path(), &variables).await;
        assert!(outcome.text.starts_with("NoCredentials"), "{variables:?}: {}", outcome.text);
        assert!(outcome.text.contains("AWS_ACCESS_KEY_ID"), "{}", outcome.text);
        assert!(outcome.elapsed < Duration::from_secs(1), "{variables:?}: {:?}", outcome.elapsed);
    }
}

#[tokio::test]
async fn amazon_has_to_be_told_the_region() {
    let home = TempDir::new().unwrap();
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let outcome = connect(home.path(), &keys).await;
    assert!(outcome.text.starts_with("NoRegion"), "{}", outcome.text);
    assert!(outcome.text.contains("AWS_REGION"), "{}", outcome.text);
}

#[tokio::test]
async fn half_a_key_is_told_by_the_name_of_the_missing_variable() {
    let whole = settings_for("http://127.0.0.1:1");
    let (mut no_secret, mut no_id) = (whole.clone(), whole);
    no_secret.s3.keys.secret_access_key = None;
    no_id.s3.keys.access_key_id = None;
    for (settings, missing) in
        [(no_secret, "AWS_SECRET_ACCESS_KEY is not"), (no_id, "AWS_ACCESS_KEY_ID is not")]
    {
        let error = Bucket::connect(&settings).await.unwrap_err();
        assert!(matches!(error, ConnectError::HalfCredential(_)), "{error:?}");
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[tokio::test]
async fn the_settings_can_name_the_profile() {
    let double = S3Double::start().await;
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    let config = format!(
        "[profile photos]\naws_access_key_id=AKIDPHOTOS\naws_secret_access_key=secret\n\
         region=eu-west-3\nendpoint_url={}\n",
        double.endpoint()
    );
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    let variables = [("AWS_EC2_METADATA_DISABLED", "true"), (CHILD, "photos")];
    let outcome = connect(home.path(), &variables).await;
    assert!(outcome.text.starts_with("s3://pics"), "{}", outcome.text);
    let signed = double.requests().pop().unwrap();
    let authorization = signed.header("authorization");
    assert!(authorization.contains("Credential=AKIDPHOTOS/"), "{authorization}");
    assert!(authorization.contains("/eu-west-3/s3/"), "{authorization}");
}
