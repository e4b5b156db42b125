// Makes a variant with sharp, as often as it is told to: the peer of `tintype-worker`.
//
//     node variants.js FILE WIDTH HEIGHT FIT FORMAT QUALITY OUT
//
// It writes the variant to OUT, says "ready", and for each number that it reads it makes the variant
// so many times more and says "done".

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

const [file, width, height, fit, format, quality, out] = process.argv.slice(2);
// One core, and no picture kept from one time to the next.
sharp.concurrency(1);
sharp.cache(false);
const original = readFileSync(file);

const make = () => {
  const picture = sharp(original).autoOrient().resize({
    width: Number(width),
    height: Number(height),
    fit,
    withoutEnlargement: true,
  });
  // A JPEG has no alpha: all subjects put the picture on white.
  const flat = format === 'jpeg' ? picture.flatten({ background: '#ffffff' }) : picture;
  return flat.toFormat(format, { quality: Number(quality) }).toBuffer();
};

writeFileSync(out, await make());
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  for (let left = Number(line); left > 0; left -= 1) {
    await make();
  }
  console.log('done');
}
