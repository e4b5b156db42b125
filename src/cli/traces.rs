//! Traces to an OpenTelemetry collector, by OTLP over HTTP.
//!
//! The SDK reads its settings from the environment by itself, under the names that it has
//! everywhere. Spans wait in a queue with a bound and are sent by a thread of their own: a collector
//! that is away costs traces and nothing else.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Key, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracerProvider, SpanData};
use tokio::runtime::Handle;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;

use crate::causes::chain;

/// How long the end of the process may wait for the last spans to be taken. With the default grace
/// time it is over before Kubernetes kills.
const FLUSH_TIME: Duration = Duration::from_secs(2);

/// The name that traces have when nobody says another one.
const SERVICE_NAME: &str = "tintype";

pub(super) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Starts the thread that sends. Nothing is asked of the collector yet.
    pub(super) fn start() -> Result<Self, ExporterBuildError> {
        let inner = SpanExporter::builder().with_http().build()?;
        let delivery = Delivery { inner, runtime: Handle::current(), fails: AtomicBool::default() };
        let provider = SdkTracerProvider::builder()
            .with_resource(resource())
            .with_span_processor(BatchSpanProcessor::builder(delivery).build())
            .build();
        Ok(Self { provider })
    }

    /// Takes our own spans, and warnings and errors within them.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let ours = filter_fn(|metadata| {
            let told = metadata.is_span() || *metadata.level() <= Level::WARN;
            told && metadata.target().starts_with("tintype")
        });
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(SERVICE_NAME))
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(ours.with_max_level_hint(LevelFilter::DEBUG))
    }

    /// Sends what is left.
    pub(super) fn stop(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH_TIME) {
            tracing::warn!(cause = chain(&error), "the last traces are lost");
        }
    }
}

/// What the environment says of this service, and the rest.
fn resource() -> Resource {
    let told = Resource::builder().build();
    let name = told.get(&Key::from_static_str("service.name"));
    let named = name.is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let versioned = told.get(&Key::from_static_str("service.version")).is_some();
    let resource = Resource::builder();
    let resource = if named { resource } else { resource.with_service_name(SERVICE_NAME) };
    let version = (!versioned).then(|| KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    resource.with_attributes(version).build()
}

/// The exporter, which the SDK runs on a thread without a runtime, in ours. It tells the log when the
/// collector cannot be reached and when it can again, and nothing between.
#[derive(Debug)]
struct Delivery {
    inner: SpanExporter,
    runtime: Handle,
    fails: AtomicBool,
}

impl Delivery {
    fn tell(&self, outcome: &OTelSdkResult) {
        let failed_before = self.fails.swap(outcome.is_err(), Ordering::Relaxed);
        match outcome {
            Err(error) if !failed_before => {
                tracing::warn!(cause = chain(error), "traces cannot be delivered");
            }
            Ok(()) if failed_before => tracing::info!("traces are delivered again"),
            Ok(()) | Err(_) => {}
        }
    }
}

impl opentelemetry_sdk::trace::SpanExporter for Delivery {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let mut work = pin!(self.inner.export(batch));
        let outcome = poll_fn(|context| {
            let _inside = self.runtime.enter();
            work.as_mut().poll(context)
        })
        .await;
        self.tell(&outcome);
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
