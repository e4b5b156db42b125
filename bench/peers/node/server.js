// The upload recipe as a careful Node.js engineer writes it: Express, Multer's memoryStorage, the AWS
// SDK, and a row in SQLite or PostgreSQL. It has the routes of Tintype that the benchmarks use.

import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";

import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import express from "express";
import multer from "multer";
import { v7 as uuid } from "uuid";

import { openBucket } from "./bucket.js";
import { openCatalog } from "./catalog.js";

const BUCKET = "bench";
const MAX_SIZE = 20 * 1024 * 1024;

const bucket = openBucket(process.env);
const catalog = await openCatalog(process.env.DATABASE);
const upload = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: MAX_SIZE, files: 1 },
});

const app = express();
app.disable("x-powered-by");

app.get("/healthz", (_request, response) => {
  response.json({ status: "ok" });
});

app.post("/v1/images", upload.single("image"), async (request, response) => {
  const { buffer, originalname } = request.file ?? {};
  const format = buffer && formatOf(buffer);
  if (!format) {
    response.status(415).json({ code: "UNSUPPORTED_TYPE" });
    return;
  }
  const id = uuid();
  const image = {
    id,
    key: `${id.slice(-4)}/${id}/original.${format.extension}`,
    filename: originalname,
    content_type: format.type,
    size: buffer.length,
    sha256: createHash("sha256").update(buffer).digest("hex"),
    created_at: new Date().toISOString(),
  };
  await bucket.send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: image.key,
      Body: buffer,
      ContentLength: buffer.length,
      ContentType: image.content_type,
    }),
  );
  await catalog.insert(image);
  response.status(201).location(`/v1/images/${id}`).json(view(image));
});

app.get("/v1/images/:id", async (request, response) => {
  const image = await catalog.find(request.params.id);
  if (!image) {
    response.status(404).json({ code: "NOT_FOUND" });
    return;
  }
  response.json(view(image));
});

app.get("/i/:id", async (request, response) => {
  const image = await catalog.find(request.params.id);
  if (!image) {
    response.status(404).json({ code: "NOT_FOUND" });
    return;
  }
  const object = await bucket.send(new GetObjectCommand({ Bucket: BUCKET, Key: image.key }));
  response.set({
    "Content-Type": image.content_type,
    "Content-Length": String(object.ContentLength),
    "Cache-Control": "public, max-age=31536000, immutable",
    ETag: `"${image.sha256}"`,
  });
  await pipeline(object.Body, response);
});

app.delete("/v1/images/:id", async (request, response) => {
  const image = await catalog.find(request.params.id);
  if (!image) {
    response.status(404).json({ code: "NOT_FOUND" });
    return;
  }
  await bucket.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: image.key }));
  await catalog.delete(image.id);
  response.status(204).end();
});

function view({ key, ...image }) {
  return { url: `/i/${image.id}`, ...image };
}

function formatOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) {
    return { type: "image/jpeg", extension: "jpg" };
  }
  if (bytes.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))) {
    return { type: "image/png", extension: "png" };
  }
  return undefined;
}

app.listen(Number(process.env.PORT), "127.0.0.1");
