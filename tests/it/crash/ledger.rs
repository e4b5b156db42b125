//! What was asked of the service and what it answered: the client's own books, to hold the service
//! against when it comes back.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;

use super::chance::Chance;
use crate::support::app::Answer;

/// One upload, as often as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// No other upload has it, so it finds the images that came of this one.
    pub(super) caption: String,
    pub(super) key: Option<String>,
    pub(super) bytes: Bytes,
}

/// An image as the listing shows it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) sha256: String,
    pub(super) caption: String,
}

/// The books. Images are named by their ids and known by their SHA-256.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Acknowledged by 201, and nobody has asked to delete them.
    live: BTreeMap<String, String>,
    /// A deletion was asked for; what became of it is not known.
    doubtful: BTreeMap<String, String>,
    /// Acknowledged as deleted.
    gone: BTreeSet<String>,
    /// Those of them since the last look.
    gone_now: Vec<String>,
    /// Uploads without an answer, by caption.
    unanswered: BTreeMap<String, Asked>,
    /// Uploads with an idempotency key that were answered since the last look, and the image.
    answered: Vec<(Asked, String)>,
    /// How often each kind of answer came.
    pub(super) tally: BTreeMap<String, u64>,
}

impl Ledger {
    /// An upload is about to be sent.
    pub(super) fn asks(&mut self, asked: &Asked) {
        self.unanswered.insert(asked.caption.clone(), asked.clone());
    }

    /// An upload was answered: 201, or nothing was promised.
    pub(super) fn uploaded(&mut self, asked: &Asked, answer: &Answer) {
        self.count("upload", &answer.outcome());
        match answer.status {
            201 => {
                let image = answer.json();
                // The second answer to one upload may come when another client has deleted the image.
                if self.unanswered.remove(&asked.caption).is_some() {
                    self.acknowledge(asked, &image);
                }
            }
            // Full or slow, or the same key is at work: nothing is promised, nothing is lost.
            503 | 409 => {}
            _ => panic!("an upload was answered {}", answer.text()),
        }
    }

    fn acknowledge(&mut self, asked: &Asked, image: &Value) {
        let id = image["id"].as_str().unwrap().to_owned();
        self.live.insert(id.clone(), image["sha256"].as_str().unwrap().to_owned());
        if asked.key.is_some() {
            self.answered.push((asked.clone(), id));
        }
    }

    /// How many images there are to choose from.
    pub(super) fn population(&self) -> usize {
        self.live.len()
    }

    /// An image that nobody has asked to delete.
    pub(super) fn some_image(&self, chance: &mut Chance) -> Option<String> {
        let count = u64::try_from(self.live.len()).unwrap();
        let at = (count > 0).then(|| chance.below(count))?;
        self.live.keys().nth(usize::try_from(at).unwrap()).cloned()
    }

    /// A variant was answered with.
    pub(super) fn rendered(&mut self, answer: &Answer) {
        self.count("variant", &answer.outcome());
        // Another may have asked to delete the image meanwhile, before or after it was read.
        let outcome = (answer.status, answer.outcome());
        assert!(matches!(outcome.0, 200 | 404 | 502 | 503), "a variant was answered {outcome:?}");
    }

    /// An image that is to be deleted now.
    pub(super) fn asks_to_delete(&mut self, chance: &mut Chance) -> Option<String> {
        let id = self.some_image(chance)?;
        let sha256 = self.live.remove(&id).unwrap();
        self.doubtful.insert(id.clone(), sha256);
        Some(id)
    }

    /// A deletion was answered.
    pub(super) fn deleted(&mut self, id: &str, answer: &Answer) {
        self.count("delete", &answer.outcome());
        match answer.status {
            // 202: written down, and the reconciler does the rest.
            204 | 202 => {
                self.doubtful.remove(id);
                if self.gone.insert(id.to_owned()) {
                    self.gone_now.push(id.to_owned());
                }
            }
            // Of two that ask at once, one may come after the end.
            404 | 503 => {}
            _ => panic!("a deletion was answered {}", answer.text()),
        }
    }

    /// A request that was cut off.
    pub(super) fn cut_off(&mut self, what: &str) {
        self.count(what, "no answer");
    }

    fn count(&mut self, what: &str, outcome: &str) {
        *self.tally.entry(format!("{what}: {outcome}")).or_default() += 1;
    }

    /// Uploads with a key that are to be sent again, since nobody knows what became of them.
    pub(super) fn to_retry(&self) -> Vec<Asked> {
        self.unanswered.values().filter(|asked| asked.key.is_some()).cloned().collect()
    }

    /// Uploads with a key that were answered since the last look, and the images that they made.
    pub(super) fn take_answered(&mut self) -> Vec<(Asked, String)> {
        std::mem::take(&mut self.answered)
    }

    /// Images that were deleted since the last look.
    pub(super) fn deleted_since(&mut self) -> Vec<String> {
        std::mem::take(&mut self.gone_now)
    }

    /// Images that must be readable, with their SHA-256.
    pub(super) fn readable(&self) -> Vec<(String, String)> {
        self.live.iter().map(|(id, sha256)| (id.clone(), sha256.clone())).collect()
    }

    /// Holds the whole listing of a service at rest against the books, and writes down what became
    /// of what was in doubt.
    pub(super) fn settle(&mut self, listed: &[Seen]) {
        let mut captions = BTreeSet::new();
        for seen in listed {
            assert!(captions.insert(&seen.caption), "two images of one upload: {seen:?}");
            assert!(!self.gone.contains(&seen.id), "deleted and there: {seen:?}");
            self.know(seen);
        }
        let ids: BTreeSet<_> = listed.iter().map(|seen| seen.id.as_str()).collect();
        for id in self.live.keys() {
            assert!(ids.contains(id.as_str()), "acknowledged and not there: {id}");
        }
        let (_, deleted): (Vec<_>, Vec<_>) = std::mem::take(&mut self.doubtful)
            .into_keys()
            .partition(|id| ids.contains(id.as_str()));
        self.gone_now.extend(deleted.iter().cloned());
        self.gone.extend(deleted);
        self.unanswered.clear();
    }

    /// Each image that is there was acknowledged, or its upload had no answer.
    fn know(&mut self, seen: &Seen) {
        let known = self.live.get(&seen.id).or_else(|| self.doubtful.get(&seen.id));
        match known {
            Some(sha256) => assert_eq!(*sha256, seen.sha256, "{}", seen.id),
            None => {
                assert!(self.unanswered.contains_key(&seen.caption), "out of nowhere: {seen:?}");
            }
        }
        self.live.insert(seen.id.clone(), seen.sha256.clone());
    }
}
