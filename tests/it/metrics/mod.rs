//! What is counted, as a scraper reads it.

mod bounds; // whatever clients send, the series have a ceiling
mod counts; // after a deed, the figures say so
mod documented; // the page of operations names every figure, and no other
mod scrape; // a strict reader of both formats
