//! What the README promises of the process itself: it keeps images off the disk, it is small, and it
//! starts at once.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::app::{Answer, form};
use crate::support::catalogs::environment;
use crate::support::photos::{PIXEL, jpeg, weighing};
use crate::support::process::{Service, Site};
use crate::support::s3_double::S3Double;
use crate::uploads::hostile;

/// Whether strace is there. Where everything has to run it must be.
fn has_strace() -> bool {
    let there = std::process::Command::new("strace").arg("-V").output().is_ok();
    if !there {
        let required = environment("TINTYPE_TEST_REQUIRE_ALL").as_deref() == Some("1");
        assert!(!required, "strace is missing: install the package `strace`");
        // Past libtest, which would swallow it.
        let note = b"not run: strace is missing, so nobody watched which files are opened\n";
        let _ = std::io::stderr().write_all(note);
    }
    there
}

#[tokio::test]
async fn an_upload_to_s3_opens_no_file_for_writing_but_the_catalog() {
    if !has_strace() {
        return;
    }
    let double = S3Double::start().await;
    let mut site = Site::on_double(&double.endpoint()).await;
    // -D: the traced process is ours, and the tracer watches from aside.
    site.run_under(&["strace", "-D", "-f", "-s", "4096", "-o", "trace", "-e", "trace=%file"]);
    site.set("TINTYPE_DOCTOR", "quick");
    let service = site.serve().await;
    // Its probe is over, and counts.
    service.complains("examined: all good", 1).await;
    for bytes in [PIXEL.to_vec(), jpeg(2000, 1500)] {
        service.uploaded(form(bytes)).await;
    }
    assert_eq!(double.keys().len(), 2);
    let ended = service.stop().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let trace = fs::read_to_string(site.path().join("trace")).unwrap();
    assert!(trace.contains("O_RDONLY"), "strace saw nothing:\n{trace}");
    let (catalog, others): (Vec<_>, Vec<_>) = trace
        .lines()
        .filter(|line| opens_for_writing(line))
        .partition(|line| line.contains("/tintype-data/catalog.db"));
    let has_catalog = environment("TINTYPE_TEST_CATALOG").as_deref() != Some("postgres");
    assert_eq!(!catalog.is_empty(), has_catalog, "{trace}");
    assert_eq!(others, [""; 0]);
}

/// Whether a line of strace is a call that opens a file to write into it.
fn opens_for_writing(line: &str) -> bool {
    let opens = ["open(", "openat(", "openat2("].iter().any(|call| line.contains(call));
    let flags = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TMPFILE"];
    line.contains("creat(") || opens && flags.iter().any(|flag| line.contains(flag))
}

/// Unoptimised code is larger, and its pages are resident as they are used.
const DEBUG_FACTOR: u64 = 3;

#[tokio::test]
async fn idle_it_is_small() {
    let service = Site::embedded().serve().await;
    assert_eq!(service.get("/healthz").await.status, 200);
    let resident = kib_of(&service, "VmRSS:");
    eprintln!("idle resident set: {resident} KiB");
    let factor = if cfg!(debug_assertions) { DEBUG_FACTOR } else { 1 };
    assert!(resident <= 20 * 1024 * factor, "{resident} KiB");
    service.stop().await;
}

fn kib_of(service: &Service, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The best of several starts: the others tell what else the machine was doing.
#[tokio::test]
async fn it_answers_at_once() {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        // Empty each time: the tables are made within this time, too.
        let service = Site::embedded().serve().await;
        assert_eq!(service.get("/healthz").await.status, 200);
        best = best.min(service.started().elapsed());
        service.stop().await;
    }
    eprintln!("from start to first answer: {best:?}");
    assert!(cfg!(debug_assertions) || best <= Duration::from_millis(100), "{best:?}");
}

/// How many clients upload at a time; every fourth is slow.
const CLIENTS: usize = 240;

/// The size of each image: far more than the budget, all together.
const IMAGE: usize = 5 << 20;

