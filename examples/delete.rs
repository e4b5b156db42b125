//! Deletes an image, bytes and record: `cargo run --example delete`.

#![expect(clippy::print_stdout, reason = "an example says what it does")]

use std::error::Error;
use std::time::Duration;

use tintype::{Deleted, Tintype, Upload};

/// A GIF of one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let photos = Tintype::builder().data_dir(directory.path()).start().await?;
    let id = photos.upload(Upload::new(PIXEL)).await?.id;
    println!("stored {id}");

    for _ in 0..2 {
        match photos.delete(id).await? {
            Some(Deleted::Gone) => println!("deleted: neither bytes nor record exist"),
            Some(Deleted::Promised) => println!("deleted: the bytes go when the bucket is back"),
            None => println!("there is no such image"),
        }
    }
    println!("found: {}", photos.find(id).await?.is_some());
    println!("readable: {}", photos.original(id).await?.is_some());
    photos.stop(Duration::from_secs(5)).await;
    Ok(())
}
