// Reads files with sharp, all of their pixels, and says what they are.
const fs = require("node:fs");
const sharp = require("sharp");

async function opened(path) {
  try {
    const { format, compression } = await sharp(path).metadata();
    const { info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    const name = compression === "av1" ? "avif" : format;
    return { format: name, width: info.width, height: info.height };
  } catch (error) {
    return `${error}`;
  }
}

Promise.all(JSON.parse(fs.readFileSync(0)).map(opened)).then((all) => {
  process.stdout.write(JSON.stringify(all));
});
