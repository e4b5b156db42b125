//! Lists all images, newest first, a page at a time: `cargo run --example list`.

#![expect(clippy::print_stdout, reason = "an example says what it does")]

use std::error::Error;
use std::time::Duration;

use tintype::{Listing, Tintype, Upload};

/// A GIF of one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let photos = Tintype::builder().data_dir(directory.path()).start().await?;
    for number in 1..=5 {
        photos.upload(Upload::new(PIXEL).caption(format!("number {number}"))).await?;
    }

    let mut next = Some(Listing::newest().limit(2));
    while let Some(listing) = next {
        let page = photos.list(listing).await?;
        println!("a page of {}", page.images.len());
        for image in &page.images {
            println!("  {} {}", image.id, image.caption.as_deref().unwrap_or_default());
        }
        next = page.next;
    }
    photos.stop(Duration::from_secs(5)).await;
    Ok(())
}
