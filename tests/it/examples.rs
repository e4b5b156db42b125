//! The examples do what they say.

use reqwest::Method;

use crate::support::app::{Answer, form};
use crate::support::photos::PIXEL;
use crate::support::process::{Service, Site};

/// What an example says, with ids and digests taken out.
async fn said(name: &str, arguments: &[&str]) -> String {
    let ended = Site::of_example(name).run(arguments).await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let words = ended.stdout.split_inclusive([' ', '\n', '/', '.', ':']);
    let unnamed = words.map(|word| {
        let name = word.trim_end_matches([' ', '\n', '/', '.', ':']);
        match name.len() {
            36 => word.replace(name, "ID"),
            64 => word.replace(name, "SHA256"),
            _ => word.to_owned(),
        }
    });
    unnamed.collect()
}

#[tokio::test]
async fn upload_stores_an_image_and_says_what_it_is() {
    let report = "stored ID\n  image/gif, 43 bytes\n  1 x 1 pixels\n  sha256 SHA256\n  \
                  to be read at /i/ID.gif\nsent again: the same image is true\n\
                  refused: the file is ";
    let said = said("upload", &[]).await;
    assert!(said.starts_with(report), "{said}");
}

#[tokio::test]
async fn find_finds_changes_and_reads() {
    assert_eq!(
        said("find", &[]).await,
        "found ID: Some(\"A dot\"), image/gif\nchanged: Some(\"A dot\"), Some(\"One pixel\")\n\
         read 43 bytes of 43\nID: None\n"
    );
}

#[tokio::test]
async fn variant_makes_a_smaller_picture() {
    assert_eq!(
        said("variant", &[]).await,
        "image/webp, 1 x 1 pixels\nthe same bytes again: true\nno variant: a variant has a width, \
         a height, or both\n"
    );
}

#[tokio::test]
async fn list_goes_from_page_to_page() {
    assert_eq!(
        said("list", &[]).await,
        "a page of 2\n  ID number 5\n  ID number 4\na page of 2\n  ID number 3\n  ID number 2\n\
         a page of 1\n  ID number 1\n"
    );
}

#[tokio::test]
async fn delete_leaves_nothing() {
    assert_eq!(
        said("delete", &[]).await,
        "stored ID\ndeleted: neither bytes nor record exist\nthere is no such image\n\
         found: false\nreadable: false\n"
    );
}

/// The answer to a request with the token, or without it.
async fn ask(service: &Service, path: &str, token: Option<&str>) -> Answer {
    let mut request = service.request(Method::GET, path);
    if let Some(token) = token {
        request = request.header("x-token", token);
    }
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn mount_asks_for_a_token_before_it_lets_anybody_in() {
    let site = Site::of_example("mount");
    let service = site.listening(&["127.0.0.1:0"]).await;
    assert_eq!(ask(&service, "/", None).await.text(), "my own page");
    assert_eq!(ask(&service, "/photos/v1/images", None).await.outcome(), "401");
    let upload = || service.request(Method::POST, "/photos/v1/images").multipart(form(PIXEL));
    assert_eq!(upload().send().await.unwrap().status(), 401);
    let answer = upload().header("x-token", "open sesame").send().await.unwrap();
    let answer = Answer::read(answer).await;
    assert_eq!(answer.outcome(), "201");
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&format!("http://{}", service.address)).expect(&url);
    assert!(path.starts_with("/photos/i/"), "{path}");
    assert_eq!(ask(&service, path, Some("open sesame")).await.body, PIXEL);
    assert_eq!(ask(&service, path, Some("sesame")).await.outcome(), "401");
    service.interrupt();
    let ended = service.end().await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(site.names(), ["tintype-data"]);
}
