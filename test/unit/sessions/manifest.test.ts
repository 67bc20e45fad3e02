import { expect } from "chai";
import { Wallet } from "ethers";
import { chunkTree } from "../../../offchain/sessions/chunk-tree.ts";
import {
  MAX_CHUNK_COUNT,
  MAX_CHUNK_FILE_BYTES,
  MAX_MANIFEST_BYTES,
  MAX_TIME_SECONDS,
} from "../../../offchain/sessions/limits.ts";
import {
  encodeManifest,
  type Manifest,
  manifestHash,
  parseManifest,
  sessionOf,
} from "../../../offchain/sessions/manifest.ts";
import { signOwnership, verifyOwnership } from "../../../offchain/sessions/owner-signature.ts";
import { failureOf } from "./trial.ts";

const owner = new Wallet(`0x${"11".repeat(32)}`);
const digest = (digit: number) => `0x${String(digit).repeat(64)}`;
const chunks = [0, 1, 2].map((idx) => ({
  idx,
  sizeBytes: 100 + idx,
  ciphertextSha256: digest(idx),
  contentRoot: digest(idx + 3),
}));
const valid: Manifest = {
  version: 1,
  sessionId: "6a979d3a-a72f-4e4e-85e6-4bde08b16928",
  owner: owner.address.toLowerCase(),
  startedAt: 100,
  endedAt: 200,
  cipher: "xchacha20-poly1305",
  compressor: "zstd",
  chunks,
  merkleRoot: chunkTree(chunks).root,
};

const refusal = (change: object) =>
  failureOf(() => parseManifest(encodeManifest({ ...valid, ...change } as Manifest)));
const row = (place: number, change: object) =>
  chunks.map((chunk, at) => (at === place ? { ...chunk, ...change } : chunk));

