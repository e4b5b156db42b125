//! From flags and variables to settings that mean something; the only place that reads the
//! environment.
//!
//! The values are read as texts first and then turned into each part's own settings, so that every
//! fault is found and told in one go.

#[cfg(feature = "iam")]
mod administrator;
mod faults;
mod logging;
mod storage;
mod table;
#[cfg(feature = "otlp")]
mod traces;
mod values;
mod variants;

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches};

use crate::app;
use crate::client::Server;
use crate::http::{self, Pace, ServerSettings};
use crate::strip::{Metadata, Rights};
use crate::variant::Proof;
use crate::{inspect, memory};

#[cfg(feature = "iam")]
pub(crate) use administrator::administrator;
pub use faults::Faults;
pub use logging::{LogFormat, Logging};
#[cfg(feature = "iam")]
pub(crate) use storage::region;
#[cfg(feature = "iam")]
pub(crate) use storage::{ADDRESSINGS, CHECKSUMS};
pub(crate) use table::{SETTINGS, Scope, Setting};
#[cfg(feature = "otlp")]
pub use traces::wants_traces;
use values::{Values, name};

/// What `tintype serve` runs with.
#[derive(Clone, Debug)]
pub struct Serve {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// How to listen.
    pub server: ServerSettings,
    /// The HTTP part.
    pub http: http::Settings,
    /// Bucket, catalog and budget.
    pub app: app::Settings,
    /// The pause between two passes of the reconciler.
    pub reconcile_interval: Duration,
    /// What is examined after the start.
    pub doctor: Doctor,
}

/// What the service examines of its set-up after it has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doctor {
    /// What it needs.
    Quick,
    /// Nothing.
    Off,
}

/// The arguments of the settings of these scopes, for a command to take.
pub(crate) fn arguments(scopes: &'static [Scope]) -> impl Iterator<Item = Arg> {
    SETTINGS.iter().filter(|setting| scopes.contains(&setting.scope)).map(argument)
}

fn argument(setting: &'static Setting) -> Arg {
    let help = match setting.default {
        Some(default) => format!("{} [default: {default}]", setting.help),
        None => setting.help.to_owned(),
    };
    let argument = Arg::new(setting.flag).long(setting.flag).env(setting.variable);
    let argument = argument.value_name(setting.value).help(help);
    // A switch may stand alone; a value from the environment is never shown: it may hold a password.
    let argument = argument.hide_env_values(true);
    match setting.value {
        "BOOL" => argument.num_args(0..=1).require_equals(true).default_missing_value("true"),
        "VARIANT" => argument.action(ArgAction::Append),
        _ => argument,
    }
}

/// The settings of `tintype serve`.
///
/// # Errors
///
/// [`Faults`] with every value that cannot be used.
pub fn serve(matches: &ArgMatches) -> Result<Serve, Faults> {
    let mut values = Values::new(matches);
    let http = http_settings(&mut values);
    let app = app_settings(&mut values);
    let listen = listen(&mut values);
    let server = server(&mut values, app.as_ref().map(|app| app.memory.connections));
    let reconcile_interval = values.duration("reconcile-interval");
    let words = [("quick", Doctor::Quick), ("off", Doctor::Off)];
    let doctor = values.word("doctor", "quick or off", &words);
    if let (Some(http), Some(app)) = (&http, &app) {
        fits_in_memory(&mut values, http, app);
    }
    let serve = listen.zip(server).zip(http.zip(app)).zip(reconcile_interval.zip(doctor)).map(
        |(((listen, server), (http, app)), (reconcile_interval, doctor))| Serve {
            listen,
            server,
            http,
            app,
            reconcile_interval,
            doctor,
        },
    );
    values.finish(serve)
}

/// What a command runs with that works on bucket and catalog without serving.
#[derive(Clone, Debug)]
pub struct Storage {
    /// Bucket, catalog and budget.
    pub app: app::Settings,
    /// The pause between two passes of the reconciler.
    pub reconcile_interval: Duration,
}

/// The settings of commands that work on bucket and catalog without serving.
///
/// # Errors
///
/// [`Faults`] with every value that cannot be used.
pub fn storage(matches: &ArgMatches) -> Result<Storage, Faults> {
    let mut values = Values::new(matches);
    let app = app_settings(&mut values);
    let reconcile_interval = values.duration("reconcile-interval");
    let storage = app
        .zip(reconcile_interval)
        .map(|(app, reconcile_interval)| Storage { app, reconcile_interval });
    values.finish(storage)
}

/// The settings of the log.
///
/// # Errors
///
/// [`Faults`] with every value that cannot be used.
pub fn logging(matches: &ArgMatches) -> Result<Logging, Faults> {
    let mut values = Values::new(matches);
    let filter = values.text("log");
    let logging = logging::read(&mut values, filter);
    values.finish(logging)
}

/// The same with this filter where nobody names one.
///
/// # Errors
///
/// [`Faults`] with every value that cannot be used.
pub fn logging_or(matches: &ArgMatches, filter: &str) -> Result<Logging, Faults> {
    let mut values = Values::new(matches);
    let filter = values.typed("log").unwrap_or_else(|| filter.to_owned());
    let logging = logging::read(&mut values, Some(filter));
    values.finish(logging)
}

