//! What is stored of a photo shows the same pixels, to two decoders and in a browser, and exiftool
//! finds nothing in it but what is meant to stay.
//!
//! The photos are those of [`made`](crate::made), or the files of the folder that
//! `TINTYPE_TEST_PHOTOS` names (`cargo xtask photos FOLDER`), of which some may be refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::decoders::{self, Verdict};
use crate::made::{self, Photo, SECRET};
use crate::shelf::{Row, Shelf};
use crate::support::catalogs::environment;
use crate::{browser, exiftool};

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_photo_shows_the_same_and_tells_nothing() {
    let folder = environment("TINTYPE_TEST_PHOTOS").map(PathBuf::from);
    let shelf = match &folder {
        Some(folder) => Shelf::of(files(folder).into_iter().map(|path| read(folder, &path))).await,
        None => Shelf::of(made::all().into_iter()).await,
    };
    let seen = seen(&shelf).await;
    print(&shelf, &seen);
    let mut faults: Vec<_> = seen.iter().filter_map(Seen::fault).collect();
    if folder.is_none() {
        faults.extend(shelf.rows.iter().filter_map(unexpected));
        faults.extend(seen.iter().filter_map(Seen::unseen));
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(!seen.is_empty(), "no photo was stored");
    shelf.app.finish().await;
}

/// What is wrong with a made photo that a camera's may have.
fn unexpected(row: &Row) -> Option<String> {
    if !row.is_stored() {
        return Some(format!("{}: {}", row.name, row.outcome));
    }
    let stored = std::fs::read(&row.after).unwrap();
    let has_secret = stored.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    let is_bare = row.image["stripped"] == json!([]);
    (has_secret || is_bare).then(|| format!("{}: not everything went", row.name))
}

/// The files of a folder and the folders in it, in their order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.into_iter().flat_map(below).collect()
}

fn read(folder: &Path, path: &Path) -> Photo {
    let name = path.strip_prefix(folder).unwrap().display().to_string();
    Photo::new(name, std::fs::read(path).unwrap())
}

/// What foreign programs say of one stored photo.
struct Seen<'a> {
    row: &'a Row,
    before: Map<String, Value>,
    after: Map<String, Value>,
    pillow: Verdict,
    image: Verdict,
    browser: Value,
}

async fn seen(shelf: &Shelf) -> Vec<Seen<'_>> {
    let rows: Vec<_> = shelf.stored().collect();
    if rows.is_empty() {
        return vec![];
    }
    let paths = |side: fn(&Row) -> &Path| rows.iter().map(|row| side(row)).collect::<Vec<_>>();
    let before = exiftool::tags_of(&paths(|row| &row.before)).await;
    let after = exiftool::tags_of(&paths(|row| &row.after)).await;
    let pillow = decoders::pillow(&rows).await;
    let browser = browser(shelf).await;
    let told = before.into_iter().zip(after).zip(pillow).zip(browser);
    let rows = rows.into_iter().zip(told);
    rows.map(|(row, (((before, after), pillow), browser))| Seen {
        row,
        before,
        after,
        pillow,
        image: decoders::image(row),
        browser,
    })
    .collect()
}

async fn browser(shelf: &Shelf) -> Vec<Value> {
    let all = shelf.rows.iter().enumerate().filter(|(_, row)| row.is_stored());
    let pair = |(number, row): (usize, &Row)| json!({ "before": format!("/before/{number}"), "after": row.path() });
    let question = all.map(pair).collect();
    let answer = browser::answer_of(&shelf.app, shelf.routes(), "photos.html", question).await;
    answer.as_array().unwrap().clone()
}

impl Seen<'_> {
    fn maker(&self) -> &str {
        self.before.get("IFD0:Make").and_then(Value::as_str).map_or("-", str::trim)
    }

    fn left_over(&self) -> BTreeSet<&str> {
        exiftool::left_over(&self.after)
    }

    /// What the browser shows, in words.
    fn browser(&self) -> String {
        match (self.browser["differs"].as_str(), &self.browser["shown"]) {
            (Some(how), _) => format!("DIFFERS: {how}"),
            (None, Value::Bool(true)) => "same".to_owned(),
            (None, _) => "shows neither".to_owned(),
        }
    }

    /// Whether the browser shows the photo in the size that the service tells.
    fn has_its_size(&self) -> bool {
        // Chromium does not turn a WebP as its Exif block says.
        let is_turned_by_all = self.row.image["content_type"] != "image/webp";
        let is_shown = self.browser["shown"].as_bool().unwrap_or_default();
        let mut sides = ["width", "height"].into_iter();
        !(is_shown && is_turned_by_all)
            || sides.all(|side| self.browser[side] == self.row.image[side])
    }

    /// Who does not show a made photo, which is sound. The crate `image` has no decoder of AVIF.
    fn unseen(&self) -> Option<String> {
        let is_avif = self.row.image["content_type"] == "image/avif";
        let is_same = |verdict: &Verdict| matches!(verdict, Verdict::Same(_));
        let is_shown = self.browser["shown"].as_bool().unwrap_or_default();
        let is_seen = is_same(&self.pillow) && is_shown && (is_avif || is_same(&self.image));
        let told = [self.pillow.told(), self.image.told(), self.browser()];
        (!is_seen).then(|| format!("{}: not shown by all: {told:?}", self.row.name))
    }

    fn fault(&self) -> Option<String> {
        let left_over = self.left_over();
        let verdicts = [self.pillow.told(), self.image.told(), self.browser()];
        let same = verdicts.iter().all(|verdict| !verdict.starts_with("DIFFERS"));
        let is_well = same && left_over.is_empty() && self.has_its_size();
        let size = &self.browser;
        (!is_well).then(|| format!("{}: {verdicts:?}, left {left_over:?}, {size}", self.row.name))
    }
}

/// A row for each photo, and how many there are of each maker.
fn print(shelf: &Shelf, seen: &[Seen<'_>]) {
    let mut told: BTreeMap<&str, &Seen<'_>> = BTreeMap::new();
    told.extend(seen.iter().map(|seen| (&*seen.row.name, seen)));
    let mut makers: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &shelf.rows {
        let Some(seen) = told.get(&*row.name) else {
            println!("{:<40} {}", row.name, row.outcome);
            continue;
        };
        *makers.entry(seen.maker()).or_default() += 1;
        let tags = format!("{} → {} tags", seen.before.len(), seen.after.len());
        let [pillow, image] = [&seen.pillow, &seen.image].map(Verdict::told);
        println!(
            "{:<40} {:<20} {tags:<16} Pillow {pillow}, image {image}, browser {}; left {:?}; went {}",
            row.name,
            seen.maker(),
            seen.browser(),
            seen.left_over(),
            row.stripped(),
        );
    }
    let stored = seen.len();
    println!("{stored} of {} stored; makers: {makers:?}", shelf.rows.len());
}
