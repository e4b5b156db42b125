//! The text of a `.env` file, which is changed one name at a time and otherwise kept byte for byte.
//! What a line means is dotenvy's to say, which is what reads the file for `tintype serve`; this
//! file only finds where a name stands and what to write there.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::Range;

use super::quoting::quoted;

/// Above what is appended, so that its reader knows where it came from.
pub(super) const NOTE: &str = "# Written by tintype iam.";

/// The mark that some editors put first. dotenvy passes over it where it loads a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A text that dotenvy reads.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Document {
    text: String,
}

/// The text is none that dotenvy reads. What stands there may be a secret and is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    /// The line, counted from 1, on which the entry begins that cannot be read.
    pub(super) line: usize,
}

/// A name with its value, and the bytes of the lines on which they stand.
#[derive(Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    value: String,
    lines: Range<usize>,
}

impl Document {
    /// The document with this text.
    pub(super) fn parse(text: String) -> Result<Self, Malformed> {
        entries(&text)?;
        Ok(Self { text })
    }

    /// All of it.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// What a process has in its environment that had nothing there and loads this. Of two entries
    /// with the same name the first counts, also where another value refers to the name.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let mut seen = Vec::new();
        let mut first_of_each = String::new();
        for entry in self.entries() {
            if !seen.contains(&entry.name) {
                first_of_each.push_str(self.lines(&entry));
                first_of_each.push('\n');
                seen.push(entry.name);
            }
        }
        let entries = entries(&first_of_each).unwrap_or_default();
        entries.into_iter().find(|entry| entry.name == name).map(|entry| entry.value)
    }

    /// Gives the name this value, where it stands or else at the end. Further entries of the same
    /// name go: dotenvy ignores them, but a shell would have the last one count.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let is_set = self.get(name).as_deref() == Some(value);
        let mut same = self.entries_of(name).into_iter();
        let Some(first) = same.next() else { return self.append(name, value) };
        for entry in same.rev() {
            self.text.replace_range(entry.lines, "");
        }
        if !is_set {
            let line = with_value(self.lines(&first), value);
            self.text.replace_range(first.lines, &line);
        }
    }

    /// Takes the name out, however often it stands there.
    pub(super) fn remove(&mut self, name: &str) {
        for entry in self.entries_of(name).into_iter().rev() {
            self.text.replace_range(entry.lines, "");
        }
    }

    fn append(&mut self, name: &str, value: &str) {
        let ending = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let is_noted = self.text.lines().any(|line| line == NOTE);
        let text = &mut self.text;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push_str(ending);
        }
        if !is_noted {
            let gap = if text.is_empty() { "" } else { ending };
            text.push_str(&format!("{gap}{NOTE}{ending}"));
        }
        text.push_str(&format!("{name}={}{ending}", quoted(value)));
    }

    fn entries(&self) -> Vec<Entry> {
        // What was read once is readable, and every change leaves it so.
        entries(&self.text).unwrap_or_default()
    }

    fn entries_of(&self, name: &str) -> Vec<Entry> {
        self.entries().into_iter().filter(|entry| entry.name == name).collect()
    }

    fn lines(&self, entry: &Entry) -> &str {
        self.text.get(entry.lines.clone()).unwrap_or_default()
    }
}

/// The lines of an entry, with another value and the comment that they had.
fn with_value(lines: &str, value: &str) -> String {
    let body = lines.trim_end_matches(['\r', '\n']);
    let ending = lines.strip_prefix(body).unwrap_or_default();
    let (name, _) = body.split_once('=').unwrap_or((body, ""));
    format!("{name}={}{}{ending}", quoted(value), comment_after_value(body))
}

/// The comment at the end of an entry and the space before it: what can be left out without
/// changing the value. One that runs into the next line is not a comment to its author.
fn comment_after_value(body: &str) -> String {
    let value = |text: &str| {
        let mut entries = entries(&format!("{text}\n")).unwrap_or_default();
        entries.pop().map(|entry| entry.value)
    };
    let whole = value(body);
    for (at, _) in body.match_indices('#') {
        let (before, comment) = body.split_at(at);
        if !comment.contains('\n') && value(before) == whole {
            let space = before.strip_prefix(before.trim_end_matches([' ', '\t']));
            let space = space.filter(|space| !space.is_empty()).unwrap_or(" ");
            return format!("{space}{comment}");
        }
    }
    String::new()
}

/// Every entry, in order. dotenvy is handed one line at a time, and what it has taken when it
/// gives an entry is where that entry ends.
fn entries(text: &str) -> Result<Vec<Entry>, Malformed> {
    let marked = text.starts_with(BYTE_ORDER_MARK);
    let mut begin = if marked { BYTE_ORDER_MARK.len() } else { 0 };
    let taken = Cell::new(begin);
    let read = dotenvy::from_read_iter(LineByLine { text: text.as_bytes(), taken: &taken });
    let mut entries = Vec::new();
    for entry in read {
        let since = text.get(begin..taken.get()).unwrap_or_default();
        let start = begin + remarks(since);
        let Ok((name, value)) = entry else {
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
            return Err(Malformed { line });
        };
        entries.push(Entry { name, value, lines: start..taken.get() });
        begin = taken.get();
    }
    Ok(entries)
}

/// How many bytes of comments and blank lines come first. dotenvy takes each by itself, before it
/// looks for quotes.
fn remarks(text: &str) -> usize {
    let is_remark =
        |line: &&str| line.trim_start().is_empty() || line.trim_start().starts_with('#');
    text.split_inclusive('\n').take_while(is_remark).map(str::len).sum()
}

/// Gives no more than the rest of a line at a time, and counts.
struct LineByLine<'a> {
    text: &'a [u8],
    taken: &'a Cell<usize>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.text.get(self.taken.get()..).unwrap_or_default();
        let line = rest.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = { line }.read(into)?;
        self.taken.set(self.taken.get() + count);
        Ok(count)
    }
}
