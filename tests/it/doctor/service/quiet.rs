//! How the doctor ends where it cannot begin, and that nothing but its report is told.

use super::Visit;
use crate::support::process::Site;

/// 2 is for a service that works, so no script takes a typing error for one.
#[tokio::test]
async fn what_is_not_understood_is_no_service_that_works() {
    let site = Site::embedded();
    for arguments in [&["doctor", "--nonsense"][..], &["doctor", "--other-bucket", "No_Name"]] {
        let ended = site.run(arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended}");
        assert!(ended.stderr.contains(arguments.last().unwrap()), "{ended}");
    }
    let help = site.run(&["doctor", "--help"]).await;
    assert_eq!(help.code, Some(0), "{help}");
    assert!(help.stdout.contains("1 the service cannot work or could not be tried"), "{help}");
    let ended = site.run(&["doctor", "--log", "tintype=loud"]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
}

#[tokio::test]
async fn the_tries_of_a_client_are_logged_where_that_is_wanted() {
    let mut visit = Visit::begin().await;
    visit.site.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    assert_eq!(visit.report().await.ended.stderr, "");
    visit.site.set("TINTYPE_LOG", "info");
    let ended = visit.report().await.ended;
    assert!(ended.stderr.contains("retry"), "{ended}");
}
