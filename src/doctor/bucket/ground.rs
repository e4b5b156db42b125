//! Whose words explain a failure: those about an S3 service, or those about this machine.

use crate::doctor::diagnosis::{Facts, Seen, advise, recognise};
use crate::doctor::{Advice, Step};

/// What kind of bucket is examined.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ground<'a> {
    /// An S3 service.
    Service(&'a Facts),
    /// A directory or the memory of this machine.
    Local,
}

impl Ground<'_> {
    /// What a failure means here.
    pub(super) fn explain(self, step: Step, seen: &Seen) -> Advice {
        match (self, seen) {
            (_, Seen::Unfit(what)) if step == Step::GetRange => Advice::new(
                format!("What came is not the part that was asked for: {what}."),
                "use a service, and proxies before it, that answer ranges",
            ),
            (_, Seen::Unfit(what)) if step != Step::Put => Advice::new(
                format!("What came is not what was put: {what}."),
                "look for a cache or a proxy before the service that changes bodies",
            ),
            (Self::Service(facts), seen) => match recognise(step, seen, facts) {
                Some(cause) => advise(&cause, facts),
                None => Advice::of("It worked."),
            },
            (Self::Local, Seen::Silent(causes) | Seen::Unfit(causes)) => Advice::new(
                format!("The file system says: {causes}"),
                "give the directory to the user that runs the service, and room on its disk",
            ),
            (Self::Local, Seen::Done(_) | Seen::Refused(_)) => Advice::of("It worked."),
        }
    }
}
