import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { compressChunk, decompressChunk } from "../../offchain/sessions/chunk-compressor.ts";
import { type Chunk, chunkLeaf, chunkProof, chunkTree } from "../../offchain/sessions/chunk-tree.ts";
import { compressedBound, MAX_CHUNK_BYTES, MAX_TIME_SECONDS } from "../../offchain/sessions/limits.ts";
import { encodeManifest, type Manifest, parseManifest } from "../../offchain/sessions/manifest.ts";
import { rootFromProof } from "../../offchain/sessions/merkle-tree.ts";
import { openSession } from "../../offchain/sessions/open-session.ts";
import { openRecording } from "../../offchain/sessions/recording.ts";
import { sealChunks } from "../../offchain/sessions/seal-chunks.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import {
  contentRoot,
  segmentCount,
  segmentProof,
  verifySegmentProof,
} from "../../offchain/sessions/segment-tree.ts";
import { chunkPath } from "../../offchain/sessions/session-directory.ts";
import { shareKey } from "../../offchain/sessions/session-key.ts";
import { verifySessionFiles } from "../../offchain/sessions/verify-session-files.ts";
import { readFrame } from "../../offchain/sessions/zstd-frame.ts";
import { newTrial, noise, type Trial } from "../unit/sessions/trial.ts";

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((array) => `0x${Buffer.from(array).toString("hex")}`);
const chunkArbitrary = fc.record({
  sizeBytes: fc.integer({ min: 1, max: 2 ** 24 }),
  ciphertextSha256: hex(32),
  contentRoot: hex(32),
});
const chunksArbitrary = fc
  .array(chunkArbitrary, { minLength: 1, maxLength: 40 })
  .map((chunks): Chunk[] => chunks.map((chunk, idx) => ({ idx, ...chunk })));

/** Bytes around the bounds of chunks and segments, where mistakes live. */
const aroundBounds = (unit: number, most: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: -1, max: 1 }))
    .map(([count, shift]) => Math.max(1, count * unit + shift));

/** Compressible and incompressible stretches in turn, so that a frame has blocks of several types. */
function mixed(length: number): Buffer {
  const bytes = noise(length);
  for (let at = 0; at < length; at += 200_000) bytes.fill("b", at, Math.min(length, at + 100_000));
  return bytes;
}

