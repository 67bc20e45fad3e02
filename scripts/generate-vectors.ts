/**
 * Writes test/vectors/anchoring.json. Run with `npx tsx scripts/generate-vectors.ts` after a deliberate change of
 * format, and raise the version; never to make a failing test pass.
 *
 * Deliberately independent of the code under test: the definitions of docs/session-format.md are written out here a second
 * time, as plainly as possible, with nothing but node:crypto and ethers' hashes and ABI encoder.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AbiCoder, concat, keccak256, toUtf8Bytes, Wallet } from "ethers";

const SEGMENT_BYTES = 1024;
/** 2: a session is known by its commitment and not by its id, so there are two contents under one id, and events. */
const VERSION = 2;

interface Chunk {
  idx: number;
  sizeBytes: number;
  ciphertextSha256: string;
  contentRoot: string;
}

const abi = AbiCoder.defaultAbiCoder();
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const label = (text: string) => hex(sha256(toUtf8Bytes(text)));

/** Bytes that look random and can be written down as a seed: SHA-256 in counter mode. */
function bytesOf(seed: string, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    sha256(toUtf8Bytes(`${seed}/${i}`)),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

// RFC 6962, section 2.1, transcribed literally.
const segmentsOf = (content: Uint8Array) =>
  Array.from({ length: Math.ceil(content.length / SEGMENT_BYTES) }, (_, i) =>
    content.subarray(i * SEGMENT_BYTES, (i + 1) * SEGMENT_BYTES),
  );
const splitPoint = (n: number) => 2 ** Math.ceil(Math.log2(n) - 1);

function treeHash(segments: Uint8Array[]): Uint8Array {
  if (segments.length === 1) return sha256(Uint8Array.of(0), segments[0] as Uint8Array);
  const k = splitPoint(segments.length);
  return sha256(Uint8Array.of(1), treeHash(segments.slice(0, k)), treeHash(segments.slice(k)));
}

function auditPath(m: number, segments: Uint8Array[]): Uint8Array[] {
  if (segments.length === 1) return [];
  const k = splitPoint(segments.length);
  return m < k
    ? [...auditPath(m, segments.slice(0, k)), treeHash(segments.slice(k))]
    : [...auditPath(m - k, segments.slice(k)), treeHash(segments.slice(0, k))];
}

// OpenZeppelin's tree: a complete binary tree in an array, the leaves at its end in reverse, pairs sorted.
function merkleTree(leaves: string[]): string[] {
  const tree: string[] = [...new Array<string>(leaves.length - 1).fill(""), ...[...leaves].reverse()];
  for (let i = leaves.length - 2; i >= 0; i--) {
    const pair = [tree[2 * i + 1] as string, tree[2 * i + 2] as string].sort();
    tree[i] = keccak256(concat(pair));
  }
  return tree;
}

const siblingOf = (i: number) => (i % 2 === 0 ? i - 1 : i + 1);
const parentOf = (i: number) => Math.floor((i - 1) / 2);

function proofOf(tree: string[], leaf: number): string[] {
  const proof: string[] = [];
  for (let i = tree.length - 1 - leaf; i > 0; i = parentOf(i)) proof.push(tree[siblingOf(i)] as string);
  return proof;
}

function multiproofOf(tree: string[], from: number, to: number) {
  const queue = Array.from({ length: to - from + 1 }, (_, i) => tree.length - 1 - (from + i));
  const proof: string[] = [];
  const proofFlags: boolean[] = [];
  while ((queue[0] as number) > 0) {
    const i = queue.shift() as number;
    const isSiblingKnown = queue[0] === siblingOf(i);
    if (isSiblingKnown) queue.shift();
    else proof.push(tree[siblingOf(i)] as string);
    proofFlags.push(isSiblingKnown);
    queue.push(parentOf(i));
  }
  return { from, to, proof, proofFlags };
}

/** The events of the contracts, each with its first topic: the hash of its signature. */
const SESSION_REGISTERED = keccak256(
  toUtf8Bytes("SessionRegistered(bytes32,address,bytes32,bytes32,uint64,uint32)"),
);
const CHUNK_STORED = keccak256(toUtf8Bytes("ChunkStored(bytes32,uint32,uint32,bytes32,bytes32)"));
const topicOf = (type: string, value: unknown) => abi.encode([type], [value]);

const chunkLeaf = ({ idx, sizeBytes, ciphertextSha256, contentRoot }: Chunk) =>
  keccak256(
    keccak256(
      abi.encode(["uint32", "uint32", "bytes32", "bytes32"], [idx, sizeBytes, ciphertextSha256, contentRoot]),
    ),
  );

const contentTrees = [1, 1023, 1024, 1025, 2048, 2049, 3072, 5 * 1024, 7 * 1024 + 1, 64 * 1024].map(
  (sizeBytes) => {
    const ciphertext = bytesOf(`content ${sizeBytes}`, sizeBytes);
    const segments = segmentsOf(ciphertext);
    const indices = [...new Set([0, Math.floor(segments.length / 2), segments.length - 1])];
    return {
      sizeBytes,
      seed: `content ${sizeBytes}`,
      ciphertextSha256: hex(sha256(ciphertext)),
      contentRoot: hex(treeHash(segments)),
      segmentProofs: indices.map((segmentIndex) => ({
        segmentIndex,
        segment: hex(segments[segmentIndex] as Uint8Array),
        path: auditPath(segmentIndex, segments).map(hex),
      })),
    };
  },
);

/** Chunks of a tree: the content trees above in turn, so that possession can be proven through the whole chain. */
const chunksOf = (count: number): Chunk[] =>
  Array.from({ length: count }, (_, idx) => {
    const content = contentTrees[idx % contentTrees.length] as (typeof contentTrees)[number];
    return {
      idx,
      sizeBytes: content.sizeBytes,
      ciphertextSha256: content.ciphertextSha256,
      contentRoot: content.contentRoot,
    };
  });

const RUNS: Record<number, [number, number][]> = {
  1: [[0, 0]],
  2: [[0, 1]],
  3: [
    [0, 2],
    [1, 2],
  ],
  10: [
    [0, 9],
    [3, 6],
    [9, 9],
  ],
  100: [
    [0, 63],
    [64, 99],
  ],
};
const chunkTrees = Object.entries(RUNS).map(([count, runs]) => {
  const chunks = chunksOf(Number(count));
  const tree = merkleTree(chunks.map(chunkLeaf));
  const indices = [...new Set([0, Math.floor(chunks.length / 2), chunks.length - 1])];
  return {
    chunkCount: chunks.length,
    chunks: chunks.map((chunk) => ({ ...chunk, leaf: chunkLeaf(chunk) })),
    root: tree[0] as string,
    proofs: indices.map((idx) => ({ idx, proof: proofOf(tree, idx) })),
    multiproofs: runs.map(([from, to]) => multiproofOf(tree, from, to)),
  };
});

const SESSION_TYPE = ["bytes32", "bytes32", "uint64", "address", "bytes32", "uint32"];
// A key for tests, with nothing behind it.
const owner = new Wallet(label("lucid golden owner"));

const trees = chunkTrees.map((tree, i) => ({ ...tree, id: label(`session ${i}`).slice(2, 34) }));
// The last one once more, under the first one's id: two contents that their owner signed, as an equivocation would be.
const equivocation = {
  ...(trees.at(-1) as (typeof trees)[number]),
  id: (trees[0] as (typeof trees)[number]).id,
};

const sessions = await Promise.all(
  [...trees, equivocation].map(async ({ id, chunkCount, root: merkleRoot }, i) => {
    const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20)}`;
    const startedAt = 1_767_225_600 + i;
    const chunks = chunksOf(chunkCount);
    const firstChunk = chunks[0] as Chunk;
    // RFC 8785: keys in order, no white space. All values here are plain ASCII strings and small integers.
    const chunkJson = chunks.map(
      (c) =>
        `{"ciphertextSha256":"${c.ciphertextSha256}","contentRoot":"${c.contentRoot}","idx":${c.idx},"sizeBytes":${c.sizeBytes}}`,
    );
    const manifest =
      `{"chunks":[${chunkJson.join(",")}],"cipher":"xchacha20-poly1305","compressor":"zstd",` +
      `"endedAt":${startedAt + 60},"merkleRoot":"${merkleRoot}","owner":"${owner.address.toLowerCase()}",` +
      `"sessionId":"${uuid}","startedAt":${startedAt},"version":1}`;
    const manifestHash = keccak256(toUtf8Bytes(manifest));
    const sessionId = `0x${uuid.replaceAll("-", "")}${"00".repeat(16)}`;
    const fields = [sessionId, manifestHash, startedAt, owner.address, merkleRoot, chunkCount];
    const commitment = keccak256(abi.encode(SESSION_TYPE, fields));
    const ownerSignature = await owner.signTypedData(
      { name: "Lucid Sessions", version: "1" },
      {
        SessionOwnership: [
          { name: "sessionId", type: "bytes32" },
          { name: "manifestHash", type: "bytes32" },
          { name: "merkleRoot", type: "bytes32" },
          { name: "chunkCount", type: "uint32" },
        ],
      },
      { sessionId, manifestHash, merkleRoot, chunkCount },
    );
    return {
      uuid,
      sessionId,
      manifestHash,
      startedAt,
      owner: owner.address,
      merkleRoot,
      chunkCount,
      commitment,
      leaf: keccak256(commitment),
      registered: {
        topics: [SESSION_REGISTERED, sessionId, topicOf("address", owner.address)],
        data: abi.encode(
          ["bytes32", "bytes32", "uint64", "uint32"],
          [manifestHash, merkleRoot, startedAt, chunkCount],
        ),
      },
      chunkStored: {
        topics: [CHUNK_STORED, commitment, topicOf("uint32", firstChunk.idx)],
        data: abi.encode(
          ["uint32", "bytes32", "bytes32"],
          [firstChunk.sizeBytes, firstChunk.ciphertextSha256, firstChunk.contentRoot],
        ),
      },
      ownerSignature,
      manifest,
    };
  }),
);

const sessionTree = merkleTree(sessions.map(({ leaf }) => leaf));
const challenges = [0, 1, 2].flatMap((i) =>
  [1, 1024, 1025, 8 * 2 ** 20].map((sizeBytes) => {
    const seed = label(`seed ${i}`);
    const leaf = label(`challenged chunk ${i}`);
    const digest = keccak256(abi.encode(["bytes32", "bytes32", "address"], [seed, leaf, owner.address]));
    const segmentIndex = Number(BigInt(digest) % BigInt(Math.ceil(sizeBytes / SEGMENT_BYTES)));
    return { seed, chunkLeaf: leaf, prover: owner.address, sizeBytes, segmentIndex };
  }),
);

/** The data of an event with one of its words replaced. */
const withWord = (data: string, word: number, value: string) =>
  data.slice(0, 2 + 64 * word) + value.slice(2) + data.slice(2 + 64 * (word + 1));

const [first, second] = sessions as [(typeof sessions)[number], (typeof sessions)[number]];
const tenChunks = chunkTrees.find((tree) => tree.chunkCount === 10) as (typeof chunkTrees)[number];
const fiveSegments = contentTrees.find(
  (tree) => tree.sizeBytes === 5 * 1024,
) as (typeof contentTrees)[number];
const provenSegment = fiveSegments.segmentProofs[1] as (typeof fiveSegments.segmentProofs)[number];
const otherOwner = new Wallet(label("somebody else")).address;
const chunkProof = tenChunks.proofs[1] as (typeof tenChunks.proofs)[number];
const provenChunk = tenChunks.chunks[chunkProof.idx] as (typeof tenChunks.chunks)[number];

/** Each breaks one thing of a vector above; `why` names it. */
const mustFail = {
  sessions: [
    { why: "another sessionId", ...first, sessionId: second.sessionId },
    { why: "another manifestHash", ...first, manifestHash: second.manifestHash },
    { why: "startedAt a second later", ...first, startedAt: first.startedAt + 1 },
    { why: "another owner", ...first, owner: otherOwner },
    { why: "another merkleRoot", ...first, merkleRoot: second.merkleRoot },
    { why: "one chunk more", ...first, chunkCount: first.chunkCount + 1 },
    // The same id: what an id alone would have found.
    {
      why: "another content under its id",
      ...(sessions.at(-1) as typeof first),
      commitment: first.commitment,
    },
  ].map(
    ({
      manifest: _manifest,
      leaf: _leaf,
      ownerSignature: _signature,
      registered: _registered,
      chunkStored: _chunkStored,
      ...session
    }) => session,
  ),
  /** Of a contract that emits what it likes: the fields do not hash to the commitment, or cannot be read at all. */
  events: [
    {
      why: "another owner",
      topics: [...first.registered.topics.slice(0, 2), topicOf("address", otherOwner)],
      data: first.registered.data,
    },
    {
      why: "another sessionId",
      topics: [SESSION_REGISTERED, second.sessionId, first.registered.topics[2] as string],
      data: first.registered.data,
    },
    {
      why: "a start a year earlier",
      topics: first.registered.topics,
      data: withWord(first.registered.data, 2, topicOf("uint64", first.startedAt - 31_536_000)),
    },
    {
      why: "manifest hash and root exchanged",
      topics: first.registered.topics,
      data: withWord(withWord(first.registered.data, 0, first.merkleRoot), 1, first.manifestHash),
    },
    { why: "data cut short", topics: first.registered.topics, data: first.registered.data.slice(0, -64) },
    { why: "no data", topics: first.registered.topics, data: "0x" },
  ].map((event) => ({ ...event, commitment: first.commitment })),
  chunkProofs: [
    { why: "another idx", chunk: { ...provenChunk, idx: provenChunk.idx + 1 } },
    { why: "a byte more", chunk: { ...provenChunk, sizeBytes: provenChunk.sizeBytes + 1 } },
    { why: "another ciphertextSha256", chunk: { ...provenChunk, ciphertextSha256: label("x") } },
    { why: "another contentRoot", chunk: { ...provenChunk, contentRoot: label("x") } },
  ].map((vector) => ({ ...vector, root: tenChunks.root, proof: chunkProof.proof })),
  segmentProofs: [
    { why: "another segmentIndex", segmentIndex: provenSegment.segmentIndex + 1 },
    {
      why: "a flipped byte",
      segment: `0x${provenSegment.segment.slice(2, -2)}${provenSegment.segment.endsWith("00") ? "01" : "00"}`,
    },
    { why: "a path without its last node", path: provenSegment.path.slice(0, -1) },
    { why: "a path with one node more", path: [...provenSegment.path, label("x")] },
    { why: "a segment cut short", segment: provenSegment.segment.slice(0, -2) },
  ].map((vector) => ({
    sizeBytes: fiveSegments.sizeBytes,
    contentRoot: fiveSegments.contentRoot,
    ...provenSegment,
    ...vector,
  })),
  manifests: [
    { why: "truncated", manifest: first.manifest.slice(0, -20) },
    { why: "white space", manifest: first.manifest.replace(",", ", ") },
    { why: "an unknown field", manifest: first.manifest.replace('"version":1', '"version":1,"zone":1') },
    { why: "another merkleRoot", manifest: first.manifest.replace(first.merkleRoot, second.merkleRoot) },
    { why: "another version", manifest: first.manifest.replace('"version":1', '"version":2') },
    {
      why: "ends before it starts",
      manifest: first.manifest.replace(`"endedAt":${first.startedAt + 60}`, '"endedAt":1'),
    },
    { why: "a chunk twice", manifest: second.manifest.replace('"idx":1', '"idx":0') },
    { why: "a chunk left out", manifest: second.manifest.replace('"idx":1', '"idx":2') },
    { why: "no chunk", manifest: first.manifest.replace(/"chunks":\[.*?\]/, '"chunks":[]') },
  ],
};

const vectors = {
  version: VERSION,
  contentTrees,
  chunkTrees,
  sessions,
  sessionTree: {
    root: sessionTree[0],
    proofs: sessions.map(({ commitment }, i) => ({ commitment, proof: proofOf(sessionTree, i) })),
  },
  challenges,
  mustFail,
};
writeFileSync(
  join(import.meta.dirname, "../test/vectors/anchoring.json"),
  `${JSON.stringify(vectors, null, 1)}\n`,
);
