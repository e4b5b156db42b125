//! What the steps need and a fresh machine does not have: cargo's own tools and the S3 servers are
//! installed under `target/tools`; PostgreSQL is the system's.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::project::Project;
use crate::report::{Begun, Outcome, Report};
use crate::run::{Finished, Run, Show, attempt};
use crate::servers::postgres;
use crate::test::Step;

/// The newest that builds with the Rust of `rust-version`.
const CARGO_DENY: (&str, &str) = ("cargo-deny", "0.20.2");
/// The newest.
const CARGO_FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.2");

const LIMIT: Duration = Duration::from_secs(20 * 60);

/// Installs what `steps` need; a failure is a row of the report.
pub(crate) fn install(project: &Project, steps: &[Step], report: &mut Report) -> Result<()> {
    println!("== tools ==");
    if steps.contains(&Step::Deny) || steps.contains(&Step::Advisories) {
        report.add(cargo_tool(project, CARGO_DENY)?);
    }
    if steps.contains(&Step::Fuzz) {
        install_fuzzer(project, report)?;
    }
    if steps.contains(&Step::Shown) {
        install_watchers(project, report)?;
    }
    if steps.contains(&Step::It) || steps.contains(&Step::Aws) {
        install_servers(project, report)?;
    } else if steps.contains(&Step::Release) {
        report.add(strace(project)?);
    }
    Ok(())
}

/// Installs what the servers need.
pub(crate) fn install_servers(project: &Project, report: &mut Report) -> Result<()> {
    report.add(python(project)?);
    report.add(postgresql(project)?);
    report.add(strace(project)?);
    Ok(())
}

/// Installs what the benchmarks compare with.
pub(crate) fn install_peers(project: &Project, report: &mut Report) -> Result<()> {
    report.add(postgresql(project)?);
    report.add(nginx(project)?);
    report.add(vipsthumbnail(project)?);
    report.add(node_peer(project)?);
    Ok(())
}

/// Installs what looks at photos.
pub(crate) fn install_watchers(project: &Project, report: &mut Report) -> Result<()> {
    report.add(python(project)?);
    report.add(exiftool(project)?);
    report.add(chromium(project)?);
    report.add(node_peer(project)?);
    Ok(())
}

/// Installs what the fuzzers need.
pub(crate) fn install_fuzzer(project: &Project, report: &mut Report) -> Result<()> {
    report.add(cargo_tool(project, CARGO_FUZZ)?);
    Ok(())
}

fn cargo_tool(project: &Project, (name, version): (&str, &str)) -> Result<Outcome> {
    let begun = Begun::step(name);
    let installed = Command::new(project.cargo_tool(name)).arg("--version").output();
    let wanted = format!("{name} {version}");
    if installed.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == wanted) {
        return Ok(begun.passed(format!("{version} is there")));
    }
    let mut command = project.cargo(&["install", name, "--version", version, "--locked"]);
    // Its release profile links for minutes; unoptimised it is built in one, and still checks this
    // tree in three seconds.
    command.args(["--debug", "--force", "--root"]).arg(project.tools());
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    let installed = install_step(project, name, command)?;
    Ok(outcome(begun, installed, format!("installed {version}")))
}

fn python(project: &Project) -> Result<Outcome> {
    let begun = Begun::step("python tools");
    let requirements = std::fs::read_to_string(project.root().join("xtask/requirements.txt"))?;
    let venv = project.tools().join("venv");
    // Its programs name it by its path, so that it is of no use after the checkout was moved.
    let wanted = format!("# {}\n{requirements}", venv.display());
    let stamp = venv.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(begun.passed("they are there"));
    }
    let probe = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";
    let probe = Command::new("python3").args(["-c", probe]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        let reason = "Python 3.11 or newer with its venv module is needed: install python3 and \
                      python3-venv";
        return Ok(begun.failed(reason));
    }
    let installed = build_venv(project)?;
    if installed.as_ref().is_ok_and(Finished::succeeded) {
        std::fs::write(stamp, wanted)?;
    }
    Ok(outcome(begun, installed, "installed".to_owned()))
}

