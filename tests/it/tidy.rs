//! Rules about the source that no lint knows: who may use whom, and how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of the crate a module may name. What is missing here may name nothing.
///
/// Pure and outer parts do not know each other; nothing below `http` knows HTTP; nothing below the
/// use cases knows the use cases.
const MAY_USE: &[(&str, &[&str])] = &[
    (
        "app",
        &[
            "bucket",
            "catalog",
            "clock",
            "derive",
            "inspect",
            "memory",
            "metrics",
            "reconcile",
            "strip",
            "variant",
        ],
    ),
    ("bucket", &["image", "metrics", "spans"]),
    ("catalog", &["image", "metrics", "spans", "strip"]),
    ("causes", &[]),
    ("check", &["app", "bucket", "catalog", "clock", "delete", "digest", "image", "reconcile"]),
    (
        "cli",
        &[
            "app",
            "bucket",
            "catalog",
            "causes",
            "check",
            "client",
            "clock",
            "config",
            "doctor",
            "env_file",
            "http",
            "iam",
            "image",
            "reconcile",
            "spans",
        ],
    ),
    ("client", &["causes", "digest", "image"]),
    ("clock", &[]),
    (
        "config",
        &[
            "app",
            "bucket",
            "catalog",
            "causes",
            "client",
            "derive",
            "http",
            "iam",
            "inspect",
            "memory",
            "multipart",
            "reconcile",
            "strip",
            "variant",
        ],
    ),
    ("delete", &["app", "bucket", "catalog", "causes", "clock", "image", "metrics"]),
    (
        "derive",
        &[
            "app", "bucket", "catalog", "causes", "clock", "delete", "digest", "image", "memory",
            "metrics", "read", "spans", "variant",
        ],
    ),
    ("description", &["catalog"]),
    ("digest", &["catalog"]),
    (
        "doctor",
        &[
            "app",
            "bucket",
            "catalog",
            "causes",
            "clock",
            "config",
            "env_file",
            "iam",
            "image",
            "memory",
            "probe",
            "reconcile",
        ],
    ),
    ("env_file", &[]),
    (
        "http",
        &[
            "app",
            "bucket",
            "catalog",
            "causes",
            "clock",
            "delete",
            "derive",
            "description",
            "digest",
            "image",
            "inspect",
            "listing",
            "memory",
            "metrics",
            "multipart",
            "probe",
            "read",
            "spans",
            "upload",
            "strip",
        ],
    ),
    ("iam", &["bucket", "env_file", "image", "probe"]),
    ("image", &[]),
    ("inspect", &["image"]),
    ("lib", &[]),
    (
        "library",
        &[
            "app",
            "bucket",
            "catalog",
            "causes",
            "clock",
            "delete",
            "derive",
            "description",
            "http",
            "image",
            "inspect",
            "listing",
            "memory",
            "metrics",
            "multipart",
            "read",
            "reconcile",
            "upload",
            "strip",
            "variant",
        ],
    ),
    ("listing", &["catalog", "description", "image"]),
    ("main", &[]),
    ("memory", &["metrics"]),
    ("metrics", &[]),
    ("multipart", &[]),
    ("probe", &["app", "bucket", "catalog", "digest", "image", "strip", "upload"]),
    ("read", &["app", "bucket", "catalog", "memory"]),
    ("reconcile", &["app", "bucket", "catalog", "causes", "clock", "delete", "metrics", "spans"]),
    ("spans", &[]),
    ("strip", &["image", "inspect"]),
    (
        "upload",
        &[
            "app", "bucket", "catalog", "clock", "digest", "image", "inspect", "memory", "metrics",
            "spans", "strip", "variant",
        ],
    ),
    ("variant", &["image", "inspect"]),
];

/// Which foreign crates stay inside one folder.
const AT_HOME: &[(&str, &str)] = &[
    ("axum", "http library"),
    ("hyper", "http"),
    ("object_store", "bucket"),
    ("aws_config", "bucket"),
    ("aws_sdk_iam", "doctor iam"),
    ("aws_sdk_sts", "doctor iam"),
    ("sqlx", "catalog"),
    ("prometheus_client", "metrics"),
    ("opentelemetry", "cli http"),
    ("clap", "cli config"),
    ("dotenvy", "cli env_file"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("indicatif", "cli"),
    ("reqwest", "client"),
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager"];

/// The most lines of code in one file, tests, comments and blank lines not counted.
const LONGEST_FILE: usize = 400;

#[test]
fn modules_name_only_whom_they_may() {
    for_each_source(|module, path, text| {
        let allowed = MAY_USE.iter().find(|(name, _)| *name == module);
        let allowed = allowed.unwrap_or_else(|| panic!("{module} has no line in MAY_USE")).1;
        for used in used_modules(text) {
            assert!(
                used == module || allowed.contains(&used.as_str()),
                "{} names crate::{used}, which {module} may not",
                path.display()
            );
        }
    });
}

#[test]
fn foreign_crates_stay_at_home() {
    for_each_source(|module, path, text| {
        for (foreign, home) in AT_HOME {
            let named = code_lines(text).any(|line| names_crate(line, foreign));
            assert!(
                !named || home.split(' ').any(|home| home == module),
                "{} names {foreign}, which lives in {home}",
                path.display()
            );
        }
    });
}

#[test]
fn files_hold_one_idea() {
    for_each_source(|_, path, text| {
        let code = text.split("\n#[cfg(test)]").next().unwrap_or_default();
        let lines = code_lines(code).filter(|line| !line.trim().is_empty()).count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines of code", path.display());
    });
}

#[test]
fn files_say_what_they_are_for() {
    for_each_source(|_, path, text| {
        assert!(text.starts_with("//! "), "{} has no first paragraph", path.display());
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        assert!(!EMPTY_NAMES.contains(&stem), "{} has an empty name", path.display());
    });
}

fn for_each_source(check: impl Fn(&str, &Path, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = sources(&root);
    assert!(sources.len() > 20, "the source is not where it was");
    for path in sources {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        check(first.trim_end_matches(".rs"), inside, &fs::read_to_string(&path).unwrap());
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// The modules after `crate::`, also in a list such as `crate::{clock, probe}`.
fn used_modules(text: &str) -> Vec<String> {
    let code: String = code_lines(text).collect::<Vec<_>>().join("\n");
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        match list {
            Some((names, _)) => used.extend(names.split(',').map(first_word)),
            None => used.push(first_word(rest)),
        }
    }
    used.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    used
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(at, _)| {
        !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
    })
}
