//! A service that is killed, loses answers, is silent, busy or not there; and Ctrl-C.

use std::collections::HashSet;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::front::{Act, Front};
use super::{Asking, id_of, objects, write_photos};
use crate::crash::settled;
use crate::support::photos::PIXEL;
use crate::support::process::Site;

/// How many photos there are while the service is killed.
const PHOTOS: u32 = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_survives_kill_9_and_makes_each_image_exactly_once() {
    let mut site = Site::under_test().await;
    // What is cut off is swept, and its key free again, after these.
    site.set("TINTYPE_PUT_DEADLINE", "2s");
    site.set("TINTYPE_SWEEP_MARGIN", "1s");
    site.set("TINTYPE_RECONCILE_INTERVAL", "200ms");
    write_photos(&site.path().join("photos"), PHOTOS);
    let mut service = site.serve().await;
    let address = service.address.to_string();
    site.set("TINTYPE_URL", &format!("http://{address}"));
    let upload = site.start(&["upload", "photos", "--jobs", "8", "--patience", "40s"]);
    for done in [200, 500] {
        upload.complains(": uploaded", done).await;
        service.kill().await;
        service = site.serve_with(&["--listen", &address]).await;
    }
    let ended = upload.end().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stderr.ends_with("1000 uploaded.\n"), "{}", ended.stderr);
    eprintln!("{PHOTOS} photos and two kills took {:?}", ended.took);

    settled(&site).await;
    let asking = Asking { site, service };
    let urls: HashSet<_> = ended.stdout.lines().collect();
    let images = asking.images().await;
    let listed: HashSet<_> = images.iter().map(|image| image["url"].as_str().unwrap()).collect();
    let digests: HashSet<_> = images.iter().map(|image| image["sha256"].as_str()).collect();
    assert_eq!((urls.len(), images.len(), digests.len()), (1000, 1000, 1000));
    assert_eq!(urls, listed);
    asking.finish(1000).await;
}

#[tokio::test]
async fn a_lost_answer_makes_no_second_image() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let (front, url, _server) =
        Front::before(asking.service.address, [Act::LoseAnswer], Act::Pass).await;
    let told = asking.lines(&["upload", "a.gif", "--json", "--url", &url]).await;
    // It is new, although the answer that arrived is a replay.
    assert_eq!(objects(&told)[0]["outcome"], "uploaded");
    let seen = front.seen();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.split(' ').next().unwrap()).collect();
    assert_eq!(lines, ["POST", "POST", "GET"]);
    let keys: HashSet<_> =
        seen[..2].iter().map(|seen| seen.headers["idempotency-key"].to_str().unwrap()).collect();
    assert_eq!(keys.len(), 1);
    asking.finish(1).await;
}

#[tokio::test]
async fn a_busy_service_is_asked_again_when_it_says() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let busy = [408, 429, 502, 503, 504].map(|status| Act::Answer(status, &[("retry-after", "1")]));
    let (front, url, _server) = Front::before(asking.service.address, busy, Act::Pass).await;
    let ended = asking.run(&["upload", "a.gif", "--url", &url]).await;
    assert_eq!((ended.code, front.seen().len()), (Some(0), 6), "{ended}");
    assert!(ended.took >= Duration::from_secs(5), "{ended}");
    asking.finish(1).await;
}

#[tokio::test]
async fn patience_ends_and_the_rest_is_not_sent() {
    let asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 9);
    let busy = Act::Answer(503, &[]);
    let (_, url, _server) = Front::before(asking.service.address, vec![Act::Pass; 2], busy).await;
    let arguments = ["upload", "photos", "--json", "--jobs", "1", "--patience", "1s"];
    let ended = asking.run(&[&arguments[..], &["--url", &url]].concat()).await;
    assert_eq!(ended.code, Some(2), "{ended}");
    let told = objects(&ended.stdout.lines().collect::<Vec<_>>());
    let words: Vec<_> = told.iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    let words = (&words[..3], words[3..].iter().all(|word| *word == "not_sent"), words.len());
    assert_eq!(words, (&["uploaded", "uploaded", "failed"][..], true, 9), "{ended}");
    assert_eq!(told[2]["error"]["code"], "HTTP_503");
    assert!(ended.stderr.ends_with("2 uploaded, 1 failed, 6 not sent.\n"), "{ended}");
    asking.finish(2).await;
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    for (status, exit) in [(400, 1), (409, 1), (413, 1), (500, 1), (401, 2), (403, 2), (404, 2)] {
        let no = Act::Answer(status, &[]);
        let (front, url, _server) = Front::before(asking.service.address, [], no).await;
        let ended = asking.run(&["upload", "a.gif", "--url", &url]).await;
        assert_eq!((ended.code, front.seen().len()), (Some(exit), 1), "{status}: {ended}");
    }
    asking.finish(0).await;
}