/// The budget, in MiB, and what the process may take beside it.
const BUDGET: u64 = 128;
const BESIDE: u64 = 64;

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

/// How many large images variants are made of at a time. Unoptimised, one takes half a minute.
const LARGE_IMAGES: usize = if cfg!(debug_assertions) { 2 } else { 40 };

/// What is asked for of them, in turn.
const LARGE_ORDERS: [&str; 3] =
    ["w=320&h=320&fit=cover&format=webp", "w=1280&format=jpeg", "w=2560&q=90"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn making_variants_of_large_images_it_stays_within_the_budget_and_64_mib() {
    let mut site = Site::embedded();
    // Those that do not fit wait, and each is made in the end.
    site.set("TINTYPE_QUEUE_TIMEOUT", "900s");
    let service = Arc::new(site.serve().await);
    let mut addresses = Vec::new();
    for (photo, orders) in large_images() {
        for number in 0..LARGE_IMAGES / KINDS {
            let image = service.uploaded(form(photo.clone())).await;
            let query = orders[number % orders.len()];
            addresses.push(format!("/i/{}?{query}", image["id"].as_str().unwrap()));
        }
    }
    let mut clients = JoinSet::new();
    for address in addresses {
        let service = Arc::clone(&service);
        clients.spawn(async move { service.get(&address).await.status });
    }
    let statuses = clients.join_all().await;
    let peak = kib_of(&service, "VmHWM:") / 1024;
    eprintln!("{} variants made, peak resident set: {peak} MiB", statuses.len());
    assert_eq!(statuses, vec![200; LARGE_IMAGES]);
    assert!(peak <= 256 + BESIDE, "{peak} MiB");
    Arc::into_inner(service).unwrap().stop().await;
}

/// How many kinds of large images there are.
const KINDS: usize = if cfg!(debug_assertions) { 1 } else { 4 };

/// Images of 50 megapixels, with what is asked for of them. Unoptimised, only the quickest.
fn large_images() -> Vec<(Vec<u8>, &'static [&'static str])> {
    let [small, ..] = &LARGE_ORDERS;
    if KINDS == 1 {
        return vec![(large_jpeg(8000, 6250, false), std::slice::from_ref(small))];
    }
    vec![
        (large_jpeg(8000, 6250, false), &LARGE_ORDERS),
        (large_jpeg(6250, 8000, false), &LARGE_ORDERS),
        (large_jpeg(8000, 6250, true), &LARGE_ORDERS),
        (large_png(8000, 6250), &LARGE_ORDERS[..2]),
    ]
}

fn large_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    for y in 0..height {
        let waves = |x: u32| u8::try_from((x / 31 + y / 17) % 256).unwrap();
        let row: Vec<u8> = (0..width).flat_map(|x| [waves(x), waves(y), waves(x / 3)]).collect();
        rows.write_all(&row).unwrap();
    }
    rows.finish().unwrap();
    drop(writer);
    bytes
}

/// A JPEG in colour, whose pixels are never in memory all at once.
fn large_jpeg(width: u16, height: u16, is_progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = Gradient { width, height };
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    encoder.set_progressive(is_progressive);
    encoder.encode_image(picture).unwrap();
    bytes
}

struct Gradient {
    width: u16,
    height: u16,
}

impl jpeg_encoder::ImageBuffer for Gradient {
    fn get_jpeg_color_type(&self) -> jpeg_encoder::JpegColorType {
        jpeg_encoder::JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.width
    }

    fn height(&self) -> u16 {
        self.height
    }

    fn fill_buffers(&self, row: u16, buffers: &mut [Vec<u8>; 4]) {
        let waves = |x: u16| u8::try_from((x / 31 + row / 17) % 256).unwrap();
        let [y, cb, cr, _] = buffers;
        y.extend((0..self.width).map(waves));
        cb.extend(std::iter::repeat_n(waves(row), self.width.into()));
        cr.extend((0..self.width).map(|x| waves(x / 3)));
    }
}
