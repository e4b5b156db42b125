//! The real binary, as the one who types it sees it.

mod check; // `check`, its repairs, and `reconcile`
mod configuration; // settings: where they come from, what is told of wrong ones, what is kept secret
mod effects; // what settings do to the program that runs
mod iam_policy; // `iam policy`, which asks nobody
mod log; // the log lines of a process
mod pages; // completions and manual pages
mod providers; // presets for S3 services
mod start; // help, and the service from nothing
mod stop; // SIGTERM

/// A form with the pixel in it.
fn pixel() -> reqwest::multipart::Form {
    crate::support::app::form(crate::support::photos::PIXEL)
}
