//! The walk over the segments of a file, and what is put together from them.

use super::coefficients::Coefficients;
use super::color::{Colors, Marks};
use super::error::{Damage, DecodeError};
use super::frame::{Component, Frame, Process};
use super::plane::{Plane, Rows, Step};
use super::progressive::Progressive;
use super::scale::Scale;
use super::scan::{Data, Scan};
use super::sequential::Sequential;
use super::tables::Tables;
use crate::inspect::Corruption;
use crate::inspect::jpeg::MAX_SCANS;
use crate::inspect::jpeg::marker;
use crate::inspect::jpeg::segments::{Segment, Segments};
use crate::variant::{Deadline, Pixels};

/// What is known so far.
#[derive(Debug)]
pub(super) struct Decoder {
    scale: Scale,
    reading: Reading,
    deadline: Deadline,
    tables: Tables,
    marks: Marks,
    frame: Option<Frame>,
    scans: u32,
    picture: Picture,
}

/// Which scans of a progressive file are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Those that the picture at its scale needs.
    Wanted,
    /// All.
    Everything,
}

/// What the scans have told of each component.
#[derive(Debug)]
enum Picture {
    Sequential(Vec<Option<Plane>>),
    Progressive {
        components: Vec<Coefficients>,
        /// For each component, a bit for each coefficient whose scans are read.
        read: Vec<u64>,
    },
}

impl Decoder {
    pub(super) fn new(scale: Scale, reading: Reading, deadline: Deadline) -> Self {
        Self {
            scale,
            reading,
            deadline,
            tables: Tables::default(),
            marks: Marks::default(),
            frame: None,
            scans: 0,
            picture: Picture::Sequential(Vec::new()),
        }
    }

    pub(super) fn decode(mut self, bytes: &[u8]) -> Result<Pixels, DecodeError> {
        if !bytes.starts_with(&[0xFF, marker::SOI]) {
            return Err(Corruption::OutOfPlace { at: 0 }.into());
        }
        for segment in Segments::new(bytes) {
            self.deadline.check()?;
            self.take(bytes, &segment?)?;
        }
        self.finish()
    }

    fn take(&mut self, bytes: &[u8], segment: &Segment<'_>) -> Result<(), DecodeError> {
        match segment.marker {
            marker::DQT => self.tables.take_quantization(segment)?,
            marker::DHT => self.tables.take_huffman(segment)?,
            marker::DRI => self.tables.take_restart(segment)?,
            marker::SOS => self.take_scan(bytes, segment)?,
            marker::APP0..=marker::APP15 => self.marks.take(segment),
            marker::RST0..=marker::RST7 => {}
            marker::EOI | marker::COM | marker::TEM | marker::DNL => {}
            marker::SOF0..=marker::SOF15 | marker::DHP | marker::EXP => {
                self.take_frame(bytes, segment)?;
            }
            _ => return Err(Corruption::OutOfPlace { at: segment.range.start }.into()),
        }
        Ok(())
    }

    fn take_frame(&mut self, bytes: &[u8], segment: &Segment<'_>) -> Result<(), DecodeError> {
        let frame = Frame::read(segment, self.scale)?;
        if self.frame.is_some() {
            return Err(Corruption::RepeatedHeader { at: segment.range.start }.into());
        }
        self.picture = match frame.process {
            Process::Sequential => {
                Picture::Sequential(frame.components.iter().map(|_| None).collect())
            }
            Process::Progressive => {
                let read = match self.reading {
                    Reading::Wanted => coefficients_to_read(&frame, bytes, segment.range.end)?,
                    Reading::Everything => vec![u64::MAX; frame.components.len()],
                };
                let keep = |of| Coefficients::new(of, self.reading);
                let components = frame.components.iter().copied().map(keep).collect();
                Picture::Progressive { read, components }
            }
        };
        self.frame = Some(frame);
        Ok(())
    }

