//! What is in the directory afterwards.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, chown, symlink};

use super::*;

#[test]
fn a_new_file_is_for_its_owner_alone() {
    let site = Site::empty();
    assert_eq!(site.set("1").unwrap(), Written::Created);
    assert_eq!(site.text(".env"), "# Written by tintype iam.\nA=1\n");
    assert_eq!((mode(&site.env()), site.names()), (0o600, vec![".env".to_owned()]));
}

#[test]
fn what_was_there_is_kept_beside_it() {
    let site = Site::with("# mine\nB=2\nA=old\n");
    let backup = site.path(".env.backup-20260102T030400Z");
    assert_eq!(site.set("new").unwrap(), Written::Replaced { backup: backup.clone() });
    assert_eq!(site.text(".env"), "# mine\nB=2\nA=new\n");
    assert_eq!(fs::read_to_string(&backup).unwrap(), "# mine\nB=2\nA=old\n");
    assert_eq!((mode(&site.env()), mode(&backup)), (0o600, 0o600));
    assert_eq!(site.names(), [".env", ".env.backup-20260102T030400Z"]);
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let site = Site::with("A='1' # one\n");
    let before = site.env().metadata().unwrap();
    assert_eq!(site.set("1").unwrap(), Written::Nothing);
    let after = site.env().metadata().unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert_eq!(site.names(), [".env"]);
    let nowhere = Site::empty();
    let mut file = EnvFile::read(&nowhere.env()).unwrap();
    file.remove("A");
    assert_eq!(file.write(at(0)).unwrap(), Written::Nothing);
    assert_eq!(nowhere.names(), [""; 0]);
}

#[test]
fn one_reading_serves_several_writings() {
    let site = Site::empty();
    let mut file = EnvFile::read(&site.env()).unwrap();
    for text in ["1", "2", "3"] {
        file.set("A", text).unwrap();
        assert!(file.is_changed());
        file.write(at(0)).unwrap();
        assert!(!file.is_changed());
        assert_eq!(value(&site.env()).as_deref(), Some(text));
    }
    let second = ".env.backup-20260102T030400Z-2";
    assert_eq!(site.names(), [".env", ".env.backup-20260102T030400Z", second]);
    assert!(site.text(second).contains("A=2"));
}

#[test]
fn the_last_ten_copies_stay_and_whatever_was_copied_by_hand() {
    let site = Site::with("A=x");
    let by_hand = [".env.backup-mine", ".env.backup-20200101", ".env.backup-20200101T000000Z.gz"];
    by_hand.iter().for_each(|name| site.write(name, "A=mine"));
    let mut file = EnvFile::read(&site.env()).unwrap();
    for second in 0..15 {
        file.set("A", &second.to_string()).unwrap();
        file.write(at(second)).unwrap();
    }
    let names = site.names();
    assert!(by_hand.iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
    assert_eq!(names.len(), 1 + by_hand.len() + 10, "{names:?}");
    assert!(!names.contains(&".env.backup-20260102T030404Z".to_owned()), "{names:?}");
    assert_eq!(site.text(".env.backup-20260102T030405Z"), "A=4");
}

#[test]
fn a_symbolic_link_stays_and_its_target_is_replaced() {
    let (site, elsewhere) = (Site::empty(), Site::with("A=old\n"));
    symlink(elsewhere.env(), site.env()).unwrap();
    site.set("new").unwrap();
    assert_eq!(fs::read_link(site.env()).unwrap(), elsewhere.env());
    assert_eq!(elsewhere.text(".env"), "A=new\n");
    assert_eq!((site.names().len(), elsewhere.names().len()), (1, 2));
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_lost() {
    for (before, meanwhile) in [(Some("A=1"), Some("A=2")), (Some("A=1"), None), (None, Some(""))] {
        let site = before.map_or_else(Site::empty, Site::with);
        let mut file = EnvFile::read(&site.env()).unwrap();
        file.set("A", "mine").unwrap();
        match meanwhile {
            Some(text) => site.write(".env", text),
            None => fs::remove_file(site.env()).unwrap(),
        }
        let error = file.write(at(0)).unwrap_err();
        assert!(matches!(error, EnvFileError::ChangedMeanwhile(_)), "{error}");
        assert_eq!(fs::read_to_string(site.env()).ok().as_deref(), meanwhile);
        assert_eq!(site.names().len(), usize::from(meanwhile.is_some()), "{:?}", site.names());
    }
}

#[test]
fn of_two_that_write_at_once_one_waits_for_another_day() {
    let site = Site::with("A=1");
    let directory = File::open(site.0.path()).unwrap();
    directory.lock().unwrap();
    let error = site.set("2").unwrap_err();
    assert!(matches!(error, EnvFileError::InWork(_)), "{error}");
    drop(directory);
    site.set("2").unwrap();
    assert_eq!(value(&site.env()).as_deref(), Some("2"));
}

#[test]
fn the_owner_stays_the_owner() {
    let site = Site::with("A=1");
    // Only root may give a file away.
    if chown(site.env(), Some(1234), Some(4321)).is_err() {
        return;
    }
    let Written::Replaced { backup } = site.set("2").unwrap() else { panic!("not replaced") };
    for path in [site.env(), backup] {
        let metadata = path.metadata().unwrap();
        assert_eq!((metadata.uid(), metadata.gid(), mode(&path)), (1234, 4321, 0o600));
    }
}

#[test]
fn what_an_environment_cannot_hold_is_refused() {
    let site = Site::with("A=1");
    let error = site.set("a\0b").unwrap_err();
    assert!(matches!(error, EnvFileError::NulCharacter { .. }), "{error}");
}
