//! How far the uploads are, for the one who waits: bars where standard error is a terminal, else a
//! line for each file that is done.

use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::files::{Choice, File};
use crate::cli::terminal;
use crate::client::Progress;

/// How often a bar is looked after.
const TICK: Duration = Duration::from_millis(100);

/// The bars of a run.
#[derive(Debug)]
pub(super) struct Bars {
    /// Nothing where standard error is no terminal.
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    all: MultiProgress,
    /// Bytes of all files.
    total: ProgressBar,
    /// Files.
    files: ProgressBar,
}

impl Bars {
    pub(super) fn of(choices: &[Choice]) -> Self {
        // Hidden, too, on a terminal that cannot move its cursor.
        let target = ProgressDrawTarget::stderr();
        Self { shown: (!target.is_hidden()).then(|| Shown::of(choices, target)) }
    }

    /// The bar of a file whose upload begins.
    pub(super) fn begin(&self, file: &File) -> Bar {
        let drawn = self.shown.as_ref().map(|shown| shown.begin(file));
        let total = self.shown.as_ref().map(|shown| shown.total.clone());
        Bar { drawn, total, size: file.size, progress: Arc::default() }
    }

    /// Takes away the bar of a file that is done.
    pub(super) fn end(&self, bar: &Bar) {
        if let (Some(shown), Some(drawn)) = (&self.shown, &bar.drawn) {
            shown.all.remove(drawn);
            shown.files.inc(1);
            shown.total.set_prefix(shown.count());
        }
    }

    /// Says something of a file on standard error. Beside bars, only what is `important`: the others
    /// show it themselves.
    pub(super) fn remark(&self, text: &str, important: bool) {
        if self.shown.is_none() || important {
            self.aside(|| terminal::complain(&terminal::plain(text)));
        }
    }

    /// Does something that writes to a terminal, while no bar is in the way.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.shown {
            Some(shown) => shown.all.suspend(write),
            None => write(),
        }
    }

    /// Takes all bars away.
    pub(super) fn clear(&self) {
        if let Some(shown) = &self.shown {
            shown.total.finish_and_clear();
            // An error means that the terminal is gone.
            shown.all.clear().ok();
        }
    }
}

impl Shown {
    fn of(choices: &[Choice], target: ProgressDrawTarget) -> Self {
        let files = choices.iter().filter_map(|choice| match choice {
            Choice::Send(file) => Some(file.size),
            Choice::Skip(_) | Choice::Unreadable(..) => None,
        });
        let (number, bytes) =
            files.fold((0, 0), |(number, bytes), size| (number + 1, bytes + size));
        let all = MultiProgress::with_draw_target(target);
        let total = all.add(ProgressBar::new(bytes).with_style(style(TOTAL)));
        let shown = Self { all, total, files: ProgressBar::hidden() };
        shown.files.set_length(number);
        shown.total.set_prefix(shown.count());
        shown
    }

    fn count(&self) -> String {
        let files = self.files.length().unwrap_or_default();
        format!("{} of {files} files", self.files.position())
    }

    fn begin(&self, file: &File) -> ProgressBar {
        let bar = ProgressBar::new(file.size).with_style(style(ONE));
        let name = file.path.file_name().unwrap_or(file.path.as_os_str());
        bar.set_prefix(terminal::plain(&name.to_string_lossy()));
        let bar = self.all.insert_before(&self.total, bar);
        bar.tick();
        bar
    }
}

/// Of 80 columns, each line leaves some for what it says at its end.
const ONE: &str = "{prefix:22!} {bar:12} {binary_bytes:>10}/{binary_total_bytes:10} {wide_msg}";
const TOTAL: &str = "{prefix:22!} {bar:12} {binary_bytes:>10}/{binary_total_bytes:10} \
                     {binary_bytes_per_sec} {eta}";

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::default_bar();
    // The templates are constants, and a test sees what they draw.
    style.clone().template(template).unwrap_or(style).progress_chars("=> ")
}

/// The bar of one file.
#[derive(Debug)]
pub(super) struct Bar {
    drawn: Option<ProgressBar>,
    total: Option<ProgressBar>,
    size: u64,
    progress: Arc<Progress>,
}

impl Bar {
    pub(super) fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// Draws how far `upload` is until it is done.
    pub(super) async fn follow<T>(&self, upload: impl Future<Output = T>) -> T {
        let mut upload = std::pin::pin!(upload);
        let mut tick = tokio::time::interval(TICK);
        let mut drawn = 0;
        let result = loop {
            tokio::select! {
                result = &mut upload => break result,
                _ = tick.tick() => drawn = self.draw(drawn, self.progress.sent()),
            }
        };
        // Of a file that is done nothing is left to do, however it went.
        self.draw(drawn, self.size);
        result
    }

    /// Moves from what is drawn to what is so.
    fn draw(&self, drawn: u64, now: u64) -> u64 {
        if let (Some(bar), Some(total)) = (&self.drawn, &self.total) {
            bar.set_position(now);
            bar.set_message(self.progress.trouble().map_or_else(String::new, |trouble| {
                terminal::plain(&format!("tries again: {trouble}"))
            }));
            // A try that begins anew takes back what the one before it had sent.
            total.inc(now.saturating_sub(drawn));
            total.dec(drawn.saturating_sub(now));
        }
        now
    }
}
