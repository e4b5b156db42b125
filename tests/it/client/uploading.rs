//! Files and folders become images, each exactly one.

use std::fs;

use serde_json::{Value, json};

use super::{Asking, id_of, objects, write_photos};
use crate::support::photos::{PIXEL, SVG, jpeg, pixel, weighing};

#[tokio::test]
async fn a_folder_is_uploaded_in_the_order_of_its_names() {
    let asking = Asking::start().await;
    let folder = asking.site.path().join("photos");
    write_photos(&folder.join("b"), 12);
    for name in ["a.jpg", "c.JPG"] {
        fs::write(folder.join(name), jpeg(16, 8)).unwrap();
    }
    fs::create_dir(folder.join(".hidden")).unwrap();
    for name in [".hidden/x.gif", ".y.gif", "notes.txt", "b/raw.heic"] {
        fs::write(folder.join(name), PIXEL).unwrap();
    }
    std::os::unix::fs::symlink("b", folder.join("loop.gif")).unwrap();
    std::os::unix::fs::symlink("a.jpg", folder.join("link.jpg")).unwrap();

    let ended = asking.run(&["upload", "photos", "photos/a.jpg", "--jobs", "3"]).await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let mut uploaded = Vec::new();
    for url in ended.stdout.lines() {
        let image = asking.service.get(&format!("/v1/images/{}", id_of(url))).await.json();
        assert_eq!(image["url"], url);
        uploaded.push(image["filename"].as_str().unwrap().to_owned());
    }
    let mut expected = vec!["a.jpg".to_owned()];
    expected.extend((0..12).map(|index| format!("{index:04}.gif")));
    expected.push("c.JPG".to_owned());
    assert_eq!(uploaded, expected);
    let told = "Skipped, since the name does not end as a photo's does: \
                photos/b/raw.heic, photos/loop.gif, photos/notes.txt\n\
                14 uploaded, 3 skipped.\n";
    assert!(ended.stderr.ends_with(told), "{ended}");
    assert_eq!(ended.stderr.lines().filter(|line| line.ends_with(": uploaded")).count(), 14);
    asking.finish(14).await;
}

#[tokio::test]
async fn what_is_refused_is_told_and_the_rest_is_uploaded() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    asking.site.write("b.jpg", SVG);
    asking.site.write("c.jpg", &jpeg(64, 64)[..300]);
    asking.site.write("e.gif", pixel(1));
    let files = ["a.gif", "b.jpg", "c.jpg", "d.jpg", "e.gif"];
    let ended = asking.run(&[&["upload"], &files[..]].concat()).await;
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(1), 2), "{ended}");
    for told in [
        "a.gif: uploaded\n",
        "b.jpg: refused: the file is an SVG drawing; ",
        "(UNSUPPORTED_TYPE, request ",
        "c.jpg: refused: ",
        "(CORRUPT_IMAGE, request ",
        "d.jpg: failed: the file cannot be read: No such file or directory",
        "2 uploaded, 2 refused, 1 failed.\n",
    ] {
        assert!(ended.stderr.contains(told), "{told}: {ended}");
    }

    let ended = asking.run(&[&["upload", "--json"], &files[..]].concat()).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    let told = objects(&ended.stdout.lines().collect::<Vec<_>>());
    let word = |one: &Value| format!("{} {}", one["file"], one["outcome"]).replace('"', "");
    let words: Vec<_> = told.iter().map(word).collect();
    let expected = ["a.gif already_there", "b.jpg refused", "c.jpg refused", "d.jpg failed"];
    assert_eq!(words[..4], expected);
    assert_eq!(words[4], "e.gif already_there");
    let id = told[0]["image"]["id"].as_str().unwrap();
    let image = asking.service.get(&format!("/v1/images/{id}")).await.json();
    assert_eq!(told[0], json!({"file": "a.gif", "outcome": "already_there", "image": image}));
    let refused = &told[1]["error"];
    assert_eq!((&refused["code"], &refused["status"]), (&"UNSUPPORTED_TYPE".into(), &415.into()));
    assert!(refused["detail"].is_string() && refused["request_id"].is_string(), "{refused}");
    assert_eq!(told[3]["error"]["code"], "FILE_UNREADABLE");
    asking.finish(2).await;
}

#[tokio::test]
async fn the_same_command_makes_no_second_image_unless_it_is_told_to() {
    let asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 3);
    // The same bytes under the same name at two places are two photos.
    write_photos(&asking.site.path().join("photos/more"), 1);
    let first = asking.lines(&["upload", "photos"]).await;
    assert_eq!((first.len(), asking.images().await.len()), (4, 4));
    assert_eq!(asking.lines(&["upload", "photos"]).await, first);
    assert_eq!(asking.lines(&["upload", "photos/../photos/more"]).await, first[3..]);
    // Other words make another image, and so does the wish for one.
    let captioned = asking.lines(&["upload", "photos/0000.gif", "--caption", "Rails"]).await;
    let again = asking.lines(&["upload", "photos/0000.gif", "--again"]).await;
    assert!(!first.contains(&captioned[0]) && !first.contains(&again[0]));
    asking.finish(6).await;
}

