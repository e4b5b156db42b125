//! The rest of the line that a boundary stands on: it says whether a part follows or the form is
//! over.

use bytes::{Buf, Bytes};

use super::error::Malformed;

/// How far the line has been read behind its boundary.
#[derive(Clone, Copy, Debug)]
pub(super) enum BoundaryLine {
    /// Right behind the boundary.
    Start,
    /// Behind the first dash of a closing boundary.
    Dash,
    /// In the spaces and tabs that RFC 2046 calls transport padding.
    Padding,
    /// Behind the CR.
    Return,
}

/// What follows the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Part,
    /// The form is over; what comes after the two dashes is the epilogue.
    Epilogue,
}

impl BoundaryLine {
    /// Reads on in `input`; nothing when the line is not complete yet.
    pub(super) fn read(&mut self, input: &mut Bytes) -> Result<Option<Follows>, Malformed> {
        while let Some(&byte) = input.first() {
            input.advance(1);
            *self = match (*self, byte) {
                (Self::Start, b'-') => Self::Dash,
                (Self::Dash, b'-') => return Ok(Some(Follows::Epilogue)),
                (Self::Start | Self::Padding, b' ' | b'\t') => Self::Padding,
                (Self::Start | Self::Padding, b'\r') => Self::Return,
                (Self::Return, b'\n') => return Ok(Some(Follows::Part)),
                (Self::Start | Self::Padding, b'\n') => return Err(Malformed::BareLineFeed),
                (_, _) => return Err(Malformed::BoundaryLine),
            };
        }
        Ok(None)
    }
}
