//! The push parser: chunks of a body in, parts and their data out.

use bytes::Bytes;

use super::boundary::Boundary;
use super::boundary_line::{BoundaryLine, Follows};
use super::error::{Malformed, MultipartError};
use super::header::{HeaderBlock, PartHead, PartKind};
use super::limits::Limits;
use super::scanner::{Found, Scanner};
use super::usage::Usage;

/// What the parser found next. Of each part come `Part`, any number of `Data`, `PartEnd`; after
/// the last part comes `End`. How the body was cut into chunks changes nothing but how `Data` is
/// cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A part begins.
    Part(PartHead),
    /// Data of the current part; never empty. It shares the memory of the chunk it came in.
    Data(Bytes),
    /// The current part is complete.
    PartEnd,
    /// The closing boundary has come. Whatever follows it is ignored.
    End,
}

/// A strict parser of one `multipart/form-data` body.
///
/// It keeps the chunk being looked at, one part's unfinished headers
/// ([`Limits::header_block_bytes`] at most) and nothing else; its work grows with the size of the
/// body alone, whatever the chunks.
#[derive(Debug)]
pub struct Parser {
    scanner: Scanner,
    usage: Usage,
    state: State,
    /// What was scanned but not given out yet.
    ready: Option<Found>,
}

#[derive(Debug)]
enum State {
    /// Before the first boundary; so many bytes were dropped.
    Preamble(usize),
    BoundaryLine(BoundaryLine),
    Headers(HeaderBlock),
    /// Behind the head of a part with an empty file name, before it is known whether it has data.
    Nameless(PartHead),
    Body(PartKind),
    /// In a part whose data nobody wants.
    Skip,
    Done,
    Failed(MultipartError),
}

/// What one turn of the machine came to.
enum Step {
    Event(Event),
    /// The state changed, or bytes were dropped.
    Again,
    /// There is no input left.
    Starved,
}

impl Parser {
    /// A parser at the start of a body.
    #[must_use]
    pub fn new(boundary: &Boundary, limits: Limits) -> Self {
        Self {
            scanner: Scanner::new(boundary.as_str()),
            usage: Usage::new(limits),
            state: State::Preamble(0),
            ready: None,
        }
    }

    /// Gives the parser the next chunk of the body. Call [`Parser::next`] until it has nothing
    /// before pushing again: a chunk pushed earlier is copied behind the one in work. After `End` and
    /// after a final error the chunk is dropped.
    pub fn push(&mut self, chunk: Bytes) {
        if matches!(self.state, State::Done | State::Failed(_)) {
            return;
        }
        let input = &mut self.scanner.input;
        *input = if input.is_empty() { chunk } else { Bytes::from([&**input, &chunk].concat()) };
    }

