/**
 * Writes test/vectors/session-proofs.json. Run with `npx tsx scripts/vectors/generate-proof-vectors.ts` after a
 * deliberate change of format, and raise the version; never to make a failing test pass.
 *
 * Deliberately independent of the code under test: sessions, commitments, trees and signatures are written out here a second
 * time, as docs/session-format.md and docs/session-proof.md define them, from ethers' primitives alone.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AbiCoder, concat, getCreateAddress, keccak256, toUtf8Bytes, Wallet } from "ethers";

const VERSION = 1;
const CHAIN_ID = "31337";
const OWNER = new Wallet(keccak256(toUtf8Bytes("owner of the proof vectors")));
const STRANGER = new Wallet(keccak256(toUtf8Bytes("stranger of the proof vectors")));
/** The first account of local chains; its first transaction deploys LucidAnchors. */
const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const CONTRACT = getCreateAddress({ from: DEPLOYER, nonce: 0 });
const ELSEWHERE = getCreateAddress({ from: DEPLOYER, nonce: 1 });

const STARTED_AT = 1_767_225_600;
/** 2100-01-01 in Unix seconds: a local chain can be set to a time to come, and not to one that is over. */
const SLOT_TIME = 4_102_444_800;
const TREE_TIME = SLOT_TIME + 3_600;

interface Session {
  readonly sessionId: string;
  readonly manifestHash: string;
  readonly startedAt: number;
  readonly owner: string;
  readonly merkleRoot: string;
  readonly chunkCount: number;
}

const abi = AbiCoder.defaultAbiCoder();
const hashOf = (text: string) => keccak256(toUtf8Bytes(text));

function commitmentOf({ sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount }: Session) {
  const types = ["bytes32", "bytes32", "uint64", "address", "bytes32", "uint32"];
  return keccak256(abi.encode(types, [sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount]));
}

const leafOf = (session: Session) => keccak256(commitmentOf(session));
const nodeOf = (a: string, b: string) => keccak256(concat(a < b ? [a, b] : [b, a]));

