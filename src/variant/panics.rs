//! A panic in the code of others becomes an error.
//!
//! Decoders and encoders are meant to return errors, and have panicked on broken files nonetheless. A
//! thread of a pool would survive it, but whoever waits would not be told why.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::{Fault, RenderError};

/// Runs work, and makes an error of a panic in it. What was under way is dropped, so that nothing half
/// done is seen.
pub(super) fn guarded<T>(
    fault: impl FnOnce(Fault) -> RenderError,
    work: impl FnOnce() -> Result<T, RenderError>,
) -> Result<T, RenderError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(fault(Fault::Panic)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Format;
    use crate::variant::error::{undecodable, unencodable};

    #[test]
    fn a_panic_of_an_encoder_is_no_fault_of_the_original() {
        let encode = || -> Result<(), RenderError> { panic!("an encoder") };
        let encoding = || guarded(|fault| unencodable(Format::Avif, fault), encode);
        let outcome = guarded(|fault| undecodable(Format::Jpeg, fault), encoding);
        assert!(matches!(outcome, Err(RenderError::Unencodable { format: Format::Avif, .. })));
        let outcome = guarded(|fault| undecodable(Format::Jpeg, fault), encode);
        assert!(matches!(outcome, Err(RenderError::Undecodable { format: Format::Jpeg, .. })));
    }
}
