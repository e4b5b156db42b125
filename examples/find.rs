//! Finds an image by its id, changes what is said of it, and reads its bytes:
//! `cargo run --example find`.

#![expect(clippy::print_stdout, reason = "an example says what it does")]

use std::error::Error;
use std::time::Duration;

use tintype::{Change, Edit, ImageId, Tintype, Upload};

/// A GIF of one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\
    \x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let photos = Tintype::builder().data_dir(directory.path()).start().await?;
    let text = photos.upload(Upload::new(PIXEL).caption("A dot")).await?.id.to_string();

    // An id is text on the way through a template, a form or a database of yours.
    let id: ImageId = text.parse()?;
    if let Some(image) = photos.find(id).await? {
        println!("found {}: {:?}, {}", image.id, image.caption, image.content_type());
    }
    let change = Change { alt: Edit::Set("One pixel".to_owned()), ..Change::default() };
    if let Some(image) = photos.change(id, change).await? {
        println!("changed: {:?}, {:?}", image.caption, image.alt);
    }
    if let Some(mut original) = photos.original(id).await? {
        let mut length = 0;
        while let Some(chunk) = original.chunk().await? {
            length += chunk.len();
        }
        println!("read {length} bytes of {}", original.image().size);
    }
    let stranger = "0192f0c1-2f6a-7c3e-8d11-5a0c9b7e4d20".parse()?;
    println!("{stranger}: {:?}", photos.find(stranger).await?);
    photos.stop(Duration::from_secs(5)).await;
    Ok(())
}
