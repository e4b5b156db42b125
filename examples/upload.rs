//! Stores an image and says what it is: `cargo run --example upload [PHOTO]`.

#![expect(clippy::print_stdout, reason = "an example says what it does")]

use std::error::Error;
use std::time::Duration;

use tintype::{Tintype, Upload, UploadError};

/// A GIF of one transparent pixel, for those who name no photo.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let photos = Tintype::builder().data_dir(directory.path()).start().await?;

    let bytes = std::env::args().nth(1).map_or(Ok(PIXEL.to_vec()), std::fs::read)?;
    let upload = Upload::new(bytes).filename("photo").caption("Rails").idempotency_key("first");
    let image = photos.upload(upload.clone()).await?;
    println!("stored {}", image.id);
    println!("  {}, {} bytes", image.content_type(), image.size);
    println!("  {} x {} pixels", image.width, image.height);
    println!("  sha256 {}", image.sha256);
    println!("  to be read at {}", image.path());

    // The same upload once more, as after a lost answer: the key makes it the same image.
    let again = photos.upload(upload).await?;
    println!("sent again: the same image is {}", again.id == image.id);

    match photos.upload(Upload::new("not an image")).await {
        Err(UploadError::Refused(reason)) => println!("refused: {reason}"),
        other => println!("unexpected: {other:?}"),
    }
    photos.stop(Duration::from_secs(5)).await;
    Ok(())
}
