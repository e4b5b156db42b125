//! What `tintype iam policy` prints is taken by the tools that it is printed for, and means the same
//! in all of them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path as File;
use std::process::{Output, Stdio};

use object_store::path::Path;
use object_store::{Error, ObjectStoreExt as _};
use tempfile::TempDir;
use tokio::process::Command;

use crate::moto::{Key, Moto, python, python_tool};
use crate::support::catalogs::environment;
use crate::support::process::Site;

const BUCKETS: [&str; 2] = ["pics", "my.pics-2"];
const PREFIXES: [&str; 2] = ["", "a/b-c_d.e"];
const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];
const ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const FORMATS: [(&str, &str); 4] =
    [("json", "json"), ("terraform", "tf"), ("cloudformation", "yaml"), ("cli", "sh")];

/// Every combination of extras that is worth a case, for a partition.
fn extras(partition: &str) -> [Vec<String>; 5] {
    let key = |account: &str| format!("kms=arn:{partition}:kms:eu-central-1:{account}:key/{ID}");
    let (one, two) = (key("111122223333"), key("444455556666"));
    let [list, multipart] = ["list", "multipart"].map(str::to_owned);
    [
        vec![],
        vec![list.clone()],
        vec![multipart.clone()],
        vec![one.clone()],
        vec![list, multipart, one, two],
    ]
}

/// Prints a policy in a format.
async fn printed(arguments: &[&str]) -> String {
    let ended = Site::embedded().run(&[&["iam", "policy"], arguments].concat()).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended}");
    ended.stdout
}

/// Four files for every bucket, prefix, partition and choice of extras.
async fn every_case() -> (TempDir, usize) {
    let (folder, mut cases) = (tempfile::tempdir().unwrap(), 0);
    for (bucket, prefix, partition) in combinations() {
        for extras in extras(partition) {
            let mut arguments = vec!["--bucket", bucket, "--partition", partition];
            arguments.extend(if prefix.is_empty() { vec![] } else { vec!["--prefix", prefix] });
            arguments.extend(extras.iter().flat_map(|extra| ["--with", extra]));
            write_case(folder.path(), cases, &arguments).await;
            cases += 1;
        }
    }
    (folder, cases)
}

fn combinations() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    BUCKETS.into_iter().flat_map(|bucket| {
        let prefixes = PREFIXES.into_iter();
        prefixes.flat_map(move |prefix| PARTITIONS.map(|partition| (bucket, prefix, partition)))
    })
}

async fn write_case(folder: &File, case: usize, arguments: &[&str]) {
    let (user, policy) = (format!("user-{case}"), format!("policy-{case}"));
    for (format, end) in FORMATS {
        let mut arguments = [arguments, &["--format", format]].concat();
        if format != "json" {
            arguments.extend(["--user", &user, "--policy-name", &policy]);
        }
        let path = folder.join(format!("{case}.{end}"));
        std::fs::write(path, printed(&arguments).await).unwrap();
    }
}

async fn of_python(what: &str, folder: &TempDir, more: &[&str]) -> usize {
    let script = include_str!("policies.py");
    let key = Key { id: "any".to_owned(), secret: "any".to_owned() };
    let arguments = [&[what, folder.path().to_str().unwrap()], more].concat();
    python(script, &arguments, &key).await.trim().parse().unwrap()
}

#[tokio::test]
async fn every_format_carries_the_same_document() {
    let (folder, cases) = every_case().await;
    assert_eq!(of_python("compare", &folder, &[]).await, cases);
    let moto = Moto::start().await;
    assert_eq!(of_python("make", &folder, &[&moto.endpoint()]).await, cases);

    let of = |end: &str| {
        let file = |case| folder.path().join(format!("{case}.{end}"));
        (0..cases).map(file).collect::<Vec<_>>()
    };
    let mut lint = Command::new(python_tool("cfn-lint"));
    succeeded(&lint.arg("--").args(of("yaml")).output().await.unwrap());
    for script in of("sh") {
        succeeded(&Command::new("sh").arg("-n").arg(script).output().await.unwrap());
    }
}

fn succeeded(output: &Output) {
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complained}");
}

/// Runs the script in `folder` with the AWS CLI and the key of an administrator.
async fn run_script(folder: &File, moto: &Moto, admin: &Key) -> Output {
    let tools = python_tool("");
    let path = format!("{}:{}", tools.display(), environment("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .arg("make.sh")
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("AWS_ENDPOINT_URL", moto.endpoint())
        .env("AWS_ACCESS_KEY_ID", &admin.id)
        .env("AWS_SECRET_ACCESS_KEY", &admin.secret)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null())
        .output();
    output.await.unwrap()
}

/// The value of a line of the file that the script wrote.
fn value<'a>(file: &'a str, name: &str) -> &'a str {
    let line = |line: &'a str| line.strip_prefix(name)?.strip_prefix('=');
    file.lines().find_map(line).unwrap_or_else(|| panic!("{name} is not in the file"))
}

#[tokio::test]
async fn the_script_makes_a_user_that_may_do_that_and_nothing_else() {
    let moto = Moto::start().await;
    let admin = moto.enforce().await;
    moto.make_bucket("pics", &admin).await;
    moto.make_bucket("other", &admin).await;
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--bucket", "pics", "--prefix", "live", "--user", "uploader"];
    let script = printed(&[&arguments[..], &["--format", "cli"]].concat()).await;
    std::fs::write(folder.path().join("make.sh"), script).unwrap();

    let output = run_script(folder.path(), &moto, &admin).await;
    succeeded(&output);
    let path = folder.path().join("uploader.env");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let file = std::fs::read_to_string(&path).unwrap();
    assert_eq!(value(&file, "TINTYPE_BUCKET"), "s3://pics/live");
    let key = Key {
        id: value(&file, "AWS_ACCESS_KEY_ID").to_owned(),
        secret: value(&file, "AWS_SECRET_ACCESS_KEY").to_owned(),
    };
    assert!(!String::from_utf8_lossy(&output.stdout).contains(&key.secret));
    may_use_the_prefix_alone(&moto, &key).await;

    // A second run has nothing to do, and the key in use stays where it is.
    assert!(!run_script(folder.path(), &moto, &admin).await.status.success());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), file);
    let keys = moto.iam(&admin).list_access_keys().user_name("uploader").send().await.unwrap();
    assert_eq!(keys.access_key_metadata().len(), 1);

    // Without the file the script stops at the policy that is there, and leaves no file.
    std::fs::remove_file(&path).unwrap();
    let stopped = run_script(folder.path(), &moto, &admin).await;
    assert!(String::from_utf8_lossy(&stopped.stderr).contains("EntityAlreadyExists"));
    assert!(!stopped.status.success() && !path.exists());
}

async fn may_use_the_prefix_alone(moto: &Moto, key: &Key) {
    let bucket = moto.s3("pics", key);
    let inside = Path::from("live/a");
    bucket.put(&inside, "bytes".into()).await.unwrap();
    assert_eq!(bucket.get(&inside).await.unwrap().bytes().await.unwrap(), "bytes");
    bucket.delete(&inside).await.unwrap();
    for (bucket, name) in [("pics", "a"), ("pics", "live-old/a"), ("other", "live/a")] {
        let denied = moto.s3(bucket, key).put(&Path::from(name), "bytes".into()).await.unwrap_err();
        assert!(matches!(denied, Error::PermissionDenied { .. }), "{bucket}/{name}: {denied}");
    }
}
