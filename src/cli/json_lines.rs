//! Log lines as JSON: one object a line, with the fields of the innermost span in it.
//!
//! It writes what the JSON format of `tracing-subscriber` writes. That one keeps a span's fields as
//! an object, which it parses for every field that comes later and for every line; here they are
//! kept as the piece of text that goes into the line.

use std::error::Error;
use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Enough for the line of a request that was answered.
const USUAL_LENGTH: usize = 512;

/// Writes an event as a line.
#[derive(Debug)]
pub(super) struct Lines;

/// Writes the fields of a span as the members of an object, without its braces.
#[derive(Debug)]
pub(super) struct Members;

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::with_capacity(USUAL_LENGTH);
        line.push_str("{\"timestamp\":\"");
        SystemTime.format_time(&mut Writer::new(&mut line))?;
        line.push_str("\",\"level\":\"");
        line.push_str(event.metadata().level().as_str());
        line.push('"');
        let mut object = Object { text: &mut line, comma: true };
        event.record(&mut object);
        object.string("target", event.metadata().target());
        let span = event.parent().and_then(|id| context.span(id));
        if let Some(span) = span.or_else(|| context.lookup_current()) {
            line.push_str(",\"span\":{");
            let extensions = span.extensions();
            let members = extensions.get::<FormattedFields<N>>().map(|members| &*members.fields);
            let members = members.unwrap_or_default();
            line.push_str(members);
            let mut object = Object { text: &mut line, comma: !members.is_empty() };
            object.string("name", span.name());
            line.push('}');
        }
        line.push_str("}\n");
        writer.write_str(&line)
    }
}

impl<'writer> FormatFields<'writer> for Members {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut members = String::new();
        fields.record(&mut Object { text: &mut members, comma: false });
        writer.write_str(&members)
    }

    /// A field that is recorded again stands there twice; readers of JSON take the later one.
    fn add_fields(
        &self,
        current: &'writer mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        let comma = !current.fields.is_empty();
        fields.record(&mut Object { text: &mut current.fields, comma });
        Ok(())
    }
}

/// An object that is being written.
struct Object<'a> {
    text: &'a mut String,
    comma: bool,
}

impl Object<'_> {
    /// Writes all of a member but its value.
    fn name(&mut self, name: &str) -> &mut String {
        if self.comma {
            self.text.push(',');
        }
        self.comma = true;
        self.text.push('"');
        // Without the prefix of a field whose name is a word of Rust.
        push_escaped(self.text, name.strip_prefix("r#").unwrap_or(name));
        self.text.push_str("\":");
        self.text
    }

    fn string(&mut self, name: &str, value: &str) {
        let text = self.name(name);
        text.push('"');
        push_escaped(text, value);
        text.push('"');
    }

    /// Writes a value that is its own JSON.
    fn plain(&mut self, name: &str, value: fmt::Arguments<'_>) {
        // Writing to a string does not fail, and a value that fails to show itself is cut short.
        let _ = self.name(name).write_fmt(value);
    }
}

impl Visit for Object<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.string(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field.name(), format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field.name(), format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field.name(), format_args!("{value}"));
    }

    /// JSON has no word for infinity, nor for what is not a number.
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.plain(field.name(), format_args!("{value:?}"));
        } else {
            self.plain(field.name(), format_args!("null"));
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = self.name(field.name());
        text.push('"');
        let _ = write!(Escaped(text), "{value:?}");
        text.push('"');
    }
}

/// Writes text as the inside of a JSON string.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_escaped(self.0, text);
        Ok(())
    }
}

fn push_escaped(target: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(needs_escape) {
        let (plain, special) = rest.split_at(at);
        target.push_str(plain);
        let (special, after) = special.split_at(1);
        for byte in special.bytes() {
            let _ = write!(target, "\\u{byte:04x}");
        }
        rest = after;
    }
    target.push_str(rest);
}

/// One of those that RFC 8259, section 7, keeps out of strings; each is a character by itself.
const fn needs_escape(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What `log` writes, with ours and with tracing-subscriber's.
    fn both(log: impl Fn()) -> [Vec<Value>; 2] {
        let (ours, theirs) = (Kept::default(), Kept::default());
        let writer = ours.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let lines = lines.fmt_fields(Members).event_format(Lines);
        tracing::subscriber::with_default(lines.finish(), &log);
        let writer = theirs.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let lines = lines.json().flatten_event(true).with_span_list(false);
        tracing::subscriber::with_default(lines.finish(), &log);
        [ours, theirs].map(|kept| {
            let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
            let lines = text.lines().map(|line| serde_json::from_str(line).expect(line));
            let without_time = |mut line: Value| {
                assert!(line.as_object_mut().unwrap().remove("timestamp").unwrap().is_string());
                line
            };
            lines.map(without_time).collect()
        })
    }

    #[test]
    fn lines_are_those_of_tracing_subscriber() {
        let [ours, theirs] = both(|| {
            tracing::info!("no span");
            let outer = tracing::error_span!("outer", a = 1);
            let _outer = outer.enter();
            let span = tracing::info_span!(
                "request",
                path = "/\"\\\n\u{1}ä🦁",
                later = tracing::field::Empty
            );
            tracing::warn!(parent: &span, "before");
            span.record("later", "then");
            let _entered = span.enter();
            let cause = io::Error::other("the \"cause\"");
            tracing::error!(
                small = -5_i64, large = u64::MAX, yes = true, ratio = 1.0, none = f64::NAN,
                shown = %"a\tb", debugged = ?Some("x"), cause = &cause as &dyn Error, r#type = 1,
                "message {}", "with\0nul"
            );
            tracing::info_span!("empty").in_scope(|| tracing::info!(only = 1));
        });
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), 4);
        assert_eq!(ours[2]["span"]["later"], json!("then"));
    }
}
