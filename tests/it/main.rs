//! Index.
#![cfg(test)]

mod bucket; // the contract of a bucket, on every kind of it
mod support; // doubles of foreign services