/** What a proof says of a session of one chunk, whose leaf is the root of its chunk tree. */
async function sealed(uuid: string, signer = OWNER) {
  const [sha256, contentRoot] = [hashOf(`sha256 ${uuid}`), hashOf(`content root ${uuid}`)];
  const types = ["uint32", "uint32", "bytes32", "bytes32"];
  const merkleRoot = keccak256(keccak256(abi.encode(types, [0, 1_000, sha256, contentRoot])));
  // RFC 8785 by hand: keys in order, no white space.
  const manifest = [
    `{"chunks":[{"ciphertextSha256":"${sha256}","contentRoot":"${contentRoot}","idx":0,"sizeBytes":1000}]`,
    '"cipher":"xchacha20-poly1305"',
    '"compressor":"zstd"',
    `"endedAt":${STARTED_AT + 60}`,
    `"merkleRoot":"${merkleRoot}"`,
    `"owner":"${OWNER.address.toLowerCase()}"`,
    `"sessionId":"${uuid}"`,
    `"startedAt":${STARTED_AT}`,
    '"version":1}',
  ].join(",");
  const session = {
    sessionId: `0x${uuid.replaceAll("-", "")}${"0".repeat(32)}`,
    manifestHash: hashOf(manifest),
    startedAt: STARTED_AT,
    owner: OWNER.address,
    merkleRoot,
    chunkCount: 1,
  };
  const { sessionId, manifestHash, chunkCount } = session;
  const ownerSignature = await signer.signTypedData(
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
  return { session, manifest, ownerSignature };
}

const uuidOf = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const alone = await sealed(uuidOf(1));
const [first, second, third] = [await sealed(uuidOf(2)), await sealed(uuidOf(3)), await sealed(uuidOf(4))];
const unanchored = await sealed(uuidOf(5));
const forged = await sealed(uuidOf(6), STRANGER);

// Three sessions by ascending id: leaf i is at place 4 - i of the array, so the first two share a parent at 1.
const leaves = [first, second, third].map(({ session }) => leafOf(session)) as [string, string, string];
const inner = nodeOf(leaves[0], leaves[1]);
const root = nodeOf(inner, leaves[2]);

type Proven = Awaited<ReturnType<typeof sealed>>;
const proofOf = (proven: Proven, changes: object = {}) => ({
  format: "lucid.session-proof",
  version: 1,
  ...proven,
  chainId: CHAIN_ID,
  contract: CONTRACT,
  ...changes,
});
const inTree = (proven: Proven, proof: readonly string[], of = root) =>
  proofOf(proven, { tree: { root: of, proof } });
const CLEAR_SCREEN = "\u001b[2J\u001b[H";

const verified = [
  ["in its own slot", proofOf(alone), SLOT_TIME],
  ["in a tree, first leaf", inTree(first, [leaves[1], leaves[2]]), TREE_TIME],
  ["in a tree, second leaf", inTree(second, [leaves[0], leaves[2]]), TREE_TIME],
  ["in a tree, last leaf", inTree(third, [inner]), TREE_TIME],
] as const;

const refused = [
  ["never anchored", proofOf(unanchored), ["SESSION_NOT_ANCHORED"]],
  ["anchored in a tree, and the tree left out", proofOf(first), ["SESSION_NOT_ANCHORED"]],
  ["signed by somebody else", proofOf(forged), ["SESSION_SIGNATURE_FOREIGN"]],
  [
    "signature of another session",
    proofOf(alone, { ownerSignature: first.ownerSignature }),
    ["SESSION_SIGNATURE_FOREIGN"],
  ],
  [
    "signature in EIP-2098",
    proofOf(alone, { ownerSignature: alone.ownerSignature.slice(0, -2) }),
    ["SESSION_SIGNATURE_MALFORMED"],
  ],
  [
    "a start that the owner never signed",
    proofOf({ ...alone, session: { ...alone.session, startedAt: 1 } }),
    ["PROOF_SESSION_DIFFERS", "SESSION_NOT_ANCHORED"],
  ],
  [
    "a registered start that the owner never signed",
    proofOf({ ...alone, session: { ...alone.session, startedAt: 2 } }),
    ["PROOF_SESSION_DIFFERS"],
  ],
  [
    "the manifest of another session",
    proofOf({ ...alone, manifest: first.manifest }),
    ["PROOF_SESSION_DIFFERS"],
  ],
  [
    "a manifest in another spelling",
    proofOf({ ...alone, manifest: `${alone.manifest}\n` }),
    ["MANIFEST_NOT_CANONICAL"],
  ],
  ["half a manifest", proofOf({ ...alone, manifest: alone.manifest.slice(0, 100) }), ["MANIFEST_MALFORMED"]],
  ["an empty manifest", proofOf({ ...alone, manifest: "" }), ["MANIFEST_MALFORMED"]],
  ["a manifest with escape sequences", proofOf({ ...alone, manifest: CLEAR_SCREEN }), ["MANIFEST_MALFORMED"]],
  [
    "a signature with escape sequences",
    proofOf({ ...alone, ownerSignature: `${CLEAR_SCREEN}Session is verified` }),
    ["SESSION_SIGNATURE_MALFORMED"],
  ],
  ["the path of a neighbour", inTree(first, [leaves[0], leaves[2]]), ["PROOF_PATH_INVALID"]],
  ["a path that ends too early", inTree(first, [leaves[1]]), ["PROOF_PATH_INVALID"]],
  ["a path that goes too far", inTree(third, [inner, inner]), ["PROOF_PATH_INVALID"]],
  ["a root that is not registered", inTree(first, [leaves[1]], inner), ["TREE_NOT_REGISTERED"]],
  [
    "a contract that is not LucidAnchors",
    proofOf(alone, { contract: ELSEWHERE }),
    ["PROOF_CONTRACT_DIFFERS"],
  ],
  [
    "an event in a block to come",
    proofOf(alone, { transaction: hashOf("transaction"), blockNumber: 999_999 }),
    ["PROOF_TRANSACTION_DIFFERS"],
  ],
  [
    "an event in the genesis block",
    proofOf(alone, { transaction: hashOf("transaction"), blockNumber: 0 }),
    ["PROOF_TRANSACTION_DIFFERS"],
  ],
] as const;

const { transaction: _, ...withoutTransaction } = { transaction: "", ...proofOf(alone, { blockNumber: 1 }) };
const malformed = [
  ["not JSON", "{"],
  ["an array", "[]"],
  ["another format", proofOf(alone, { format: "lucid.payout-proof" })],
  ["another version", proofOf(alone, { version: 2 })],
  ["an unknown field", proofOf(alone, { note: CLEAR_SCREEN })],
  [
    "an unknown field of the session",
    proofOf({ ...alone, session: { ...alone.session, note: 1 } as Session }),
  ],
  ["a field left out", { ...proofOf(alone), contract: undefined }],
  ["a block without a transaction", withoutTransaction],
  ["a negative block", proofOf(alone, { transaction: hashOf("transaction"), blockNumber: -1 })],
  ["a block that is not whole", proofOf(alone, { transaction: hashOf("transaction"), blockNumber: 1.5 })],
  ["an id that is not a UUID", proofOf({ ...alone, session: { ...alone.session, sessionId: hashOf("id") } })],
  ["no chunk", proofOf({ ...alone, session: { ...alone.session, chunkCount: 0 } })],
  [
    "a start after the year 9999",
    proofOf({ ...alone, session: { ...alone.session, startedAt: 253_402_300_800 } }),
  ],
  [
    "hashes in upper case",
    proofOf({
      ...alone,
      session: { ...alone.session, merkleRoot: alone.session.merkleRoot.toUpperCase().replace("X", "x") },
    }),
  ],
  ["an address without its checksum", proofOf(alone, { contract: CONTRACT.toLowerCase() })],
  ["a chain id that is a number", proofOf(alone, { chainId: 31337 })],
  ["a chain id with a leading zero", proofOf(alone, { chainId: "031337" })],
  [
    "a path of 21 hashes",
    inTree(
      first,
      Array.from({ length: 21 }, () => inner),
    ),
  ],
] as const;

const vectors = {
  version: VERSION,
  description:
    "Session proofs (docs/session-proof.md). LucidAnchors at chain.contract has registered chain.sessions and chain.trees at these times; the verifier knows that address, and needs one confirmation. `verified`: the verdict and the time in Unix seconds. `refused`: not verified, with findings of exactly these codes. `malformed`: refused as PROOF_MALFORMED before the chain is asked; `text` is the file. Without knowing the address, a verifier calls each of `verified` unconfirmed and shows no time.",
  chain: {
    chainId: CHAIN_ID,
    deployer: DEPLOYER,
    contract: CONTRACT,
    sessions: [
      { session: alone.session, registeredAt: SLOT_TIME },
      { session: { ...alone.session, startedAt: 2 }, registeredAt: SLOT_TIME + 1 },
      { session: forged.session, registeredAt: SLOT_TIME + 2 },
    ],
    trees: [
      { root, sessions: [first, second, third].map(({ session }) => session), registeredAt: TREE_TIME },
    ],
  },
  verified: verified.map(([name, proof, registeredAt]) => ({ name, proof, registeredAt })),
  refused: refused.map(([name, proof, findings]) => ({ name, proof, findings })),
  malformed: malformed.map(([name, proof]) => ({
    name,
    text: typeof proof === "string" ? proof : JSON.stringify(proof),
  })),
};
const file = join(import.meta.dirname, "../../test/vectors/session-proofs.json");
writeFileSync(file, `${JSON.stringify(vectors, null, 2)}\n`);
