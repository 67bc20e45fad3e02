import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { decryptChunk, encryptChunk } from "../../../offchain/sessions/chunk-cipher.ts";
import { decompressChunk } from "../../../offchain/sessions/chunk-compressor.ts";
import { deriveChunkSecrets } from "../../../offchain/sessions/chunk-secrets.ts";
import { xchachaKey } from "../../../offchain/sessions/xchacha.ts";
import { FRAME_FAULTS } from "../../../offchain/sessions/zstd-frame.ts";
import { failureOf } from "./trial.ts";

interface Place {
  sessionKey: string;
  sessionId: string;
  idx: number;
}
interface Derivation extends Place {
  info: string;
  key: string;
  commitment: string;
  nonce: string;
  associatedData: string;
  subkey: string;
  shortNonce: string;
}
interface Vectors {
  version: number;
  derivation: Derivation[];
  files: (Place & { frame: string; file: string })[];
  frames: { name: string; frame: string; contentBytes: number; contentSha256: string }[];
  mustFail: {
    files: (Place & { why: string; file: string; failure: string })[];
    frames: { why: string; frame: string; code: string; fault?: string }[];
  };
}

const VERSION = 1;
const OVERHEAD_BYTES = 48;
const vectors = JSON.parse(readFileSync("test/vectors/chunks.json", "utf8")) as Vectors;

const bytes = (text: string) => Buffer.from(text.slice(2), "hex");
const hex = (content: Uint8Array) => `0x${Buffer.from(content).toString("hex")}`;

describe("golden vectors of chunks", () => {
  it("are of the version that these tests know", () => {
    expect(vectors.version).to.equal(VERSION);
  });

  for (const { sessionKey, sessionId, idx, ...expected } of vectors.derivation) {
    it(`secrets of chunk ${idx} of ${sessionId}`, () => {
      const { key, commitment, nonce, associatedData } = deriveChunkSecrets(
        bytes(sessionKey),
        sessionId,
        idx,
      );
      const cipher = xchachaKey(key, nonce);
      expect({
        info: `0x${Buffer.from("lucid/chunk/v1").toString("hex")}${idx.toString(16).padStart(8, "0")}`,
        key: hex(key),
        commitment: hex(commitment),
        nonce: hex(nonce),
        associatedData: hex(associatedData),
        subkey: hex(cipher.key),
        shortNonce: hex(cipher.nonce),
      }).to.deep.equal(expected);
    });
  }

  for (const { sessionKey, sessionId, idx, frame, file } of vectors.files) {
    it(`the file of chunk ${idx} of ${sessionId}, both ways`, () => {
      const target = Buffer.alloc(bytes(frame).length + OVERHEAD_BYTES);
      const encryptor = encryptChunk(bytes(sessionKey), sessionId, idx, target);
      encryptor.update(bytes(frame));
      expect(hex(encryptor.finish())).to.equal(file);
      const decrypted = decryptChunk(bytes(sessionKey), sessionId, idx, bytes(file));
      expect(decrypted).to.deep.equal(bytes(frame));
    });
  }

  for (const { name, frame, contentBytes, contentSha256 } of vectors.frames) {
    it(`a frame: ${name}`, async () => {
      const content = decompressChunk(0, bytes(frame));
      expect(content.length).to.equal(contentBytes);
      expect(`0x${hash("sha256", content, "hex")}`).to.equal(contentSha256);
    });
  }

  describe("must fail", () => {
    for (const { why, sessionKey, sessionId, idx, file, failure } of vectors.mustFail.files) {
      it(`a file with ${why} does not decrypt`, () => {
        expect(decryptChunk(bytes(sessionKey), sessionId, idx, bytes(file))).to.equal(failure);
      });
    }

    for (const { why, frame, code, fault } of vectors.mustFail.frames) {
      it(`a chunk with ${why} is refused`, async () => {
        const failure = await failureOf(() => decompressChunk(3, bytes(frame)));
        expect(failure).to.include({ code, idx: 3, ...(fault !== undefined && { fault }) });
      });
    }

    it("in every way that the reader tells apart", () => {
      const faults = new Set(vectors.mustFail.frames.flatMap(({ fault }) => fault ?? []));
      expect([...faults].sort()).to.deep.equal(Object.keys(FRAME_FAULTS).sort());
    });
  });
});