#[tokio::test]
async fn what_was_deleted_is_uploaded_anew() {
    let asking = Asking::start().await;
    asking.site.write("a.gif", PIXEL);
    let mut urls = Vec::new();
    for _ in 0..3 {
        let url = asking.lines(&["upload", "a.gif"]).await.remove(0);
        assert!(!urls.contains(&url));
        assert_eq!(asking.lines(&["upload", "a.gif"]).await, [url.as_str()]);
        asking.lines(&["delete", &url]).await;
        urls.push(url);
    }
    asking.finish(0).await;
}

#[tokio::test]
async fn words_go_with_every_image() {
    let asking = Asking::start().await;
    let name = "Grüße \"1\"\\\n2.gif";
    asking.site.write(name, PIXEL);
    let words = ["--caption", "Rails\n2", "--alt", "A train", "--metadata", r#"{"album":["x",1]}"#];
    let told = asking.lines(&[&["upload", "--json", name], &words[..]].concat()).await;
    let image = &objects(&told)[0]["image"];
    assert_eq!(
        (&image["caption"], &image["alt"], &image["metadata"], &image["filename"]),
        (
            &json!("Rails\n2"),
            &json!("A train"),
            &json!({"album": ["x", 1]}),
            &json!("Grüße \"1\"__2.gif")
        )
    );
    for wrong in ["{", "[1]", "1"] {
        let ended = asking.run(&["upload", name, "--metadata", wrong]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
        assert!(ended.stderr.starts_with("tintype: --metadata is not "), "{ended}");
    }
    asking.finish(1).await;
}

#[tokio::test]
async fn what_is_no_file_is_told_and_nothing_hangs() {
    let asking = Asking::start().await;
    let pipe = asking.site.path().join("pipe.gif");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    fs::create_dir(asking.site.path().join("empty")).unwrap();
    let ended = asking.run(&["upload", "pipe.gif"]).await;
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stderr.starts_with("pipe.gif: failed: this is not a file\n"), "{ended}");
    let ended = asking.run(&["upload", "empty"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), "no photos found.\n"), "{ended}");
    for flags in [&["--jobs", "0"][..], &["--jobs", "65"], &["--patience", "soon"], &[]] {
        let ended = asking.run(&[&["upload"], flags].concat()).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended}");
    }
    asking.finish(0).await;
}

#[tokio::test]
async fn a_large_photo_arrives_as_it_is() {
    let asking = Asking::start().await;
    // More than one piece, and no whole number of them.
    let photo = weighing((1 << 20) + 12_345);
    asking.site.write("large.gif", &photo);
    let url = asking.lines(&["upload", "large.gif"]).await.remove(0);
    assert_eq!(asking.service.get(&format!("/i/{}", id_of(&url))).await.body, photo);
    asking.finish(1).await;
}

#[tokio::test]
async fn what_is_skipped_takes_nothing_from_what_is_sent() {
    let asking = Asking::start().await;
    let folder = asking.site.path().join("photos");
    write_photos(&folder, 1);
    fs::write(folder.join("scan.img"), pixel(1)).unwrap();
    // A link is looked at before the photo that it leads to.
    std::os::unix::fs::symlink("0000.gif", folder.join("0.txt")).unwrap();
    let ended = asking.run(&["upload", "photos", "photos/scan.img"]).await;
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stderr.contains("photos/0000.gif: uploaded\n"), "{ended}");
    assert!(ended.stderr.contains("photos/scan.img: uploaded\n"), "{ended}");
    assert!(ended.stderr.ends_with("2 uploaded.\n"), "{ended}");
    fs::write(folder.join("notes.txt"), "").unwrap();
    let ended = asking.run(&["upload", "photos", "photos"]).await;
    assert!(ended.stderr.ends_with("1 already there, 2 skipped.\n"), "{ended}");
    asking.finish(2).await;
}

#[tokio::test]
async fn names_stand_in_the_json_as_they_are() {
    let asking = Asking::start().await;
    let name = "a\u{200F}b.gif";
    asking.site.write(name, PIXEL);
    let told = asking.lines(&["upload", "--json", name]).await;
    assert_eq!(objects(&told)[0]["file"], name);
    let ended = asking.run(&["upload", name]).await;
    assert!(ended.stderr.starts_with("a\u{FFFD}b.gif: already there\n"), "{ended}");
    asking.finish(1).await;
}

#[tokio::test]
async fn answers_that_are_lost_are_a_failure() {
    let mut asking = Asking::start().await;
    write_photos(&asking.site.path().join("photos"), 9);
    let url = asking.lines(&["upload", "photos/0000.gif"]).await.remove(0);
    asking.site.run_under(&["sh", "-c", "exec \"$@\" > /dev/full", "sh"]);
    for command in [
        &["upload", "photos", "--jobs", "1"][..],
        &["list"],
        &["show", &url],
        &["get", &url],
        &["delete", &url],
        &["settings"],
        &["man"],
    ] {
        let ended = asking.run(command).await;
        assert_eq!(ended.code, Some(2), "{command:?}: {ended}");
        let told = "tintype: standard output cannot be written: No space left on device";
        assert!(ended.stderr.contains(told), "{command:?}: {ended}");
        // Nothing more is begun whose URL nobody would learn.
        assert_eq!(command[0] == "upload", ended.stderr.contains(" not sent.\n"), "{ended}");
    }
}
