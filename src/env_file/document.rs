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
    let (space, comment) = comment_after_value(body);
    let line = |space| format!("{name}={}{space}{comment}{ending}", quoted(value));
    // Not every width of space makes a comment of what follows: after two dotenvy sees the quotes
    // in it, and takes the next line for a part of this one.
    let as_it_was = line(space);
    let is_read = !space.is_empty() && value_of(&as_it_was).as_deref() == Some(value);
    if is_read || comment.is_empty() { as_it_was } else { line(" ") }
}

/// The space after the value of an entry and the comment behind it: what can be left out without
/// changing the value. One that runs into the next line is not a comment to its author.
fn comment_after_value(body: &str) -> (&str, &str) {
    let value_of = |text: &str| value_of(&format!("{text}\n"));
    let whole = value_of(body);
    for (at, _) in body.match_indices('#') {
        let (before, comment) = body.split_at(at);
        if !comment.contains('\n') && value_of(before) == whole {
            let space = before.strip_prefix(before.trim_end_matches([' ', '\t']));
            return (space.unwrap_or_default(), comment);
        }
    }
    ("", "")
}

/// The value of the one entry that a text is, if it is one.
fn value_of(entry: &str) -> Option<String> {
    let mut entries = entries(entry).unwrap_or_default();
    entries.pop().filter(|_| entries.is_empty()).map(|entry| entry.value)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 4] = ["AWS_REGION", "A", "export", "B.c_1"];

    fn document(text: &str) -> Document {
        Document::parse(text.to_owned()).unwrap_or_else(|error| panic!("{error:?}: {text:?}"))
    }

    /// The text after `change`.
    fn after(text: &str, change: impl FnOnce(&mut Document)) -> String {
        let mut document = document(text);
        change(&mut document);
        document.text
    }

    #[test]
    fn a_value_is_changed_where_it_stands() {
        for (before, expected) in [
            ("A=1\n", "A=2\n"),
            ("A=1", "A=2"),
            ("\u{feff}A=1\r\nB=1\r\n", "\u{feff}A=2\r\nB=1\r\n"),
            ("# A=0\n\nA = 1 # why\nB=1\n", "# A=0\n\nA =2 # why\nB=1\n"),
            ("  export A='1'\t# it's\n", "  export A=2\t# it's\n"),
            ("A=#none\n", "A=2 #none\n"),
            ("A=\"x # y\"\n", "A=2\n"),
            ("A=x#y\n", "A=2\n"),
            ("A=\"1\n# no comment\nA=3\" # one\nB=1\n", "A=2 # one\nB=1\n"),
            ("A=1\nB=1\nA=3\n#\nA=4", "A=2\nB=1\n#\n"),
            ("A=2 \nB=1\nA=3\n", "A=2 \nB=1\n"),
            ("A=\"2\"\n", "A=\"2\"\n"),
            ("AB=1\nexport=A\n", "AB=1\nexport=A\n\n# Written by tintype iam.\nA=2\n"),
            ("", "# Written by tintype iam.\nA=2\n"),
            ("B=1", "B=1\n\n# Written by tintype iam.\nA=2\n"),
            ("B=1\r\n", "B=1\r\n\r\n# Written by tintype iam.\r\nA=2\r\n"),
        ] {
            assert_eq!(after(before, |document| document.set("A", "2")), expected);
        }
    }

    #[test]
    fn further_names_go_below_the_same_comment() {
        let text = after("", |document| {
            document.set("A", "1");
            document.set("B", "two words");
        });
        assert_eq!(text, "# Written by tintype iam.\nA=1\nB=\"two words\"\n");
    }

    #[test]
    fn a_name_is_removed_wherever_it_stands() {
        let before = "# x\nA=1\nB='a\nA=2\n'\nexport A=3\n\nAB=1\nA=4";
        let expected = "# x\nB='a\nA=2\n'\n\nAB=1\n";
        assert_eq!(after(before, |document| document.remove("A")), expected);
    }

    #[test]
    fn of_two_values_the_first_counts_and_references_see_it() {
        let document = document("A=1\nA=2\nB=$A\n");
        assert_eq!(document.get("A").as_deref(), Some("1"));
        assert_eq!(document.get("B").as_deref(), Some("1"));
        assert_eq!(document.get("C"), None);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_line() {
        for (text, line) in [
            ("A=1\n\n# x\nB=two words\n", 4),
            ("A=1\nB=\"open\nC=3\n", 2),
            ("nothing", 1),
            // dotenvy wants a line end after a space.
            ("A=1\nB=2 ", 2),
        ] {
            assert_eq!(Document::parse(text.to_owned()).err(), Some(Malformed { line }), "{text}");
        }
    }

    /// Documents as people write them and as nobody does; what dotenvy refuses is left out.
    fn documents() -> impl Strategy<Value = String> {
        let name = prop::sample::select(NAMES.to_vec());
        let value = prop_oneof![
            "[a-z0-9/+=]{0,6}",
            "'[a-z\" #\\n\\r$]{0,6}'",
            "\"[a-z' #\\n\\r]{0,6}\"",
            "\\$\\{(NO|OTHER)\\}",
            "[a-z]\\\\[ $nn'\"\\\\]",
        ];
        let around =
            prop::sample::select(vec!["", " ", "\t", "  ", " # x", "#", " #'", " # \"y\" "]);
        let entry = (prop::sample::select(vec!["", "export ", "  ", "\t"]), name, value, around);
        let line = prop_oneof![
            3 => entry.prop_map(|(before, name, value, after)| format!("{before}{name}={value}{after}")),
            1 => "[ \\t]{0,2}(#[a-z '\"=]{0,8})?",
            1 => "[A=#'\" \\\\$\\t\\n\\r]{0,8}",
        ];
        let ending = prop::sample::select(vec!["\n", "\r\n"]);
        let lines = prop::collection::vec((line, ending), 0..6);
        (prop::bool::ANY, lines, prop::bool::ANY).prop_map(|(marked, lines, ended)| {
            let lines: String =
                lines.iter().flat_map(|(line, end)| [line.as_str(), *end]).collect();
            let text = if ended { lines.as_str() } else { lines.trim_end_matches(['\r', '\n']) };
            format!("{}{text}", if marked { BYTE_ORDER_MARK } else { "" })
        })
    }

    /// What dotenvy reads, of each name the first.
    fn read_by_dotenvy(text: &str) -> Vec<(String, String)> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut first: Vec<(String, String)> = Vec::new();
        for entry in dotenvy::from_read_iter(text.as_bytes()) {
            let (name, value) = entry.unwrap_or_else(|error| panic!("{error}: {text:?}"));
            if first.iter().all(|(known, _)| *known != name) {
                first.push((name, value));
            }
        }
        first
    }

    /// The text without the lines of a name.
    fn without(text: &str, name: &str) -> String {
        after(text, |document| document.remove(name))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_change_is_read_back_and_nothing_else_changes(
            text in documents(),
            name in prop::sample::select(vec!["A", "export", "B.c_1", "NEW"]),
            value in prop_oneof!["[ -~\\n\\r\\t]{0,12}", "\\PC{0,8}", "[a-zA-Z0-9/+]{40}"],
        ) {
            let Ok(mut document) = Document::parse(text.clone()) else { return Ok(()) };
            document.set(name, &value);
            let changed = document.text.clone();
            prop_assert_eq!(document.get(name), Some(value.clone()));

            let (before, now) = (read_by_dotenvy(&text), read_by_dotenvy(&changed));
            prop_assert_eq!(now.iter().find(|(known, _)| known == name).map(|(_, v)| v), Some(&value));
            // A value that refers to the name follows it, as it should.
            let others = |all: &[(String, String)]| -> Vec<_> {
                all.iter().filter(|(known, _)| known != name).cloned().collect()
            };
            if !text.contains('$') || !text.contains(name) {
                prop_assert_eq!(others(&before), others(&now));
            }
            let (kept, left) = (without(&text, name), without(&changed, name));
            let is_appended = before.iter().all(|(known, _)| known != name);
            if is_appended {
                prop_assert!(left.starts_with(&kept), "{:?} {:?}", kept, left);
                let added = left[kept.len()..].replace("\r\n", "\n");
                prop_assert!(["", "\n", "\n\n"].iter().any(|gap| added == format!("{gap}{NOTE}\n")), "{added:?}");
            } else {
                prop_assert_eq!(kept, left);
            }
            document.set(name, &value);
            prop_assert_eq!(changed, document.text);
        }

        #[test]
        fn what_is_removed_is_gone_and_nothing_else_changes(text in documents()) {
            let Ok(mut document) = Document::parse(text.clone()) else { return Ok(()) };
            document.remove("A");
            prop_assert_eq!(document.get("A"), None);
            if !text.contains('$') {
                let mut before = read_by_dotenvy(&text);
                before.retain(|(name, _)| name != "A");
                prop_assert_eq!(before, read_by_dotenvy(&document.text));
            }
        }
    }
}
