//! Every statement of the contract, written once for both databases: the SQL text is the same (`$1`
//! is a parameter in both), and the Rust text is compiled once in `sqlite` and once in `postgres`.
//! Those two give it `Connection` and `Database`, and the texts in which they differ: `CLAIM`,
//! `CLAIM_VARIANTS`, `LOCK_IMAGE`, and `FIND` with `asked`, its parameter.
//!
//! Generic functions would say the same with a dozen bounds on each; a macro would keep rustfmt and
//! error messages from the text.
//!
//! A function that sends several statements makes its own transaction of them. Inside the batch of
//! the SQLite writer that transaction is a savepoint.

mod backlog;
mod idempotency;
mod life;
mod read;
mod sweep;
mod variant_sweep;
mod variants;

use super::{CLAIM, CLAIM_VARIANTS, Connection, Database, FIND, LOCK_IMAGE, asked};

pub(in crate::catalog) use backlog::backlog;
pub(in crate::catalog) use idempotency::purge_idempotency_keys;
pub(in crate::catalog) use life::{abandon, annotate, begin_delete, commit, forget, reserve};
pub(in crate::catalog) use read::{find, known, list, page, ping, unfinished};
pub(in crate::catalog) use sweep::{adopt, claim, postpone};
pub(in crate::catalog) use variant_sweep::{
    claim_variants, forget_variant, forget_variants, postpone_variant,
};
pub(in crate::catalog) use variants::{
    abandon_variant, commit_variant, describe, doom_variant, find_variant, reserve_variant,
    variant_page, variants_of,
};