    /// The next event; nothing when the parser needs another chunk, or when the form is over.
    ///
    /// # Errors
    ///
    /// What is wrong with the form. Asked again the parser answers the same, except that after an
    /// error of which [`MultipartError::can_skip_part`] is true, [`Parser::skip_part`] lets it go
    /// on.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator is over when it has nothing; this one goes on after the next chunk"
    )]
    pub fn next(&mut self) -> Result<Option<Event>, MultipartError> {
        loop {
            match self.step() {
                Ok(Step::Event(event)) => return Ok(Some(event)),
                Ok(Step::Again) => {}
                Ok(Step::Starved) => return Ok(None),
                Err(error) => {
                    if !error.can_skip_part() {
                        self.fail(error);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Drops the rest of the current part's data, uncounted: the next event is its `PartEnd`.
    /// Between parts it does nothing.
    pub fn skip_part(&mut self) {
        if matches!(self.state, State::Body(_)) {
            self.state = State::Skip;
        }
    }

    /// Says that the body has ended. Call it when [`Parser::next`] has nothing left.
    ///
    /// # Errors
    ///
    /// [`Malformed::NoBoundary`] or [`Malformed::Truncated`] when the closing boundary has not come;
    /// the earlier error when there was one.
    pub fn finish(&mut self) -> Result<(), MultipartError> {
        let error = match self.state {
            State::Done => return Ok(()),
            State::Failed(error) => error,
            State::Preamble(_) => Malformed::NoBoundary.into(),
            State::BoundaryLine(_)
            | State::Headers(_)
            | State::Nameless(_)
            | State::Body(_)
            | State::Skip => Malformed::Truncated.into(),
        };
        self.fail(error);
        Err(error)
    }

    fn step(&mut self) -> Result<Step, MultipartError> {
        match &mut self.state {
            State::Preamble(dropped) => {
                let dropped = *dropped;
                self.preamble(dropped)
            }
            State::BoundaryLine(line) => match line.read(&mut self.scanner.input)? {
                None => Ok(Step::Starved),
                Some(follows) => self.end_boundary_line(follows),
            },
            State::Headers(block) => {
                match block.read(&mut self.scanner.input, &self.usage.limits)? {
                    None => Ok(Step::Starved),
                    Some(head) => self.end_headers(head),
                }
            }
            State::Nameless(_) => self.nameless(),
            State::Body(kind) => {
                let kind = *kind;
                self.body(kind)
            }
            State::Skip => Ok(self.skip()),
            State::Done => Ok(Step::Starved),
            State::Failed(error) => Err(*error),
        }
    }

    fn preamble(&mut self, dropped: usize) -> Result<Step, MultipartError> {
        let limit = self.usage.limits.preamble_bytes;
        self.state = match self.scanner.scan() {
            None => return Ok(Step::Starved),
            Some(Found::Delimiter) => State::BoundaryLine(BoundaryLine::Start),
            Some(Found::Data(bytes)) if bytes.len() > limit - dropped => {
                return Err(Malformed::Preamble { limit }.into());
            }
            Some(Found::Data(bytes)) => State::Preamble(dropped + bytes.len()),
        };
        Ok(Step::Again)
    }

    fn end_boundary_line(&mut self, follows: Follows) -> Result<Step, MultipartError> {
        match follows {
            Follows::Epilogue => {
                self.state = State::Done;
                self.scanner.input = Bytes::new();
                Ok(Step::Event(Event::End))
            }
            Follows::Part => {
                self.usage.begin_part()?;
                self.state = State::Headers(HeaderBlock::default());
                Ok(Step::Again)
            }
        }
    }

    fn end_headers(&mut self, head: PartHead) -> Result<Step, MultipartError> {
        // RFC 2046 section 5.1.1 lets a part end with its headers: then the empty line is the
        // delimiter's own line end.
        self.scanner.begin_line();
        if head.kind == PartKind::EmptyInput {
            self.state = State::Nameless(head);
            return Ok(Step::Again);
        }
        self.begin_body(head)
    }

    fn nameless(&mut self) -> Result<Step, MultipartError> {
        let Some(found) = self.scanner.scan() else { return Ok(Step::Starved) };
        let State::Nameless(mut head) = std::mem::replace(&mut self.state, State::Skip) else {
            return Ok(Step::Again);
        };
        if matches!(found, Found::Data(_)) {
            head.kind = PartKind::File;
        }
        self.ready = Some(found);
        self.begin_body(head)
    }

    fn begin_body(&mut self, head: PartHead) -> Result<Step, MultipartError> {
        self.usage.admit(&head)?;
        self.state = State::Body(head.kind);
        Ok(Step::Event(Event::Part(head)))
    }

    /// Gives out exactly as much data as the limits allow before it fails, so that even then the
    /// events do not depend on the chunks.
    fn body(&mut self, kind: PartKind) -> Result<Step, MultipartError> {
        let mut data = match self.scan() {
            None => return Ok(Step::Starved),
            Some(Found::Delimiter) => return Ok(self.end_part()),
            Some(Found::Data(data)) => data,
        };
        let room = match self.usage.room(kind) {
            Ok(room) => room.min(data.len()),
            Err(error) => {
                self.ready = Some(Found::Data(data));
                return Err(error);
            }
        };
        let allowed = data.split_to(room);
        if !data.is_empty() {
            self.ready = Some(Found::Data(data));
        }
        self.usage.spend(kind, allowed.len());
        Ok(Step::Event(Event::Data(allowed)))
    }

    fn skip(&mut self) -> Step {
        match self.scan() {
            None => Step::Starved,
            Some(Found::Delimiter) => self.end_part(),
            Some(Found::Data(_)) => Step::Again,
        }
    }

    fn scan(&mut self) -> Option<Found> {
        self.ready.take().or_else(|| self.scanner.scan())
    }

    fn end_part(&mut self) -> Step {
        self.state = State::BoundaryLine(BoundaryLine::Start);
        Step::Event(Event::PartEnd)
    }

    /// Nothing of a failed body is needed any more, so nothing of it is kept.
    fn fail(&mut self, error: MultipartError) {
        self.state = State::Failed(error);
        self.ready = None;
        self.scanner.input = Bytes::new();
    }
}