/// The service that a command asks.
///
/// # Errors
///
/// [`Faults`] when the address cannot be used.
pub(crate) fn server_to_ask(matches: &ArgMatches) -> Result<Server, Faults> {
    let mut values = Values::new(matches);
    let server = values.parse("url");
    values.finish(server)
}

fn listen(values: &mut Values<'_>) -> Option<SocketAddr> {
    let listen: SocketAddr = values.parse("listen")?;
    let anonymous = values.switch("allow-anonymous")?;
    if !listen.ip().is_loopback() && !anonymous {
        values.faults.add(name("listen"), &OpenToAll { listen });
        return None;
    }
    Some(listen)
}

#[derive(Debug, thiserror::Error)]
#[error(
    "{listen} is reachable from other machines, and everybody who reaches the service may upload \
     and delete: listen on 127.0.0.1 behind a proxy of yours, or say --allow-anonymous"
)]
struct OpenToAll {
    listen: SocketAddr,
}

/// `connections` was read with the memory budget, which pays for them.
fn server(values: &mut Values<'_>, connections: Option<u32>) -> Option<ServerSettings> {
    let header_timeout = values.timeout("header-timeout");
    let write_timeout = values.timeout("write-timeout");
    let shutdown_grace = values.timeout("shutdown-grace");
    Some(ServerSettings {
        max_connections: connections? as usize,
        header_timeout: header_timeout?,
        write_timeout: write_timeout?,
        shutdown_grace: shutdown_grace?,
    })
}

fn http_settings(values: &mut Values<'_>) -> Option<http::Settings> {
    let public_url = values.text("public-url");
    let public_url =
        public_url.map(|text| values.read("public-url", &text, http::parse_public_url));
    let max_image_size: Option<u64> = values.bytes("max-image-size");
    let max_batch_files: Option<u32> = values.number("max-batch-files");
    let field_value_bytes = values.bytes("max-field-size");
    let idle_timeout = values.timeout("upload-idle-timeout");
    let min_rate = values.bytes("upload-min-rate");
    let (max_image_size, field_value_bytes) = (max_image_size?, field_value_bytes?);
    let form = http::form_limits(field_value_bytes);
    Some(http::Settings {
        public_url: public_url.map_or(Some(None), |url| url.map(Some))?,
        max_image_size,
        max_batch_files: max_batch_files?,
        form,
        pace: Pace { idle_timeout: idle_timeout?, min_rate: min_rate? },
    })
}

fn app_settings(values: &mut Values<'_>) -> Option<app::Settings> {
    let storage = storage::read(values);
    let max_side = values.number("max-side");
    let max_pixels = values.number("max-pixels");
    let max_frames = values.number("max-frames");
    let accepted = values.text("accept").unwrap_or_default();
    let accepted = values.read("accept", &accepted, str::parse);
    let metadata = metadata(values);
    let proof = proof(values);
    let budget = values.bytes("memory-budget");
    let connections = values.number("max-connections");
    let queue_timeout = values.timeout("queue-timeout");
    let variants = variants::read(values);
    let variant_cache = variants::cache(values);
    let storage = storage?;
    Some(app::Settings {
        bucket: storage.bucket,
        catalog: storage.catalog,
        sweep: storage.sweep,
        memory: memory::Settings {
            budget: budget?,
            connections: connections?,
            queue_timeout: queue_timeout?,
            variant_cache: variant_cache?,
            proofs: memory::proofs_share(budget?, proof? == Proof::Decode),
        },
        image: inspect::Limits {
            side: max_side?,
            pixels: max_pixels?,
            frames: max_frames?,
            accepted: accepted?,
            ..inspect::Limits::default()
        },
        metadata: metadata?,
        proof: proof?,
        variants: variants?,
    })
}

fn metadata(values: &mut Values<'_>) -> Option<Metadata> {
    let keeps_copyright = values.switch("keep-copyright");
    let strip = Metadata::Strip(if keeps_copyright? { Rights::Kept } else { Rights::Removed });
    values.word("metadata", "strip or keep", &[("strip", strip), ("keep", Metadata::Keep)])
}

fn proof(values: &mut Values<'_>) -> Option<Proof> {
    let words = [("structure", Proof::Structure), ("decode", Proof::Decode)];
    values.word("proof", "structure or decode", &words)
}

#[derive(Debug, thiserror::Error)]
#[error(
    "an image of {image} bytes never fits: of {budget} bytes, an upload may use {largest}, since \
     each of --max-connections takes 24 KiB, reads and --variant-cache have their shares, and \
     --proof decode takes a quarter; raise --memory-budget or lower --max-image-size or \
     --max-connections"
)]
struct NeverFits {
    image: u64,
    budget: u64,
    largest: u64,
}

fn fits_in_memory(values: &mut Values<'_>, http: &http::Settings, app: &app::Settings) {
    let (image, largest) = (http.max_image_size, app.memory.largest());
    if image > largest {
        let never = NeverFits { image, budget: app.memory.budget, largest };
        values.faults.add(name("memory-budget"), &never);
    }
}
