//! Sentences as comments, and texts as literals: Terraform, YAML and the shell share the first,
//! Terraform and YAML the second.

use serde::Serialize;

use crate::iam::UserName;

/// The longest line of a comment.
const WIDTH: usize = 96;

/// `text` as lines that begin with `# ` after `indent` spaces, each with a line break.
pub(super) fn comment(indent: usize, text: &str) -> String {
    let start = format!("{:indent$}#", "");
    let mut lines = String::new();
    let mut line = start.clone();
    for word in text.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH && line != start {
            lines += &format!("{line}\n");
            line.clone_from(&start);
        }
        line += &format!(" {word}");
    }
    format!("{lines}{line}\n")
}

/// How a key is made, where the file makes none.
pub(super) fn key(user: &UserName) -> String {
    format!("# A key is made with\n#\n#   aws iam create-access-key --user-name {user}\n")
}

/// A text or a list of texts in double quotes. No name, prefix or ARN has a character that means
/// something inside them, such as `${`.
pub(super) fn quoted(value: &(impl Serialize + ?Sized)) -> String {
    let text = serde_json::to_string(value).expect("texts and lists of texts are JSON");
    text.replace("\",\"", "\", \"")
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, comment, quoted};

    #[test]
    fn a_comment_is_wrapped_and_loses_no_word() {
        let text = "word ".repeat(50);
        let written = comment(4, &text);
        assert!(written.lines().all(|line| line.starts_with("    # ") && line.len() <= WIDTH));
        assert_eq!(written.matches("word").count(), 50);
        assert_eq!(comment(0, ""), "#\n");
    }

    #[test]
    fn a_list_is_written_with_spaces() {
        assert_eq!(quoted(&["a", "b"]), r#"["a", "b"]"#);
        assert_eq!(quoted("a"), r#""a""#);
    }
}
