//! The index of the integration tests that need no server: one binary, so that there is one link.
//! Those that need servers with users and policies are in `tests/aws/`.

// Says to clippy what it cannot see of an integration test: all of this is test code.
#![cfg(test)]

mod batch; // many images in one form, each with its own outcome
mod bucket; // the contract of the bucket, on every kind of it
mod builder; // what is said to the builder takes effect
mod catalog; // the contract of the catalog, on SQLite and on PostgreSQL
mod cli; // the real binary, as the one who types it sees it
mod client; // the commands that ask a running service, and what they survive
mod crash; // kill -9, and what is left
mod deleting; // gone for good, whoever asks and however often
mod doctor; // what is wrong with this machine, in plain words
mod documents; // what the documents say is held against the code
mod examples; // the examples do what they say
mod health; // is it alive, is it ready
mod idempotency; // a retry makes no second image
mod inspect; // bytes to facts: types, sizes, limits, and what strangers send instead
mod library; // the library as a program uses it
mod life; // the life of an image, from form to nothing, as a client sees it
mod listing; // pages of records, and what may be changed in them
mod memory; // the memory law as clients feel it
mod metrics; // what is counted, as a scraper reads it
mod mounting; // the routes in an application of somebody else's
mod multipart; // bodies in, parts out, whatever the chunks; file names made presentable
#[cfg(feature = "otlp")]
mod otlp; // traces, as a collector gets them
mod problems; // every failure as the client reads it
mod reading; // the bytes of an image: whole, in part, or not again
mod reconciling; // the reconciler: what it finishes, when, and beside whom
mod support; // what the tests stand on
mod tidy; // rules about the source that no lint knows
mod uploads; // what is taken in, what is refused, and what is left of it
mod variants; // smaller renditions, made when somebody asks for them
mod variants_going; // variants go with their image, or by themselves, and leave nothing