fn build_venv(project: &Project) -> Result<Result<Finished, String>> {
    let mut venv = project.command("python3");
    venv.args(["-m", "venv", "--clear"]).arg(project.tools().join("venv"));
    let made = install_step(project, "venv", venv)?;
    if !made.as_ref().is_ok_and(Finished::succeeded) {
        return Ok(made);
    }
    let mut pip = project.command(project.python_tool("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    pip.arg("xtask/requirements.txt");
    install_step(project, "pip", pip)
}

fn postgresql(project: &Project) -> Result<Outcome> {
    let found = || postgres::binaries().map(|folder| folder.display().to_string());
    let reason = "no PostgreSQL server was found: install one, so that initdb and postgres are in \
                  /usr/lib/postgresql/*/bin or on the PATH";
    debian(project, Package { name: "postgresql", reason }, found)
}

/// With it the tests watch which files the service opens.
fn strace(project: &Project) -> Result<Outcome> {
    let found = || {
        let version = Command::new("strace").arg("-V").output().ok()?;
        let version = String::from_utf8_lossy(&version.stdout).lines().next()?.to_owned();
        Some(version)
    };
    let reason = "strace was not found: install it, so that it is on the PATH";
    debian(project, Package { name: "strace", reason }, found)
}

fn exiftool(project: &Project) -> Result<Outcome> {
    let found = || {
        let version = Command::new("exiftool").arg("-ver").output().ok()?;
        version.status.success().then(|| String::from_utf8_lossy(&version.stdout).trim().to_owned())
    };
    let reason = "exiftool was not found: install it, so that it is on the PATH";
    debian(project, Package { name: "libimage-exiftool-perl", reason }, found)
}

/// The program itself and not the script around it, which the tests go without.
fn chromium(project: &Project) -> Result<Outcome> {
    let found = || {
        let version = Command::new("/usr/lib/chromium/chromium").arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&version.stdout).trim().to_owned())
    };
    let reason =
        "Chromium was not found: install Debian's, so that it is /usr/lib/chromium/chromium";
    debian(project, Package { name: "chromium", reason }, found)
}

fn nginx(project: &Project) -> Result<Outcome> {
    let found = || {
        let version = Command::new("/usr/sbin/nginx").arg("-v").output().ok()?;
        Some(String::from_utf8_lossy(&version.stderr).trim().to_owned())
    };
    let reason = "nginx was not found: install it, so that it is /usr/sbin/nginx";
    debian(project, Package { name: "nginx-light", reason }, found)
}

fn vipsthumbnail(project: &Project) -> Result<Outcome> {
    let found = || {
        let version = Command::new("vipsthumbnail").arg("--vips-version").output().ok()?;
        Some(String::from_utf8_lossy(&version.stdout).trim().to_owned())
    };
    let reason = "vipsthumbnail was not found: install it, so that it is on the PATH";
    debian(project, Package { name: "libvips-tools", reason }, found)
}

/// The Node.js service, with a Node.js of its own, as its lock file says.
fn node_peer(project: &Project) -> Result<Outcome> {
    let begun = Begun::step("node service");
    let folder = project.node_peer();
    std::fs::create_dir_all(&folder)?;
    for file in std::fs::read_dir(project.root().join("bench/peers/node"))? {
        let file = file?;
        if file.file_type()?.is_file() {
            std::fs::copy(file.path(), folder.join(file.file_name()))?;
        }
    }
    let wanted = std::fs::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("installed.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(begun.passed("it is there"));
    }
    let mut npm = project.command("npm");
    // Nothing that comes with a package is run.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    let installed = install_step(project, "npm", npm)?;
    if installed.as_ref().is_ok_and(Finished::succeeded) {
        std::fs::write(stamp, wanted)?;
    }
    Ok(outcome(begun, installed, "installed by npm".to_owned()))
}

/// A package of Debian's, and what to say where it is missing and cannot be installed.
#[derive(Clone, Copy)]
struct Package {
    name: &'static str,
    reason: &'static str,
}

fn debian(
    project: &Project,
    package: Package,
    found: impl Fn() -> Option<String>,
) -> Result<Outcome> {
    let begun = Begun::step(package.name);
    if let Some(note) = found() {
        return Ok(begun.passed(note));
    }
    if !rustix::process::geteuid().is_root() || !Path::new("/usr/bin/apt-get").exists() {
        return Ok(begun.failed(package.reason));
    }
    let mut update = project.command("apt-get");
    update.arg("update");
    let updated = install_step(project, "apt-update", update)?;
    if !updated.as_ref().is_ok_and(Finished::succeeded) {
        return Ok(outcome(begun, updated, String::new()));
    }
    let mut install = project.command("apt-get");
    install.args(["install", "-y", "--no-install-recommends", package.name]);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    let installed = install_step(project, "apt-install", install)?;
    if installed.as_ref().is_ok_and(Finished::succeeded) && found().is_none() {
        return Ok(begun.failed("apt-get installed it, but it is not to be found"));
    }
    Ok(outcome(begun, installed, "installed by apt-get".to_owned()))
}

fn install_step(
    project: &Project,
    log: &str,
    command: Command,
) -> Result<Result<Finished, String>> {
    let log = format!("install-{log}");
    attempt(project, Run { log, command, limit: LIMIT, show: Show::Everything })
}

fn outcome(begun: Begun, installed: Result<Finished, String>, note: String) -> Outcome {
    match installed {
        Ok(finished) if finished.succeeded() => begun.passed(note),
        Ok(finished) => begun.command(&finished),
        Err(reason) => begun.failed(reason),
    }
}