#[tokio::test]
async fn a_service_that_never_answered_is_given_up_soon() {
    let mut site = Site::embedded();
    site.write("a.gif", PIXEL);
    site.set("TINTYPE_URL", "http://127.0.0.1:1");
    for command in [&["upload", "a.gif"][..], &["list"]] {
        let ended = site.run(command).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        let told = "http://127.0.0.1:1 cannot be reached: Connection refused";
        assert!(ended.stderr.contains(told), "{ended}");
        assert!(ended.took < Duration::from_secs(20), "{ended}");
    }
}

#[tokio::test]
async fn a_silent_service_does_not_hold_a_command_for_ever() {
    let mut site = Site::embedded();
    // The photo is more than what a socket takes, so that the silence begins in its middle.
    site.write("a.gif", [PIXEL, &vec![0; 16 << 20]].concat());
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    site.set("TINTYPE_URL", &format!("http://{}", silent.local_addr().unwrap()));
    let id = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20";
    for command in
        [&["upload", "a.gif", "--patience", "1s"][..], &["show", id], &["get", id], &["delete", id]]
    {
        let ended = site.run(&[command, &["--timeout", "300ms"]].concat()).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        assert!(ended.stderr.contains(" was silent for 300ms"), "{ended}");
    }
}

#[tokio::test]
async fn ctrl_c_finishes_what_is_on_its_way_and_begins_nothing_new() {
    let asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 400);
    let upload = asking.site.start(&["upload", "photos", "--jobs", "2"]);
    upload.complains(": uploaded", 5).await;
    upload.signal(Signal::INT);
    let ended = upload.end().await;
    assert_eq!(ended.code, Some(130), "{ended}");
    let (sum, uploaded) = (ended.stderr.lines().last().unwrap(), ended.stdout.lines().count());
    let expected = format!(
        "Interrupted: {uploaded} uploaded, {} not sent. The same command goes on with it.",
        400 - uploaded
    );
    assert_eq!(sum, expected);
    assert!((5..400).contains(&uploaded), "{ended}");
    let all = asking.lines(&["upload", "photos"]).await;
    assert_eq!(all[..uploaded], ended.stdout.lines().collect::<Vec<_>>());
    assert_eq!(all.iter().map(|url| id_of(url)).collect::<HashSet<_>>().len(), 400);
    asking.finish(400).await;
}

#[tokio::test]
async fn a_second_ctrl_c_ends_at_once() {
    let mut site = Site::embedded();
    site.write("a.gif", PIXEL);
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    site.set("TINTYPE_URL", &format!("http://{}", silent.local_addr().unwrap()));
    let upload = site.start(&["upload", "a.gif"]);
    let _connection = silent.accept().await.unwrap();
    upload.signal(Signal::INT);
    upload.complains("Ctrl-C again", 1).await;
    upload.signal(Signal::INT);
    let ended = upload.end().await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(130), ""), "{ended}");
    assert!(ended.stderr.contains("Interrupted: 1 not sent."), "{ended}");
}

#[tokio::test]
async fn a_404_of_a_proxy_after_a_replay_makes_no_second_image() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let first = asking.lines(&["upload", "a.gif"]).await;
    let lost = Act::Answer(404, &[]);
    let script = [Act::Pass, lost.clone(), lost.clone(), Act::Pass];
    let (front, url, _server) = Front::before(asking.service.address, script, Act::Pass).await;
    let again = asking.lines(&["upload", "a.gif", "--url", &url]).await;
    assert_eq!(id_of(&again[0]), id_of(&first[0]));
    let seen = front.seen();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.split(' ').next().unwrap()).collect();
    assert_eq!(lines, ["POST", "GET", "GET", "GET"]);

    let (_, url, _server) = Front::before(asking.service.address, [Act::Pass], lost).await;
    let ended = asking.run(&["upload", "a.gif", "--url", &url, "--patience", "1s"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended}");
    assert!(ended.stderr.starts_with("a.gif: failed: the server answers 404"), "{ended}");
    asking.finish(1).await;
}

#[tokio::test]
async fn a_service_that_dies_during_the_first_upload_is_waited_for() {
    let mut site = Site::embedded();
    site.write("a.gif", [PIXEL, &vec![0; 16 << 20]].concat());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    site.set("TINTYPE_URL", &format!("http://{}", listener.local_addr().unwrap()));
    let upload = site.start(&["upload", "a.gif", "--patience", "5s"]);
    let (mut connection, _) = listener.accept().await.unwrap();
    connection.read_exact(&mut [0; 1 << 16]).await.unwrap();
    drop((listener, connection));
    let ended = upload.end().await;
    assert_eq!(ended.code, Some(2), "{ended}");
    // A service that was never there would be given up after 3 seconds.
    assert!(ended.took >= Duration::from_secs(5), "{ended}");
}
