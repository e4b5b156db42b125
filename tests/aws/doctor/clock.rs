//! A clock that is wrong, before a server that looks at the time of a signature.

use super::on_seaweedfs::site;
use crate::skew::skew;
use crate::support::examination::Report;

#[tokio::test]
async fn a_clock_that_is_too_far_off_is_named_and_nothing_else_is() {
    // Half a minute more, since what is told is rounded down.
    for (seconds, got) in [(1230, "20 min ahead"), (-1230, "20 min behind")] {
        let (mut site, _) = site();
        skew(&mut site, seconds);
        let report = Report::of(&site).await;
        report.is_broken("clock", [got, "no signature holds", "timedatectl set-ntp true"]);
    }
}

#[tokio::test]
async fn a_clock_that_is_less_off_is_warned_of_while_everything_works() {
    let (mut site, _) = site();
    skew(&mut site, 270);
    let report = Report::of(&site).await;
    assert!(report.steps("warning").contains(&"clock"), "{}", report.ended);
    assert_eq!((report.ended.code, report.steps("broken")), (Some(2), vec![]), "{}", report.ended);
    report.says("clock", ["4 min ahead", "Signatures hold for 15 minutes", "timedatectl"]);
    assert_eq!(report.cell("delete", "got"), "deleted", "{}", report.ended);
}
