//! Making variants of large images stays within the budget.

use std::io::Write as _;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::resident::{BESIDE, kib_of};
use crate::support::app::form;
use crate::support::process::Site;

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
