//! The contract of a bucket, on every kind of it, and what each kind promises beside.

mod contract; // what every bucket does
mod credentials; // where an S3 bucket's credentials come from
mod dialect; // what goes over the wire to an S3 service
mod directory; // what a directory promises beside
mod faults; // what becomes of broken connections and late answers
mod samples; // buckets, keys and bytes to try with