    fn take_scan(&mut self, bytes: &[u8], segment: &Segment<'_>) -> Result<(), DecodeError> {
        let frame = self.frame.as_ref().ok_or(Corruption::MissingHeader)?;
        count_scan(&mut self.scans)?;
        let scan = Scan::read(segment, frame)?;
        // Behind the marker and its length.
        let begin = segment.range.start + 4 + segment.payload.len();
        let bytes = bytes.get(begin..segment.range.end).unwrap_or_default();
        let data = Data { bytes, restart_interval: self.tables.restart_interval };
        match &mut self.picture {
            Picture::Sequential(planes) => {
                let mut blocks = Sequential::new(frame, &scan, &mut self.tables)?;
                scan.walk(frame, data, self.deadline, &mut blocks)?;
                for (part, read) in scan.parts.iter().zip(blocks.parts) {
                    let place = planes.get_mut(part.component);
                    if place.and_then(|place| place.replace(read.plane)).is_some() {
                        return Err(Damage::Progression { at: scan.at }.into());
                    }
                }
            }
            Picture::Progressive { components, read } => {
                let mut is_read = false;
                for part in &scan.parts {
                    let Some(component) = components.get_mut(part.component) else { continue };
                    component.advance(&scan)?;
                    if component.quantization.is_none() {
                        let table = frame.components.get(part.component).map_or(0, |it| it.table);
                        component.quantization = Some(self.tables.quantization(table)?);
                    }
                    is_read |= read.get(part.component).is_some_and(|read| read & scan.mask() != 0);
                }
                if is_read {
                    let mut blocks = Progressive::new(components, &scan, &self.tables)?;
                    scan.walk(frame, data, self.deadline, &mut blocks)?;
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Pixels, DecodeError> {
        let frame = self.frame.ok_or(Corruption::MissingHeader)?;
        let planes: Option<Vec<Plane>> = match self.picture {
            Picture::Sequential(planes) => planes.into_iter().collect(),
            Picture::Progressive { components, .. } => {
                let plane = |it: Coefficients| it.is_begun().then(|| it.into_plane());
                components.into_iter().map(plane).collect()
            }
        };
        let planes = planes.ok_or(Damage::MissingScan)?;
        self.deadline.check()?;
        let ids: Vec<u8> = frame.components.iter().map(|component| component.id).collect();
        Ok(pixels(&frame, &planes, Colors::of(&ids, self.marks)))
    }
}

/// Puts the samples of the components together.
fn pixels(frame: &Frame, planes: &[Plane], colors: Colors) -> Pixels {
    let (width, height) = (frame.scale.of(frame.across.pixels), frame.scale.of(frame.down.pixels));
    let layout = colors.layout();
    let stride = width as usize * layout.samples();
    let mut samples = vec![0; stride * height as usize];
    let side = frame.scale.side();
    let mut rows: Vec<_> = frame
        .components
        .iter()
        .zip(planes)
        .map(|(component, plane)| {
            let across = Step::new(component.across, frame.across.most, side);
            let down = Step::new(component.down, frame.down.most, side);
            Rows::new(plane, across, down, width)
        })
        .collect();
    for (number, pixels) in (0..).zip(samples.chunks_exact_mut(stride)) {
        let rows: Vec<&[u8]> = rows.iter_mut().map(|rows| rows.row(number)).collect();
        colors.fill(pixels, &rows);
    }
    Pixels { width, height, layout, samples }
}

/// For each component, which coefficients must be followed through the scans so that the wanted
/// ones become known: a scan that refines them cannot be read without knowing all that it refines.
fn coefficients_to_read(frame: &Frame, bytes: &[u8], from: usize) -> Result<Vec<u64>, DecodeError> {
    let mut read: Vec<u64> = frame.components.iter().map(Component::wanted).collect();
    let mut refining = Vec::new();
    let mut scans = 0;
    for segment in Segments::new(bytes) {
        let segment = segment?;
        if segment.marker != marker::SOS || segment.range.start < from {
            continue;
        }
        count_scan(&mut scans)?;
        let scan = Scan::read(&segment, frame)?;
        if let ([part], 1..) = (scan.parts.as_slice(), scan.high) {
            refining.push((part.component, scan.mask()));
        }
    }
    for (component, mask) in refining.into_iter().rev() {
        if let Some(read) = read.get_mut(component).filter(|read| **read & mask != 0) {
            *read |= mask;
        }
    }
    Ok(read)
}

fn count_scan(scans: &mut u32) -> Result<(), Corruption> {
    *scans += 1;
    if *scans > MAX_SCANS { Err(Corruption::TooManyScans { limit: MAX_SCANS }) } else { Ok(()) }
}
