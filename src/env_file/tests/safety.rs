//! Which files take no secrets, and what their owner is told.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::*;
use crate::env_file::git;

impl Site {
    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.0.path()).args(arguments);
        assert!(command.output().unwrap().status.success(), "git {arguments:?}");
    }

    /// The warning, or the refusal.
    fn check(&self) -> Result<Option<String>, String> {
        let checked = EnvFile::read(&self.env()).and_then(|file| file.check_safe());
        checked
            .map(|warning| warning.map(|text| text.to_string()))
            .map_err(|error| error.to_string())
    }
}

#[test]
fn outside_of_a_repository_all_is_well() {
    assert_eq!(Site::with("A=1").check(), Ok(None));
    assert_eq!(Site::empty().check(), Ok(None));
}

#[test]
fn what_git_tracks_takes_no_secret() {
    let site = Site::with("A=1");
    site.git(&["init", "--quiet"]);
    site.git(&["add", ".env"]);
    for _ in 0..2 {
        let refusal = site.check().unwrap_err();
        assert!(refusal.contains("git rm --cached /") && refusal.contains("`.env`"), "{refusal}");
        // It is tracked whether it is there or not.
        fs::remove_file(site.env()).ok();
    }
}

#[test]
fn what_git_does_not_ignore_is_a_warning() {
    let site = Site::with("A=1");
    site.git(&["init", "--quiet"]);
    let lines = "the lines `.env` and `.env.backup-*`";
    assert!(site.check().unwrap().unwrap().contains(lines));
    // The copies would be taken still.
    site.write(".gitignore", ".env\n");
    assert!(site.check().unwrap().unwrap().contains(lines));
    site.write(".gitignore", ".env\n.env.backup-*\n");
    assert_eq!(site.check(), Ok(None));
}

#[test]
fn a_repository_that_cannot_be_asked_takes_no_secret() {
    let site = Site::with("A=1");
    let nobody = OsStr::new("/nobody/git");
    assert_eq!(git::check(&site.env(), nobody).unwrap(), None);
    site.git(&["init", "--quiet"]);
    let error = git::check(&site.env(), nobody).unwrap_err();
    assert!(matches!(error, EnvFileError::PerhapsTracked { source: Some(_), .. }), "{error:?}");
    fs::write(site.path(".git/HEAD"), "nonsense").unwrap();
    let refusal = site.check().unwrap_err();
    assert!(refusal.contains("make `git status` work there"), "{refusal}");
}

#[test]
fn a_file_that_others_may_read_or_write_takes_no_secret() {
    let site = Site::with("A=1");
    for open in [0o640, 0o604, 0o602, 0o644] {
        fs::set_permissions(site.env(), Permissions::from_mode(open)).unwrap();
        let refusal = site.check().unwrap_err();
        assert!(refusal.contains("run `chmod 600 /"), "{refusal}");
    }
}

#[test]
fn a_directory_that_takes_no_files_is_told_beforehand() {
    let error = EnvFile::read(Path::new("/proc/.env")).unwrap().check_safe().unwrap_err();
    assert!(matches!(error, EnvFileError::DirectoryNotWritable { .. }), "{error}");
}

#[test]
fn what_is_no_file_of_settings_is_refused_without_a_word_of_it() {
    let site = Site::empty();
    let read = |name: &str| EnvFile::read(&site.path(name)).unwrap_err();
    fs::create_dir(site.path("directory")).unwrap();
    assert!(Command::new("mkfifo").arg(site.path("pipe")).status().unwrap().success());
    symlink("nowhere", site.path("link")).unwrap();
    fs::write(site.path("binary"), b"SECRET=\xff").unwrap();
    fs::write(site.path("large"), vec![b'#'; 1024 * 1024 + 1]).unwrap();
    fs::write(site.path("broken"), "A=1\nSECRET=two words\n").unwrap();
    assert!(matches!(read("directory"), EnvFileError::NotAFile(_)));
    assert!(matches!(read("pipe"), EnvFileError::NotAFile(_)));
    assert!(matches!(read("link"), EnvFileError::LinkToNothing(_)));
    assert!(matches!(read("binary"), EnvFileError::NotText(_)));
    assert!(matches!(read("large"), EnvFileError::TooLarge { .. }));
    assert!(matches!(read("broken"), EnvFileError::Malformed { line: 2, .. }));
    assert!(matches!(read("no/where"), EnvFileError::NoDirectory { .. }));
    for name in ["binary", "broken"] {
        let error = format!("{0} {0:?}", read(name));
        assert!(!error.contains("SECRET") && !error.contains("words"), "{error}");
    }
}

#[test]
fn a_file_shows_no_secret() {
    let site = Site::with("A=SECRET");
    let mut file = EnvFile::read(&site.env()).unwrap();
    file.set("B", "SECRET").unwrap();
    assert!(!format!("{file:?} {:?}", file.get("A")).contains("SECRET"));
}
