//! What is made from the arguments: completions and manual pages.

use tintype::cli;

use crate::support::process::Site;

fn commands() -> Vec<String> {
    cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

#[tokio::test]
async fn each_shell_gets_completions_for_every_command() {
    let site = Site::embedded();
    for (shell, sign) in [
        ("bash", "complete -F _tintype"),
        ("zsh", "#compdef tintype"),
        ("fish", "complete -c tintype"),
        ("elvish", "edit:completion:arg-completer[tintype]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let ended = site.run(&["completions", shell]).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended}");
        assert!(ended.stdout.contains(sign), "{sign}: {ended}");
        for word in commands().iter().map(String::as_str).chain(["patience", "memory-budget"]) {
            assert!(ended.stdout.contains(word), "{word} is missing for {shell}");
        }
    }
    for wrong in [&["completions"][..], &["completions", "tcsh"]] {
        assert_eq!(site.run(wrong).await.code, Some(2));
    }
}

#[tokio::test]
async fn bash_takes_its_completions() {
    let site = Site::embedded();
    site.write("tintype.bash", site.run(&["completions", "bash"]).await.stdout);
    let completes = "source ./tintype.bash; COMP_WORDS=(tintype up); COMP_CWORD=1; \
                     _tintype tintype up tintype; echo \"${COMPREPLY[@]}\"";
    let bash = std::process::Command::new("bash")
        .args(["--norc", "-c", completes])
        .current_dir(site.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(bash.stdout).unwrap(), "upload\n");
}

#[tokio::test]
async fn the_manual_has_a_page_for_every_command() {
    let site = Site::embedded();
    let page = site.run(&["man"]).await;
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""), "{page}");
    is_a_page(&page.stdout, "tintype");
    for command in commands() {
        assert!(page.stdout.contains(&format!("tintype\\-{command}(1)")), "{command}: {page}");
    }
    let ended = site.run(&["man", "--dir", "share/man1"]).await;
    assert_eq!((ended.code, ended.to_string().contains("error")), (Some(0), false), "{ended}");
    let read = |name: &str| std::fs::read_to_string(site.path().join("share/man1").join(name));
    is_a_page(&read("tintype.1").unwrap(), "tintype");
    for command in commands() {
        let name = format!("tintype-{command}");
        is_a_page(&read(&format!("{name}.1")).unwrap(), &name);
    }
    let upload = read("tintype-upload.1").unwrap();
    for told in ["\\-\\-patience", "Exit codes: 0", "130 stopped by Ctrl"] {
        assert!(upload.contains(told), "{told}: {upload}");
    }
    site.write("taken", "");
    let ended = site.run(&["man", "--dir", "taken"]).await;
    assert_eq!(ended.code, Some(2), "{ended}");
}

/// The requests of roff that a page is made of.
fn is_a_page(text: &str, title: &str) {
    let head = text.lines().find(|line| line.starts_with(".TH ")).unwrap();
    assert_eq!(head.split_whitespace().nth(1), Some(title), "{head}");
    for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS"] {
        assert!(text.lines().any(|line| line == section), "{section} is missing: {text}");
    }
}
