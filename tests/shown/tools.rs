//! The foreign programs, each run to its end with what it is asked on its standard input.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::support::catalogs::environment;

/// How long a program may take over all photos. Only one that hangs takes so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// A program of the Python environment that `cargo xtask test` has made.
pub(crate) fn python_tool(name: &str) -> PathBuf {
    let tools = environment("TINTYPE_TEST_PYTHON_TOOLS");
    Path::new(&tools.expect("TINTYPE_TEST_PYTHON_TOOLS: `cargo xtask test --only shown`"))
        .join(name)
}

/// What the program writes when it is given `input`.
pub(crate) async fn answer_of(mut command: Command, input: &str) -> Vec<u8> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.kill_on_drop(true).spawn().unwrap();
    let mut asked = child.stdin.take().unwrap();
    let asking = async {
        asked.write_all(input.as_bytes()).await.unwrap();
        drop(asked);
    };
    let done = async { tokio::join!(asking, child.wait_with_output()).1.unwrap() };
    let output = timeout(PATIENCE, done).await.expect("the program hangs");
    output.stdout
}