describe("sessions, for all inputs", () => {
  let trial: Trial;
  let opened = 0;
  beforeEach(async () => {
    trial = await newTrial();
  });
  afterEach(() => trial.end());

  const reopen = async ({ directory }: SealedSession) => {
    const destination = join(trial.folder, `opened-${opened++}`);
    await openSession({ path: directory, identities: [trial.identity], destination });
    return readFileSync(destination);
  };

  it("what was sealed comes back, byte for byte", async function () {
    this.timeout(60_000);
    const content = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 5000 }).map((array) => Buffer.from(array)),
      aroundBounds(1024, 5).map(noise),
      aroundBounds(1024, 5).map((length) => Buffer.alloc(length, "a")),
    );
    const chunkBytes = fc.constantFrom(64, 976, 1023, 1024, 1025, 4096);
    await fc.assert(
      fc.asyncProperty(content, chunkBytes, async (bytes, size) => {
        const sealed = await trial.seal(bytes, { chunkBytes: size });
        expect(sealed.manifest.chunks.length).to.equal(Math.ceil(bytes.length / size));
        expect(await reopen(sealed)).to.deep.equal(bytes);
      }),
      { numRuns: 40 },
    );
  });

  it("a sealed session is the same, whatever the number of threads", async function () {
    this.timeout(120_000);
    const sealed = async (source: string, threads: number, secrets: { key: Buffer; sessionId: string }) => {
      const directory = join(trial.folder, `sealed-${opened++}`);
      mkdirSync(join(directory, "chunks"), { recursive: true });
      const recording = await openRecording(source);
      const sessionKey = shareKey(Buffer.from(secrets.key));
      const { sessionId } = secrets;
      const chunks = await sealChunks(recording, {
        ...{ directory, sessionId, sessionKey, chunkBytes: 1000, threads },
        ...{ goOn: () => undefined, onProgress: () => undefined },
      });
      await recording.file.close();
      return { chunks, files: chunks.map(({ idx }) => readFileSync(chunkPath(directory, idx), "hex")) };
    };
    await fc.assert(
      fc.asyncProperty(aroundBounds(1000, 20), fc.integer({ min: 2, max: 4 }), async (length, threads) => {
        const source = trial.record(mixed(length));
        const secrets = { key: noise(32), sessionId: randomUUID() };
        const alone = await sealed(source, 1, secrets);
        expect(alone.chunks).to.have.length(Math.ceil(length / 1000));
        expect(await sealed(source, threads, secrets)).to.deep.equal(alone);
      }),
      { numRuns: 15 },
    );
  });

  describe("a compressed chunk", () => {
    /** Around the sizes where zstd changes the header's fields, its blocks, or both. */
    const size = fc.oneof(
      fc.integer({ min: 1, max: 600 }),
      fc
        .tuple(fc.constantFrom(256, 65_536 + 256, 128 * 1024, 2 ** 20), fc.integer({ min: -2, max: 2 }))
        .map(([bound, shift]) => bound + shift),
    );
    const content = fc
      .tuple(
        size,
        fc.constantFrom(noise, (length: number) => Buffer.alloc(length, "a"), mixed),
      )
      .map(([length, make]) => make(length));

    it("is one frame that states its size, and comes back", async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(content, async (plain) => {
          const frame = compressChunk(plain);
          expect(readFrame(frame)).to.deep.equal({ contentBytes: plain.length });
          expect(decompressChunk(0, frame).equals(plain)).to.equal(true);
        }),
        { numRuns: 100 },
      );
    });

    it("is so at the largest size too, and not above", async function () {
      this.timeout(60_000);
      for (const make of [noise, (length: number) => Buffer.alloc(length), mixed]) {
        const frame = compressChunk(make(MAX_CHUNK_BYTES));
        expect(readFrame(frame)).to.deep.equal({ contentBytes: MAX_CHUNK_BYTES });
        expect(decompressChunk(0, frame).length).to.equal(MAX_CHUNK_BYTES);
        expect(frame.length).to.be.at.most(compressedBound(MAX_CHUNK_BYTES));
        expect(readFrame(compressChunk(make(MAX_CHUNK_BYTES + 1)))).to.equal("content-too-large");
      }
    });

    it("is not one when it is cut anywhere, or anything follows it", async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(content, fc.double({ min: 0, max: 1, noNaN: true }), async (plain, share) => {
          const frame = compressChunk(plain);
          const cut = Math.min(frame.length - 1, Math.floor(share * frame.length));
          expect(readFrame(frame.subarray(0, cut))).to.equal("truncated");
          const more = compressChunk(noise(1 + cut));
          expect(readFrame(Buffer.concat([frame, more]))).to.equal("bytes-behind");
          expect(readFrame(Buffer.concat([frame, more.subarray(0, 1)]))).to.equal("bytes-behind");
        }),
        { numRuns: 100 },
      );
    });
  });

  it("one flipped bit in any chunk is found, and its chunk named", async function () {
    this.timeout(60_000);
    const sealed = await trial.seal(noise(3500));
    const { chunks } = sealed.manifest;
    const flip = fc
      .nat({ max: chunks.length - 1 })
      .chain((idx) =>
        fc.tuple(fc.constant(idx), fc.nat({ max: (chunks[idx]?.sizeBytes ?? 1) - 1 }), fc.nat({ max: 7 })),
      );
    await fc.assert(
      fc.asyncProperty(flip, async ([idx, at, bit]) => {
        const path = chunkPath(sealed.directory, idx);
        const right = readFileSync(path);
        const wrong = Buffer.from(right);
        wrong.writeUInt8(wrong.readUInt8(at) ^ (1 << bit), at);
        writeFileSync(path, wrong);
        const { findings } = await verifySessionFiles(sealed.directory);
        writeFileSync(path, right);
        expect(findings.map(({ details }) => details)).to.have.length(1);
        expect(findings[0]?.details).to.include({ code: "CHUNK_CORRUPT", idx });
      }),
    );
  });

  it("a segment's proof holds for its place and no other, and for its bytes and no others", () => {
    const place = aroundBounds(1024, 40).chain((length) =>
      fc.tuple(fc.constant(length), fc.nat({ max: segmentCount(length) - 1 }), fc.nat()),
    );
    fc.assert(
      fc.property(place, ([sizeBytes, segmentIndex, other]) => {
        const content = noise(sizeBytes);
        const claim = { contentRoot: contentRoot(content), sizeBytes, segmentIndex };
        const proof = segmentProof(content, segmentIndex);
        expect(verifySegmentProof(claim, proof)).to.equal(true);
        const otherIndex = other % (segmentCount(sizeBytes) + 1);
        if (otherIndex !== segmentIndex) {
          expect(verifySegmentProof({ ...claim, segmentIndex: otherIndex }, proof)).to.equal(false);
        }
        const digit = proof.segment.endsWith("0") ? "1" : "0";
        const altered = { ...proof, segment: proof.segment.slice(0, -1) + digit };
        expect(verifySegmentProof(claim, altered)).to.equal(false);
      }),
    );
  });

  it("a chunk's proof holds for its idx and no other", () => {
    fc.assert(
      fc.property(chunksArbitrary, fc.nat(), fc.nat(), (chunks, first, second) => {
        const tree = chunkTree(chunks);
        const [idx, other] = [first % chunks.length, second % chunks.length];
        const chunk = chunks[idx] as Chunk;
        expect(rootFromProof(chunkLeaf(chunk), chunkProof(tree, idx))).to.equal(tree.root);
        if (other === idx) return;
        const moved = chunkLeaf({ ...chunk, idx: other });
        expect(rootFromProof(moved, chunkProof(tree, other))).not.to.equal(tree.root);
      }),
    );
  });

  it("a manifest is read as it was written, and has one spelling", () => {
    const manifest = fc
      .record({
        sessionId: fc.uuid(),
        owner: hex(20),
        startedAt: fc.integer({ min: 0, max: MAX_TIME_SECONDS }),
        seconds: fc.nat(),
        chunks: chunksArbitrary,
      })
      .map(
        ({ seconds, ...rest }): Manifest => ({
          version: 1,
          ...{ cipher: "xchacha20-poly1305", compressor: "zstd" },
          ...rest,
          endedAt: Math.min(rest.startedAt + seconds, MAX_TIME_SECONDS),
          merkleRoot: chunkTree(rest.chunks).root,
        }),
      );
    fc.assert(
      fc.property(manifest, (value) => {
        const bytes = encodeManifest(value);
        const read = parseManifest(bytes);
        expect(read).to.deep.equal(value);
        expect(encodeManifest(read)).to.deep.equal(bytes);
        expect(() => parseManifest(Buffer.from(JSON.stringify(value, null, 1)))).to.throw("canonical");
      }),
    );
  });
});
