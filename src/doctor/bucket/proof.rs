//! Asks again in another way, where a failure leaves two explanations, so that the one line to change
//! is known and not guessed.

use uuid::Uuid;

use super::service::Service;
use crate::bucket::{Addressing, Inquiry, Question};
use crate::doctor::Step;
use crate::doctor::diagnosis::{Cause, Region, Seen, Silence, Stranger, recognise};

/// The cause, or a better one that another question proves.
pub(super) async fn better(service: &Service, cause: Cause) -> Cause {
    if let Cause::OtherRegion(Some(region)) = cause {
        return other_region(service, region).await;
    }
    let may_be_the_style = matches!(
        cause,
        Cause::NoBucket
            | Cause::WrongSecret
            | Cause::Stranger(Stranger::Page | Stranger::Unknown)
            | Cause::Silent(Silence::NoHost, _)
            | Cause::Other(_)
    );
    // Amazon understands both styles.
    if may_be_the_style && !service.facts.is_amazon() {
        return other_style(service, cause).await;
    }
    cause
}

async fn other_region(service: &Service, region: Region) -> Cause {
    let there = service.inquiry.in_region(&region.name);
    let seen = ask_for_an_object(service, &there).await;
    let is_proved = understands(&seen, service);
    Cause::OtherRegion(Some(Region { is_proved, ..region }))
}

async fn other_style(service: &Service, cause: Cause) -> Cause {
    let style = if service.facts.is_in_host { Addressing::Path } else { Addressing::Virtual };
    let seen = ask_for_an_object(service, &service.inquiry.addressing(style)).await;
    // Where there was no host at all, any S3 service proves that this one is right.
    let is_there = matches!(cause, Cause::Silent(..)) && understands(&seen, service);
    if is_there || knows_the_bucket(&seen) { Cause::OtherStyle(style) } else { cause }
}

/// Asks for an object that is not there, which a service answers by what it knows of the bucket.
async fn ask_for_an_object(service: &Service, inquiry: &Inquiry) -> Seen {
    let key = format!("tintype-doctor-{}", Uuid::new_v4().simple());
    let question = Question::of_bucket(&service.facts.bucket, "");
    Seen::answered(inquiry.ask(&Question { key: &key, ..question }).await)
}

fn understands(seen: &Seen, service: &Service) -> bool {
    recognise(Step::Get, seen, &service.facts).is_none_or(|cause| cause.root().is_none())
}

/// A service that takes the key for the name of a bucket may deny that one just the same, so a
/// denial proves nothing.
fn knows_the_bucket(seen: &Seen) -> bool {
    seen.answer().is_some_and(|answer| answer.code.as_deref() == Some("NoSuchKey"))
}
