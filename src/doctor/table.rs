//! The report as people read it: one line a step in 80 columns, what a finding means and what to do
//! about it below, and what was not examined in a few lines at the end.

use std::fmt;

use super::{Report, Row, Step, Verdict};

/// The width of a terminal that nobody has widened.
const WIDTH: usize = 80;

/// Where the cells of a line begin.
const STEP: usize = 6;
const EXPECTED: usize = 21;
const GOT: usize = 44;

/// Where the lines below a row begin.
const INDENT: usize = 8;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut open: Vec<(&str, Vec<&str>)> = Vec::new();
        f.write_str(&line(["", "STEP", "EXPECTED", "GOT"]))?;
        for row in &self.rows {
            if row.verdict != Verdict::NotExamined || row.meaning.is_some() {
                write!(f, "{}", Told(row))?;
            } else if let Some((_, steps)) = open.iter_mut().find(|(why, _)| *why == row.got) {
                steps.push(row.step.label());
            } else {
                open.push((&row.got, vec![row.step.label()]));
            }
        }
        for (why, steps) in open {
            let text = format!("not examined, because {why}: {}", steps.join(", "));
            for line in wrapped(&text, WIDTH) {
                writeln!(f, "{line}")?;
            }
        }
        f.write_str(&self.sum())
    }
}

impl Report {
    fn sum(&self) -> String {
        let count = |verdict| self.rows.iter().filter(|row| row.verdict == verdict).count();
        let (broken, warnings) = (count(Verdict::Broken), count(Verdict::Warning));
        let warnings = match warnings {
            1 => "1 warning".to_owned(),
            more => format!("{more} warnings"),
        };
        match self.verdict() {
            Verdict::Broken => format!("The service cannot work: {broken} broken, {warnings}."),
            Verdict::Warning => format!("The service works, with {warnings}."),
            Verdict::Good => "All is good.".to_owned(),
            Verdict::NotExamined => "Nothing was examined.".to_owned(),
        }
    }
}

/// A row with all its lines.
struct Told<'a>(&'a Row);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { step, verdict, expected, got, meaning, fix } = self.0;
        let mark = match verdict {
            Verdict::NotExamined => "?",
            Verdict::Good => "ok",
            Verdict::Warning => "warn",
            Verdict::Broken => "FAIL",
        };
        f.write_str(&line([mark, step.label(), expected, got]))?;
        if let Some(meaning) = meaning {
            f.write_str(&paragraph(meaning, ["", ""]))?;
        }
        if let Some(fix) = fix {
            f.write_str(&paragraph(fix, ["-> ", "   "]))?;
        }
        Ok(())
    }
}

/// The four cells of a line; those that are too long go on below their beginning.
fn line([mark, step, expected, got]: [&str; 4]) -> String {
    let mut expected = wrapped(expected, GOT - EXPECTED - 1).into_iter();
    let mut got = wrapped(got, WIDTH - GOT).into_iter();
    let mut text = String::new();
    let mut begin = format!("{mark:STEP$}{step}");
    loop {
        let (left, right) = (expected.next(), got.next());
        if begin.is_empty() && left.is_none() && right.is_none() {
            return text;
        }
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        let width = GOT - EXPECTED;
        let line = format!("{begin:EXPECTED$}{left:width$}{right}");
        text.push_str(line.trim_end());
        text.push('\n');
        begin.clear();
    }
}

/// A text below a row, with what its first line and the others begin with.
fn paragraph(text: &str, [first, others]: [&str; 2]) -> String {
    let lines = wrapped(text, WIDTH - INDENT - first.len()).into_iter();
    let begins = std::iter::once(first).chain(std::iter::repeat(others));
    begins.zip(lines).map(|(begin, line)| format!("{:INDENT$}{begin}{line}\n", "")).collect()
}

/// The text in lines of at most `width` characters. What stands between backquotes is a command to
/// copy, so it stays in one piece even where it is longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&word),
            Some(line) if line.chars().count() + 1 + length <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            Some(_) | None => lines.push(word),
        }
    }
    lines
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(command) if is_open => {
                command.push(' ');
                command.push_str(word);
            }
            Some(_) | None => words.push(word.to_owned()),
        }
        is_open ^= word.matches('`').count() % 2 == 1;
    }
    words
}

impl Step {
    /// What people call it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Catalog => "catalog",
            Self::Memory => "memory",
            Self::EnvFile => ".env",
            Self::Endpoint => "endpoint",
            Self::Clock => "clock",
            Self::Credentials => "credentials",
            Self::Bucket => "bucket",
            Self::Put => "put",
            Self::Get => "get",
            Self::GetRange => "get a range",
            Self::Delete => "delete",
            Self::List => "list",
            Self::OtherPrefix => "other prefix",
            Self::OtherBucket => "other bucket",
            Self::BucketPolicy => "bucket policy",
            Self::Iam => "IAM",
            Self::Versioning => "versioning",
            Self::Ownership => "ownership",
            Self::Lifecycle => "lifecycle",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, Row, Step, wrapped};
    use crate::doctor::Advice;

    #[test]
    fn a_command_stays_in_one_piece() {
        let text = "run `tintype iam setup --bucket pics` and look again";
        assert_eq!(
            wrapped(text, 12),
            ["run", "`tintype iam setup --bucket pics`", "and look", "again"]
        );
        assert_eq!(wrapped("", 12), [""]);
    }

    #[test]
    fn the_table_fits_and_says_what_to_do() {
        let fix = "allow s3:DeleteObject on arn:aws:s3:::pics/*, or have a user made with exactly \
                   what is needed: `tintype iam setup --bucket pics`";
        let advice = Advice::new("These credentials lack s3:DeleteObject.", fix);
        let long = "answers, knows our tables, takes a row";
        let rows = vec![
            Row::of(Step::Catalog, long).good("does"),
            Row::of(Step::Delete, "deleted").broken("403 AccessDenied", advice),
            Row::of(Step::List, "denied").not_examined("the memory has none"),
            Row::of(Step::Iam, "denied").not_examined("the memory has none"),
        ];
        let table = Report { rows }.to_string();
        assert_eq!(
            table,
            "      STEP           EXPECTED               GOT
ok    catalog        answers, knows our     does
                     tables, takes a row
FAIL  delete         deleted                403 AccessDenied
        These credentials lack s3:DeleteObject.
        -> allow s3:DeleteObject on arn:aws:s3:::pics/*, or have a user made
           with exactly what is needed: `tintype iam setup --bucket pics`
not examined, because the memory has none: list, IAM
The service cannot work: 1 broken, 0 warnings."
        );
    }
}
