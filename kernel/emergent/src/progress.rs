//! Progress of long work: a bar with the rate and the time left.
//!
//! In a notebook the bar is one output that is redrawn at most ten times a second; in a terminal
//! it is a line that is rewritten; when the output goes to a file only the end is written.
//!
//! ```
//! use emergent::progress::Progress;
//!
//! let mut progress = Progress::new(50, "Training");
//! for epoch in 0..50 {
//!     // ... train one epoch ...
//!     progress.set(epoch + 1);
//! }
//! assert!(progress.to_string().starts_with("Training 100%"));
//! ```

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use etable::progress::{Listener, Steps};
use serde_json::json;

use crate::channel;
use crate::display::Shown;

/// Shortest time between two redraws.
const INTERVAL: Duration = Duration::from_millis(100);
/// The rate of a shorter time says nothing yet.
const SETTLED: f64 = 0.25;
/// A task that takes no longer is not worth a bar.
const MOMENT: Duration = Duration::from_millis(500);
const WIDTH: u64 = 30;

/// A progress bar over a known number of steps.
#[derive(Debug)]
pub struct Progress {
    label: String,
    note: String,
    total: u64,
    done: u64,
    start: Instant,
    drawn: Option<Instant>,
    shown: Option<Shown>,
    finished: bool,
}

impl Progress {
    /// A bar of `total` steps, none of them done, named by a word or two.
    pub fn new(total: u64, label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            note: String::new(),
            total,
            done: 0,
            start: Instant::now(),
            drawn: None,
            shown: None,
            finished: false,
        }
    }

    /// Says how many steps are done; more than the total counts as the total.
    pub fn set(&mut self, done: u64) {
        self.done = done.min(self.total);
        self.refresh(self.done == self.total);
    }

    /// One more step is done.
    pub fn step(&mut self) {
        self.set(self.done + 1);
    }

    /// A few words behind the bar, such as the present error.
    pub fn note(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// Draws the bar a last time. Work that ends early stays at the steps that it reached.
    pub fn finish(&mut self) {
        if !self.finished {
            self.refresh(true);
        }
    }

    fn refresh(&mut self, last: bool) {
        let now = Instant::now();
        let due = self.drawn.is_none_or(|drawn| now - drawn >= INTERVAL);
        if self.finished || !(due || last) {
            return;
        }
        self.finished = last;
        self.drawn = Some(now);
        let text = self.to_string();
        if channel::in_notebook() {
            let kind = if self.shown.is_some() { "update" } else { "display" };
            let metadata = json!({"emergent": {"progress": true}});
            self.shown.get_or_insert_with(Shown::fresh).send(
                kind,
                json!({"text/plain": text}),
                metadata,
            );
            return;
        }
        let mut output = std::io::stderr().lock();
        // A terminal that went away cannot be told.
        let _ = if output.is_terminal() {
            write!(output, "\r{text}\u{1b}[K{}", if last { "\n" } else { "" })
        } else if last {
            writeln!(output, "{text}")
        } else {
            Ok(())
        };
    }
}

/// Shows a bar for each [task](etable::progress) of the toolkit that takes longer than a moment, as
/// notebooks do.
pub fn follow_tasks() {
    // Whoever listens already, listens.
    etable::progress::listen(Bars);
}

/// Shows a bar for each [task](etable::progress) that takes longer than a moment.
#[derive(Debug)]
pub(crate) struct Bars;

impl Listener for Bars {
    fn begin(&self, label: &str, total: u64) -> Box<dyn Steps> {
        Box::new(Bar::new(Progress::new(total, label)))
    }
}

struct Bar {
    /// The most steps that a thread reported.
    done: AtomicU64,
    progress: Mutex<Progress>,
}

impl Bar {
    fn new(progress: Progress) -> Self {
        Self { done: AtomicU64::new(progress.done), progress: Mutex::new(progress) }
    }
}

impl Steps for Bar {
    fn done(&self, steps: u64) {
        // Threads may report out of turn.
        self.done.fetch_max(steps, Ordering::Relaxed);
        // The one that draws need not be waited for.
        let Ok(mut progress) = self.progress.try_lock() else { return };
        if progress.drawn.is_some() || progress.start.elapsed() >= MOMENT {
            progress.set(self.done.load(Ordering::Relaxed));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // The last steps may have been reported while another thread drew.
        let Ok(progress) = self.progress.get_mut() else { return };
        if progress.drawn.is_some() {
            progress.set(*self.done.get_mut());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            self.finish();
        }
    }
}

/// `Training  40% [############------------------] 20/50, 8.1/s, 4 s left`.
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total.max(1);
        let done = if self.total == 0 { total } else { self.done };
        let filled = (WIDTH * done / total) as usize;
        let bar = "#".repeat(filled) + &"-".repeat(WIDTH as usize - filled);
        let percent = 100 * done / total;
        write!(f, "{} {percent:3}% [{bar}] {}/{}", self.label, self.done, self.total)?;
        let seconds = self.start.elapsed().as_secs_f64();
        let ended = self.finished || self.done == self.total;
        if self.done > 0 && (ended || seconds >= SETTLED) {
            let rate = self.done as f64 / seconds.max(1e-9);
            let digits = if rate < 10.0 { 1 } else { 0 };
            write!(f, ", {rate:.digits$}/s, ")?;
            match (self.done == self.total, ended) {
                (true, _) => f.write_str(&duration(seconds))?,
                (false, true) => write!(f, "ended after {}", duration(seconds))?,
                (false, false) => {
                    write!(f, "{} left", duration((self.total - self.done) as f64 / rate))?
                }
            }
        }
        if !self.note.is_empty() {
            write!(f, ", {}", self.note)?;
        }
        Ok(())
    }
}

/// Seconds in words: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`.
fn duration(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_share_that_is_done() {
        let mut progress = Progress::new(50, "Training");
        progress.set(20);
        let text = progress.to_string();
        assert!(text.starts_with("Training  40% [############------------------] 20/50"), "{text}");
        assert!(text.ends_with("20/50"), "a rate too early: {text}");
        progress.finish();
        let text = progress.to_string();
        assert!(text.contains("20/50") && text.contains("ended after 0.0 s"), "{text}");
        let mut progress = Progress::new(50, "Training");
        progress.set(99);
        assert!(progress.to_string().contains("50/50"));
        assert!(Progress::new(0, "Nothing").to_string().contains("100%"));
    }

    #[test]
    fn a_task_gets_a_bar_after_a_moment() {
        let bar = Bar::new(Progress::new(4, "Searching"));
        bar.done(2);
        bar.done(1);
        assert!(bar.progress.lock().unwrap().drawn.is_none());
        bar.progress.lock().unwrap().start -= MOMENT;
        bar.done(1);
        let progress = bar.progress.lock().unwrap();
        assert!(progress.drawn.is_some());
        assert_eq!(progress.done, 2);
    }

    #[test]
    fn steps_reported_while_another_thread_draws_are_not_lost() {
        let bar = Bar::new(Progress::new(4, "Searching"));
        let drawing = bar.progress.lock().unwrap();
        bar.done(4);
        assert_eq!(drawing.done, 0);
        drop(drawing);
        bar.done(3);
        bar.progress.lock().unwrap().start -= MOMENT;
        bar.done(3);
        assert_eq!(bar.progress.lock().unwrap().done, 4);
    }

    #[test]
    fn durations_in_words() {
        assert_eq!(duration(0.42), "0.4 s");
        assert_eq!(duration(12.3), "12 s");
        assert_eq!(duration(185.0), "3 min 05 s");
        assert_eq!(duration(7_800.0), "2 h 10 min");
    }
}
