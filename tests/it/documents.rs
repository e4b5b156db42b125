//! What the documents say is held against the code: codes, settings, commands and links.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tintype::http::Code;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The cells of a table's row; the first begins at the line's first bar.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.strip_prefix("| `")?.strip_suffix('|')?;
    Some(row.split('|').map(|cell| cell.trim().trim_end_matches('`')).collect())
}

#[test]
fn the_api_page_has_every_problem_code_with_its_status() {
    let page = read("docs/api.md");
    let table = page.split("| Code | Status |").nth(1).expect("the table of codes");
    let documented: Vec<_> =
        table.lines().filter_map(cells).map(|cells| format!("{} {}", cells[0], cells[1])).collect();
    let codes = Code::ALL.map(|code| {
        let (name, status) = code.facts();
        format!("{name} {}", status.as_u16())
    });
    assert_eq!(documented, codes);
}

#[test]
fn the_example_env_has_every_setting_with_its_default() {
    let settings = Command::new(env!("CARGO_BIN_EXE_tintype")).arg("settings").output().unwrap();
    let settings = String::from_utf8(settings.stdout).unwrap();
    let example = read(".env.example");
    let mut expected: Vec<_> = settings.lines().map(variable_and_default).collect();
    let found = example.lines().filter_map(|line| line.strip_prefix("#TINTYPE_"));
    let mut found: Vec<_> = found.map(|line| line.split_once('=').unwrap()).collect();
    expected.sort_unstable();
    found.sort_unstable();
    for (expected, found) in expected.iter().zip(&found) {
        assert_eq!(expected.0, found.0);
        assert!(
            [found.1, "-"].contains(&expected.1),
            "the default of {expected:?} is not {found:?}"
        );
    }
    assert_eq!(expected.len(), found.len());
}

/// Of a line such as `--listen  TINTYPE_LISTEN  127.0.0.1:8080  The address to listen on.`
fn variable_and_default(line: &str) -> (&str, &str) {
    let mut words = line.split_whitespace().skip(1);
    let variable = words.next().unwrap().strip_prefix("TINTYPE_").unwrap();
    (variable, words.next().unwrap())
}

#[test]
fn the_page_of_the_command_line_has_every_command_flag_and_exit_code() {
    let (page, settings) = (read("docs/cli.md"), read("docs/configuration.md"));
    let command = tintype::cli::command();
    let names: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
    let documented: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| [`tintype ")?.split_once('`'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(documented, names);
    for command in command.get_subcommands().flat_map(with_its_own) {
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            let is_there = page.contains(&format!("--{flag}"))
                || settings.contains(&format!("| `--{flag}` |"));
            assert!(is_there, "--{flag} of {}", command.get_name());
        }
    }
    let codes = page.split("| Code | Meaning |").nth(1).expect("the table of exit codes");
    let codes: Vec<_> = codes.lines().skip(2).map_while(|line| line.strip_prefix("| ")).collect();
    let codes: Vec<_> = codes.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(codes, ["0", "1", "2", "130"]);
}

/// A command and the commands under it.
fn with_its_own(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    std::iter::once(command).chain(command.get_subcommands())
}

#[test]
fn the_page_of_the_command_line_has_every_command_of_iam() {
    let (page, command) = (read("docs/cli.md"), tintype::cli::command());
    let iam = command.find_subcommand("iam").unwrap();
    let names: Vec<_> = iam.get_subcommands().map(clap::Command::get_name).collect();
    let documented = page.lines().filter_map(|line| line.strip_prefix("| `tintype iam "));
    let documented: Vec<_> = documented.map(|line| line.split('`').next().unwrap()).collect();
    assert_eq!(documented, names);
}

#[test]
fn the_page_about_aws_has_every_step_of_the_doctor() {
    let directory = tempfile::tempdir().unwrap();
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_tintype"));
    doctor.args(["doctor", "--json", "--bucket", "memory://"]).current_dir(&directory);
    let report = doctor.output().unwrap().stdout;
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let rows = report["rows"].as_array().unwrap().iter();
    // The settings have a row only when one cannot be used.
    let steps = std::iter::once("settings").chain(rows.map(|row| row["step"].as_str().unwrap()));
    let page = read("docs/aws.md");
    let table = page.split("| Step | What is done |").nth(1).expect("the table of steps");
    let table = table.lines().skip(2).map_while(cells);
    let documented: Vec<_> = table.map(|cells| cells[0]).collect();
    assert_eq!(documented, steps.collect::<Vec<_>>());
}

#[test]
fn the_readme_shows_the_two_commands() {
    let readme = read("README.md");
    for command in ["cargo run --release -- serve", "cargo xtask test"] {
        assert!(readme.contains(&format!("\n```sh\n{command}\n```\n")), "{command}");
    }
}

#[test]
fn the_documents_show_the_mounted_router_as_it_runs() {
    let example = read("examples/mount.rs");
    let start = example.find("use axum").unwrap();
    let code = &example[start..];
    assert!(code.lines().count() <= 30, "it is promised in 30 lines");
    assert!(read("README.md").contains(&format!("\n```rust,no_run\n{code}```\n")));
    let comment = |line: &str| format!("//! {line}").trim_end().to_owned() + "\n";
    let code: String = code.lines().map(comment).collect();
    assert!(read("src/lib.rs").contains(&format!("\n//! ```no_run\n{code}//! ```\n")));
}

#[test]
fn the_documents_show_the_same_least_privilege() {
    let policy = |file: &str| {
        let page = read(file);
        let start = page.find("{\n  \"Version\": \"2012-10-17\"").expect("a policy");
        page[start..].split("\n```").next().unwrap().to_owned()
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_tintype"));
    let printed = command.args(["iam", "policy", "--bucket", "my-photos"]).env_clear();
    let printed = String::from_utf8(printed.output().unwrap().stdout).unwrap();
    for page in ["README.md", "docs/operations.md", "docs/aws.md"] {
        assert_eq!(policy(page), printed.trim_end(), "{page}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(target.exists(), "{} links to {link}", page.display());
            assert!(
                anchor.is_empty() || anchors(&target).iter().any(|each| each == anchor),
                "{} links to {link}, and there is no such heading",
                page.display()
            );
        }
    }
}

#[test]
fn the_documents_name_files_that_are_there() {
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = read(page);
        let is_path =
            |code: &&str| ["src/", "tests/", "docs/"].iter().any(|folder| code.starts_with(folder));
        for path in text.split('`').skip(1).step_by(2).filter(is_path) {
            assert!(root().join(path).exists(), "{page} names {path}");
        }
    }
    let text = read("ARCHITECTURE.md");
    let map = text.split("| Module | What it is |").nth(1).expect("the map");
    for cells in map.lines().skip(2).map_while(cells) {
        for path in cells[0].split("`, `") {
            assert!(root().join("src").join(path).exists(), "the map names {path}");
        }
    }
}

fn pages() -> Vec<PathBuf> {
    let folders =
        ["", "docs", "docs/benchmarks", "docs/decisions"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    let pages: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    assert!(pages.len() > 5, "the documents are not where they were");
    pages
}

/// What stands in `](…)`, without what leads out of the repository.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target).filter(|target| !target.contains("://"))
}

/// The headings of a page as a link names them.
fn anchors(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            title.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
        })
        .collect()
}
