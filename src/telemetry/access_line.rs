//! The line of a call in a log of text, as `tracing-subscriber` formats it, with a third of the instructions.
//!
//! A busy server writes one line for each call and few others. The formatter of `tracing-subscriber` writes each field
//! through several layers of `core::fmt`; here strings are copied.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Target of the access log and of the spans of calls, for the filters of the log.
pub const CALL_TARGET: &str = "claimd::call";

/// Formats lines of calls quickly, and leaves others to `tracing-subscriber`. Without colour.
pub(super) struct TextLines(pub(super) Format<Full>);

impl<S, N> FormatEvent<S, N> for TextLines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        // A line of a call is in no span.
        if event.metadata().target() != CALL_TARGET || !event.is_root() {
            return self.0.format_event(context, writer, event);
        }
        SystemTime.format_time(&mut writer)?;
        writer.write_str(level(*event.metadata().level()))?;
        writer.write_str(CALL_TARGET)?;
        writer.write_char(':')?;
        let mut fields = Fields { writer: &mut writer, result: Ok(()) };
        event.record(&mut fields);
        fields.result?;
        writer.write_char('\n')
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => " ERROR ",
        Level::WARN => "  WARN ",
        Level::INFO => "  INFO ",
        Level::DEBUG => " DEBUG ",
        Level::TRACE => " TRACE ",
    }
}

/// Writes ` name=value` for each field, and the message alone.
struct Fields<'w, 'l> {
    writer: &'w mut Writer<'l>,
    result: fmt::Result,
}

impl Fields<'_, '_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let mut write = || {
            self.writer.write_char(' ')?;
            if field.name() != "message" {
                self.writer.write_str(field.name())?;
                self.writer.write_char('=')?;
            }
            Ok(())
        };
        self.result = self.result.and_then(|()| write()).and_then(|()| value(self.writer));
    }
}

impl Visit for Fields<'_, '_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, |writer| {
            let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
            if value.as_bytes().iter().all(is_plain) {
                writer.write_char('"')?;
                writer.write_str(value)?;
                writer.write_char('"')
            } else {
                write!(writer, "{value:?}")
            }
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(field, |writer| write!(writer, "{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::MakeWriter;
    use tracing_subscriber::fmt::format::DefaultFields;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'w> MakeWriter<'w> for Lines {
        type Writer = Self;

        fn make_writer(&'w self) -> Self {
            self.clone()
        }
    }

    /// Lines of calls, without their times.
    fn lines(format: impl FormatEvent<tracing_subscriber::Registry, DefaultFields> + Send + Sync + 'static) -> String {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_writer(lines.clone())
            .event_format(format)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let (nothing, principal) = (None::<&str>, Some("desk"));
            macro_rules! line {
                ($level:ident, $method:expr) => {
                    tracing::event!(
                        target: "claimd::call", parent: None, Level::$level, method = $method, milliseconds = 0.25,
                        bytes = 7_u64, peer = display("127.0.0.1:9"), principal, trace_id = nothing, "call"
                    )
                };
            }
            line!(ERROR, "claimd.v1.ClaimService/GetClaim");
            line!(WARN, "\"quoted\\\"");
            line!(INFO, "über\n");
            line!(DEBUG, "");
            tracing::info!(target: "claimd::cli", address = %"127.0.0.1:1", "serving");
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| line.split_once('Z').unwrap().1.to_owned() + "\n").collect()
    }

    #[test]
    fn lines_are_those_of_tracing_subscriber() {
        let ours = lines(TextLines(Format::default()));
        assert_eq!(ours, lines(Format::default()));
        assert_eq!(ours.lines().count(), 5, "{ours}");
    }
}
