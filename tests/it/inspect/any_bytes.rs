//! Whatever the bytes are, there is an answer.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{outcome, samples};

fn valid_image() -> impl Strategy<Value = Vec<u8>> {
    select(samples().into_iter().map(|(_, bytes, _)| bytes).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_have_an_answer(bytes: Vec<u8>) {
        let _ = outcome(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_valid_start_have_an_answer(
        image in valid_image(),
        cut: Index,
        tail: Vec<u8>,
    ) {
        let bytes = [&image[..cut.index(image.len())], &tail].concat();
        let _ = outcome(&bytes);
    }

    #[test]
    fn an_image_with_changed_bytes_has_an_answer(
        mut image in valid_image(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        for (at, byte) in changes {
            let at = at.index(image.len());
            image[at] = byte;
        }
        let _ = outcome(&image);
    }

    #[test]
    fn a_changed_byte_of_a_png_is_always_noticed(at in 8_usize..100, flip in 1_u8..) {
        let mut image = super::photos::png(7, 5);
        let at = at % image.len();
        image[at] ^= flip;
        prop_assert!(outcome(&image).is_err());
    }
}
