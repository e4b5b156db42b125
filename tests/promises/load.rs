//! Uploads, many at a time and hostile ones, stay within the budget.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::resident::{BESIDE, kib_of};
use crate::support::app::Answer;
use crate::support::hostile;
use crate::support::photos::weighing;
use crate::support::process::Site;

/// How many clients upload at a time; every fourth is slow.
const CLIENTS: usize = 240;

/// The size of each image: far more than the budget, all together.
const IMAGE: usize = 5 << 20;

/// The budget, in MiB.
const BUDGET: u64 = 128;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_it_stays_within_the_budget_and_64_mib() {
    let mut site = Site::embedded();
    site.set("TINTYPE_MEMORY_BUDGET", &format!("{BUDGET}MiB"));
    site.set("TINTYPE_MAX_CONNECTIONS", "500");
    site.set("TINTYPE_QUEUE_TIMEOUT", "3s");
    let service = site.serve().await;
    let image: Arc<[u8]> = weighing(IMAGE).into();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let pause = Duration::from_millis(if number % 4 == 0 { 20 } else { 0 });
        clients.spawn(status_of_an_upload(service.address, Arc::clone(&image), pause));
    }
    let statuses = clients.join_all().await;
    let peak = kib_of(&service, "VmHWM:") / 1024;
    let stored = statuses.iter().filter(|status| **status == 201).count();
    eprintln!("{stored} of {CLIENTS} stored, peak resident set: {peak} MiB");
    assert!(statuses.iter().all(|status| [201, 503].contains(status)), "{statuses:?}");
    assert!(stored > 0 && peak <= BUDGET + BESIDE, "{peak} MiB");
    service.stop().await;
}

/// The answers are those of `uploads::hostile`; here it is what they cost.
#[tokio::test]
async fn hostile_files_stay_within_the_budget_and_64_mib() {
    let mut site = Site::embedded();
    site.set("TINTYPE_MEMORY_BUDGET", &format!("{BUDGET}MiB"));
    let service = site.serve().await;
    let refused = hostile::refused().into_iter().map(|(_, bytes, _)| bytes);
    for bytes in refused.chain([hostile::packed_text()]) {
        let request = service.request(Method::POST, "/v1/images").header("content-type", "image/*");
        let answer = Answer::read(request.body(bytes).send().await.unwrap()).await;
        assert!([201, 415, 422].contains(&answer.status), "{}", answer.text());
    }
    let peak = kib_of(&service, "VmHWM:") / 1024;
    assert!(peak <= BUDGET + BESIDE, "{peak} MiB");
    service.stop().await;
}

async fn status_of_an_upload(address: SocketAddr, image: Arc<[u8]>, pause: Duration) -> u16 {
    let (answer, mut body) = TcpStream::connect(address).await.unwrap().into_split();
    let length = image.len();
    let head = format!(
        "POST /v1/images HTTP/1.1\r\nHost: test\r\nContent-Type: image/gif\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let sending = async {
        body.write_all(head.as_bytes()).await?;
        for piece in image.chunks(64 << 10) {
            body.write_all(piece).await?;
            tokio::time::sleep(pause).await;
        }
        // The answer ends the sending, however it goes.
        std::future::pending::<std::io::Result<()>>().await
    };
    let mut answer = BufReader::new(answer);
    let mut line = String::new();
    tokio::select! {
        Err(_) = sending => answer.read_line(&mut line).await.unwrap(),
        read = answer.read_line(&mut line) => read.unwrap(),
    };
    line.split(' ').nth(1).unwrap().parse().unwrap()
}
