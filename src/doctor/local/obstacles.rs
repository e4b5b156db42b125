//! What stands between the service and its catalog, in plain words, and what to do about it.

use std::path::Path;

use crate::catalog::{Location, Obstacle};
use crate::doctor::Advice;

/// The obstacle in a few words.
pub(super) const fn in_short(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Silence => "no answer",
        Obstacle::Login => "not let in",
        Obstacle::NoDatabase => "no such database",
        Obstacle::Right => "a right is missing",
        Obstacle::ReadOnly => "no writes",
        Obstacle::Disk => "the disk is full or fails",
        Obstacle::Busy => "busy",
        Obstacle::Unopenable => "cannot be opened",
        Obstacle::Damaged => "no database",
        Obstacle::Newer => "newer tables",
        Obstacle::Other => "refused",
    }
}

/// What the obstacle means at the place where it was met, and what to do about it.
pub(super) fn advice(obstacle: Obstacle, location: &Location) -> Advice {
    match (obstacle, location) {
        (Obstacle::Newer, _) => Advice::new(
            "A newer version of Tintype has brought the tables up to date, and this one would not \
             understand them.",
            "run a version at least as new",
        ),
        (_, Location::Sqlite { path }) => of_file(obstacle, path),
        (_, Location::Postgres { .. }) => of_server(obstacle, location),
    }
}

fn of_file(obstacle: Obstacle, path: &Path) -> Advice {
    let file = path.display();
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new(".")).display();
    let ours = format!(
        "let {directory} and {file} belong to the user that runs the service, on a file system \
         that is mounted for writing"
    );
    match obstacle {
        Obstacle::Right => Advice::new("This user may not write the catalog's file.", ours),
        Obstacle::ReadOnly => Advice::new("The catalog's file takes no writes.", ours),
        Obstacle::Disk => Advice::new(
            "The disk is full or fails, and no upload can be written down.",
            format!(
                "make room where {directory} lies (`df -h {directory}`); if there is room, the \
                 kernel's log says more"
            ),
        ),
        Obstacle::Busy | Obstacle::Silence => Advice::new(
            "Another process holds the catalog's file.",
            format!("find it with `fuser -v {file}`"),
        ),
        Obstacle::Unopenable => Advice::new(
            format!(
                "{file} can be neither opened nor made: something else is in its place, or this \
                 user may not."
            ),
            "correct --database (TINTYPE_DATABASE) or --data-dir (TINTYPE_DATA_DIR)",
        ),
        Obstacle::Damaged => Advice::new(
            format!("{file} is damaged, or no SQLite database."),
            "restore it from a backup; if it is another file, correct --database (TINTYPE_DATABASE)",
        ),
        Obstacle::Login | Obstacle::NoDatabase | Obstacle::Newer | Obstacle::Other => other(),
    }
}

fn of_server(obstacle: Obstacle, location: &Location) -> Advice {
    match obstacle {
        Obstacle::Silence => Advice::new(
            format!("No PostgreSQL answers at {location}."),
            "start it, let it be reached from here, or correct --database (TINTYPE_DATABASE)",
        ),
        Obstacle::Login => Advice::new(
            "PostgreSQL does not know this user, or not with this password.",
            "correct the user and the password in --database (TINTYPE_DATABASE), or admit the user \
             in pg_hba.conf",
        ),
        Obstacle::NoDatabase => Advice::new(
            "PostgreSQL has no database of this name.",
            "make it (CREATE DATABASE), or correct --database (TINTYPE_DATABASE)",
        ),
        Obstacle::Right => Advice::new(
            "The user in --database (TINTYPE_DATABASE) may not do what the service does.",
            "as the owner of what is named: GRANT USAGE, CREATE ON SCHEMA, so that the user can \
             make the tables; on tables that another has made: GRANT SELECT, INSERT, UPDATE, DELETE",
        ),
        Obstacle::ReadOnly => Advice::new(
            "This PostgreSQL takes no writes: it is a replica, or set to read only.",
            "name the primary in --database (TINTYPE_DATABASE)",
        ),
        Obstacle::Disk => Advice::new(
            "The disk of PostgreSQL is full or fails, and no upload can be written down.",
            "make room on the machine of PostgreSQL; if there is room, its log says more",
        ),
        Obstacle::Busy => Advice::new(
            "PostgreSQL has no connection left, or another holds what is needed.",
            "lower --database-connections (TINTYPE_DATABASE_CONNECTIONS), or raise max_connections",
        ),
        Obstacle::Unopenable | Obstacle::Damaged | Obstacle::Newer | Obstacle::Other => other(),
    }
}

fn other() -> Advice {
    Advice::new(
        "The database refuses what the service needs.",
        "read what it says: something else may have made or changed the tables",
    )
}
