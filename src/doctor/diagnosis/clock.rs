//! Holds this machine's clock against the service's.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

use super::advice::SET_THE_CLOCK;
use crate::doctor::{Advice, Expectation, Row};

/// From here on a difference is worth a warning. Amazon refuses signatures from 15 minutes on
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html>), temporary
/// credentials are renewed five minutes before their end, and replicas whose clocks differ by more
/// than the sweep margin, a minute unless it is set, may sweep each other's uploads.
const MOST: SignedDuration = SignedDuration::from_secs(60);

/// Judges the service's `Date` against `now`, the moment when it arrived here.
pub(in crate::doctor) fn judge_clock(row: Expectation, date: Option<&str>, now: Timestamp) -> Row {
    let Some(ahead) = date.and_then(|date| ahead(date, now)) else {
        return row.not_examined("the service does not tell its time");
    };
    if ahead.abs() < MOST {
        return row.good("as the service's");
    }
    row.warning(
        in_words(ahead),
        Advice::new(
            "Signatures hold for 15 minutes, and replicas whose clocks differ may sweep each \
             other's uploads.",
            SET_THE_CLOCK,
        ),
    )
}

/// How far `now` is from the service's `Date`, such as `7 min ahead`.
pub(in crate::doctor) fn difference(date: Option<&str>, now: Timestamp) -> Option<String> {
    Some(in_words(ahead(date?, now)?))
}

/// The header has whole seconds, and was written before the answer travelled.
fn ahead(date: &str, now: Timestamp) -> Option<SignedDuration> {
    let theirs = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(now.duration_since(theirs))
}

/// In whole units that people read at a glance.
fn in_words(ahead: SignedDuration) -> String {
    let direction = if ahead.is_negative() { "behind" } else { "ahead" };
    let seconds = ahead.unsigned_abs().as_secs();
    match seconds {
        0..120 => format!("{seconds} s {direction}"),
        120..7200 => format!("{} min {direction}", seconds / 60),
        7200.. => format!("{} h {direction}", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::judge_clock;
    use crate::doctor::{Row, Step, Verdict};

    #[test]
    fn a_clock_that_is_a_minute_off_is_warned_of() {
        let now = "2026-11-22T18:25:10Z".parse().unwrap();
        for (date, verdict, got) in [
            ("Sun, 22 Nov 2026 18:25:10 GMT", Verdict::Good, "as the service's"),
            ("Sun, 22 Nov 2026 18:24:11 GMT", Verdict::Good, "as the service's"),
            ("Sun, 22 Nov 2026 18:24:10 GMT", Verdict::Warning, "60 s ahead"),
            ("Sun, 22 Nov 2026 18:32:10 GMT", Verdict::Warning, "7 min behind"),
            ("Sat, 21 Nov 2026 18:25:10 GMT", Verdict::Warning, "24 h ahead"),
            ("yesterday", Verdict::NotExamined, "the service does not tell its time"),
        ] {
            let row = judge_clock(Row::of(Step::Clock, ""), Some(date), now);
            assert_eq!((row.verdict, row.got.as_str()), (verdict, got), "{date}");
        }
    }
}
