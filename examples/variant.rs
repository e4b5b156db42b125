//! Makes a smaller rendition of an image: `cargo run --example variant`.

#![expect(clippy::print_stdout, reason = "an example says what it does")]

use std::error::Error;
use std::time::Duration;

use tintype::{Encoding, Fit, Tintype, Upload, VariantSpec};

/// A GIF of one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let photos = Tintype::builder().data_dir(directory.path()).start().await?;
    let image = photos.upload(Upload::new(PIXEL)).await?;

    // Nothing is made larger, so of one pixel there is one pixel.
    let spec = VariantSpec::new().width(160).height(160).fit(Fit::Cover).format(Encoding::Webp);
    if let Some(variant) = photos.variant(image.id, &spec).await? {
        println!("{}, {} x {} pixels", variant.content_type(), variant.width, variant.height);
        let again = photos.variant(image.id, &spec).await?;
        println!("the same bytes again: {}", again.is_some_and(|it| it.bytes == variant.bytes));
    }
    if let Err(error) = photos.variant(image.id, &VariantSpec::new()).await {
        println!("no variant: {error}");
    }
    photos.stop(Duration::from_secs(5)).await;
    Ok(())
}
