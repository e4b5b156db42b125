//! The contract of the catalog: one list of tests, run on SQLite and on PostgreSQL, each pair a test
//! of its own; then what only one of the two has.

use crate::support::catalogs::{Fresh, block_on};

mod annotating; // what a client may edit, and what cannot be kept
mod backlog; // what an operator is told of the unfinished rows
mod claims; // the reconciler's side: claims, leases, tombstones
mod idempotency; // who comes first with a key, and what the others are told
mod life; // every move between states, allowed or not
mod link; // a TCP link that a test can freeze or cut
mod listing; // pages, and what they cost
mod lookups; // many askers who share statements
mod opening; // locations, settings, migrations
mod outage; // PostgreSQL killed, hanging, gone, and back
mod variant_life; // every move of a variant, allowed or not, whatever its image does meanwhile
mod variant_sweep; // what the reconciler and a deletion do with variants
mod writer; // the one writer of a SQLite file under load and under faults

macro_rules! on_both {
    ($($module:ident: $($test:ident)*;)*) => {
        mod sqlite {
            $($(#[test] fn $test() {
                super::on_sqlite(async |fresh| super::$module::$test(fresh).await);
            })*)*
        }
        mod postgres {
            $($(#[test] fn $test() {
                super::on_postgres(async |fresh| super::$module::$test(fresh).await);
            })*)*
        }
    };
}

on_both! {
    life:
        an_image_lives_from_pending_to_forgotten
        every_move_is_refused_from_every_other_state
        of_many_deletes_one_forgets
        a_claimed_upload_cannot_be_committed
        an_id_is_used_once;
    annotating:
        a_record_comes_back_as_it_went_in
        the_largest_numbers_are_kept
        an_edit_keeps_clears_or_sets
        the_character_nul_is_refused;
    listing:
        pages_hold_every_ready_image_once_newest_first
        pages_are_stable_under_uploads_and_deletes
        the_listing_reads_the_primary_key
        the_check_sees_rows_in_every_state
        known_keys_are_found_in_any_number;
    variant_life:
        a_variant_lives_from_pending_to_forgotten
        every_move_of_a_variant_is_refused_from_every_other_state
        a_variant_needs_an_image_that_is_ready
        of_many_makers_of_one_name_one_gets_it
        an_image_has_no_more_variants_than_it_may
        no_variant_appears_once_its_image_is_deleting
        a_name_is_free_again_once_its_variant_is_to_go
        a_placeholder_is_noted_once;
    variant_sweep:
        an_image_is_not_forgotten_before_its_variants
        an_image_that_waits_is_due_when_its_last_variant_goes
        a_process_that_knows_no_variants_cannot_forget_their_image
        a_maker_that_vanished_is_swept
        two_claimers_never_get_the_same_variant
        variants_come_in_pages
        a_claim_of_variants_reads_the_partial_index;
    lookups:
        every_asker_gets_its_own_answer
        a_lookup_sees_what_was_done_before_it
        a_failure_reaches_every_asker
        a_row_that_cannot_be_read_harms_no_neighbour
        an_asker_that_goes_away_harms_no_other
        a_lookup_reads_the_primary_key;
    claims:
        a_claim_takes_what_is_due_longest_first
        a_lease_keeps_others_away_until_it_ends
        two_claimers_never_get_the_same_row
        an_abandoned_upload_is_due_when_it_said
        a_postponed_row_is_due_later
        a_stray_object_gets_a_tombstone
        what_is_unfinished_is_counted
        a_claim_reads_the_partial_index;
    backlog:
        a_backlog_has_a_ceiling_and_begins_with_what_is_due_first
        variants_are_in_the_backlog
        tries_that_fail_do_not_make_a_row_look_younger
        a_swept_upload_is_overdue_since_it_could_no_longer_land
        the_backlog_reads_the_partial_index;
    idempotency:
        a_key_is_new_then_running_then_replayed
        another_fingerprint_is_a_mismatch
        another_principal_is_another_key
        a_key_is_forgotten_after_its_lifetime
        a_failed_upload_releases_its_key
        a_swept_upload_releases_its_key
        an_answer_outlives_its_image
        of_sixteen_at_once_one_is_new
        old_keys_are_purged_oldest_first;
    opening:
        opening_again_changes_nothing
        many_open_a_new_catalog_at_once
        a_newer_catalog_is_refused
        a_closed_catalog_is_unavailable;
}

fn on_sqlite(test: impl AsyncFnOnce(&Fresh)) {
    block_on(async {
        let fresh = Fresh::sqlite().await;
        test(&fresh).await;
        fresh.catalog.close().await;
    });
}

fn on_postgres(test: impl AsyncFnOnce(&Fresh)) {
    block_on(async {
        let Some(fresh) = Fresh::postgres().await else { return };
        test(&fresh).await;
        fresh.catalog.close().await;
    });
}
