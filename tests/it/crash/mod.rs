//! `kill -9`, and what is left: nothing acknowledged is lost, nothing stays behind.

mod chance; // numbers and images from a seed
mod ledger; // what the service said, held against what it has
mod load; // clients that upload and delete until the service dies
mod rounds; // kills at random moments
mod steps; // kills at each step that the bucket can see
mod variant_steps; // the same of variants

/// How long the reconciler may take over what a kill left. Its own times add up to a few seconds.
const SWEEP_PATIENCE: std::time::Duration = std::time::Duration::from_secs(90);

/// Waits until nothing is unfinished any more.
pub(crate) async fn settled(site: &crate::support::process::Site) {
    let deadline = std::time::Instant::now() + SWEEP_PATIENCE;
    loop {
        let (ended, report) = site.check(&[]).await;
        if (&report["pending"], &report["deleting"]) == (&0.into(), &0.into()) {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "not swept in time: {ended}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
