//! What is taken in, what is refused, and what is left of it.

mod contents; // bytes that are no image, or not one that is taken
mod films; // films, where they are accepted
mod forms; // the shapes in which clients send one image
pub(crate) mod hostile; // files that are made to hurt
mod malformed; // forms that break the rules
mod names; // file names on their way in and out
mod on_the_wire; // clients that wait, stop or go away in the middle
mod proof; // uploads whose pixels are decoded before they are taken
mod sequences; // image sequences, which are movies of pictures
mod sizes; // exactly the limit, and one byte more
mod stripping; // what goes before it is stored, and what stays