describe("a manifest", () => {
  it("is read as it was written", () => {
    expect(parseManifest(encodeManifest(valid))).to.deep.equal(valid);
  });

  it("tells nothing of what was recorded", () => {
    expect(Object.keys(JSON.parse(encodeManifest(valid).toString()))).to.deep.equal([
      "chunks",
      "cipher",
      "compressor",
      "endedAt",
      "merkleRoot",
      "owner",
      "sessionId",
      "startedAt",
      "version",
    ]);
  });

  it("is refused at every length but its own", async () => {
    const bytes = encodeManifest(valid);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(await failureOf(() => parseManifest(bytes.subarray(0, length)))).to.include({
        code: "MANIFEST_MALFORMED",
        bytes: length,
      });
    }
  });

  it("is refused where it is no UTF-8", async () => {
    const bytes = Buffer.concat([encodeManifest(valid), Buffer.of(0xff)]);
    expect((await failureOf(() => parseManifest(bytes))).code).to.equal("MANIFEST_MALFORMED");
  });

  for (const [field, value] of Object.entries({
    version: 2,
    sessionId: valid.sessionId.toUpperCase(),
    owner: owner.address,
    startedAt: -1,
    endedAt: 1.5,
    cipher: "aes-256-gcm",
    compressor: "gzip",
    chunks: [],
    merkleRoot: "0x00",
  })) {
    it(`is refused for its ${field}, by name`, async () => {
      expect(await refusal({ [field]: value })).to.include({ code: "MANIFEST_FIELD_INVALID", field });
    });
  }

  for (const [field, value] of Object.entries({
    idx: -1,
    sizeBytes: 0,
    ciphertextSha256: digest(1).toUpperCase(),
    contentRoot: 5,
  })) {
    it(`is refused for a chunk's ${field}, and the chunk is named`, async () => {
      expect(await refusal({ chunks: row(1, { [field]: value }) })).to.include({
        code: "MANIFEST_FIELD_INVALID",
        field: `chunks.${field}`,
        chunk: 1,
      });
    });
  }

  it("is refused for a field that it does not know, also in a chunk", async () => {
    expect((await refusal({ fileName: "x" })).code).to.equal("MANIFEST_FIELD_INVALID");
    expect(await refusal({ chunks: row(2, { plainBytes: 1 }) })).to.include({ chunk: 2 });
  });

  it("is refused for a doubled, missing or misplaced chunk, which is named", async () => {
    const [first, second, third] = chunks;
    expect(await refusal({ chunks: [first, second, second] })).to.deep.equal({
      code: "MANIFEST_CHUNK_DOUBLED",
      idx: 1,
      position: 2,
    });
    expect(await refusal({ chunks: [first, third] })).to.deep.equal({
      code: "MANIFEST_CHUNK_MISSING",
      idx: 1,
    });
    expect(await refusal({ chunks: [first, third, second] })).to.deep.equal({
      code: "MANIFEST_CHUNK_MISPLACED",
      idx: 2,
      position: 1,
    });
  });

  it("has times from 0 to the end of the year 9999", async () => {
    const last = 253_402_300_799;
    const widest = encodeManifest({ ...valid, startedAt: 0, endedAt: last });
    expect(parseManifest(widest)).to.include({ startedAt: 0, endedAt: last });
    for (const [field, times] of Object.entries({
      startedAt: { startedAt: last + 1, endedAt: last + 1 },
      endedAt: { endedAt: last + 1 },
    })) {
      expect(await refusal(times)).to.include({ code: "MANIFEST_FIELD_INVALID", field });
    }
  });

  it("is no larger than what a reader takes, with every number as long as it can be", () => {
    const longest = {
      idx: MAX_CHUNK_COUNT - 1,
      sizeBytes: MAX_CHUNK_FILE_BYTES,
      ciphertextSha256: digest(1),
      contentRoot: digest(2),
    };
    const times = { startedAt: MAX_TIME_SECONDS, endedAt: MAX_TIME_SECONDS };
    const sizeOf = (count: number) =>
      encodeManifest({ ...valid, ...times, chunks: Array(count).fill(longest) }).length;
    const rowBytes = sizeOf(3) - sizeOf(2);
    expect(sizeOf(1) + (MAX_CHUNK_COUNT - 1) * rowBytes).to.be.at.most(MAX_MANIFEST_BYTES);
  });

  it("is refused when it ends before it starts", async () => {
    expect(await refusal({ endedAt: 99 })).to.deep.equal({
      code: "MANIFEST_TIMES_REVERSED",
      startedAt: 100,
      endedAt: 99,
    });
  });

  it("is refused when its root is not that of its chunks", async () => {
    expect(await refusal({ merkleRoot: digest(9) })).to.deep.equal({
      code: "MANIFEST_ROOT_MISMATCH",
      declared: digest(9),
      computed: valid.merkleRoot,
    });
  });

  it("is refused in any spelling but the canonical one", async () => {
    const text = encodeManifest(valid).toString();
    for (const spelling of [
      ` ${text}`,
      `${text}\n`,
      text.replace('"version":1', '"version":1.0'),
      text.replace('"version":1', '"version":2,"version":1'),
      text.replace("zstd", "\\u007astd"),
      JSON.stringify(valid),
    ]) {
      const { code } = await failureOf(() => parseManifest(Buffer.from(spelling)));
      expect(code, spelling).to.equal("MANIFEST_NOT_CANONICAL");
    }
  });
});

describe("the owner's signature", () => {
  const session = sessionOf(valid, manifestHash(encodeManifest(valid)));
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

  it("holds for the session that was signed", async () => {
    verifyOwnership(session, await signOwnership(owner, session));
  });

  it("does not hold for a session with one field changed, or another owner", async () => {
    const signature = await signOwnership(owner, session);
    for (const change of [
      { sessionId: digest(8) },
      { manifestHash: digest(8) },
      { merkleRoot: digest(8) },
      { chunkCount: 4 },
      { owner: Wallet.createRandom().address },
    ]) {
      const { code } = await failureOf(() => verifyOwnership({ ...session, ...change }, signature));
      expect(code, JSON.stringify(change)).to.equal("SESSION_SIGNATURE_FOREIGN");
    }
  });

  it("is refused with a high s, although the same key could be recovered", async () => {
    const signature = await signOwnership(owner, session);
    const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
    const v = signature.endsWith("1b") ? "1c" : "1b";
    const twin = `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}`;
    expect(await failureOf(() => verifyOwnership(session, twin))).to.include({
      code: "SESSION_SIGNATURE_MALFORMED",
    });
  });

  it("is refused in any other form", async () => {
    const signature = await signOwnership(owner, session);
    for (const form of [
      "",
      "0x",
      signature.slice(0, -2),
      `${signature}00`,
      signature.toUpperCase().replace("0X", "0x"),
      `${signature.slice(0, -2)}00`,
      `0x${"00".repeat(64)}1b`,
    ]) {
      const { code } = await failureOf(() => verifyOwnership(session, form));
      expect(code, form).to.equal("SESSION_SIGNATURE_MALFORMED");
    }
  });
});
