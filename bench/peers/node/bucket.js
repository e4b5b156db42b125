// The S3 client: as the SDK makes it, or with what its documentation offers for less work an upload.

import { Agent } from "node:http";

import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export function openBucket({ S3_ENDPOINT, TUNED }) {
  const settings = { endpoint: S3_ENDPOINT, forcePathStyle: true };
  return TUNED ? tuned(settings) : new S3Client(settings);
}

// No checksum beside what the operation asks for, no hash of the payload in the signature, and a
// connection for each upload in place of the SDK's 50.
function tuned(settings) {
  const client = new S3Client({
    ...settings,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: new NodeHttpHandler({
      httpAgent: new Agent({ keepAlive: true, maxSockets: 512 }),
    }),
  });
  const unsigned = (next) => (call) => {
    call.request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
    return next(call);
  };
  client.middlewareStack.add(unsigned, { step: "build", name: "unsignedPayload" });
  return client;
}
