import { assert } from "chai";
import { AnchoringError, type AnchoringErrorDetails } from "../../../offchain/anchoring/errors.ts";
import type { Disagreement } from "../../../offchain/anchoring/findings/finding.ts";
import { findingOf } from "../../../offchain/anchoring/findings/finding-of.ts";
import { ContractError } from "../../../offchain/contracts/errors.ts";
import { SessionError, type SessionErrorDetails } from "../../../offchain/sessions/errors.ts";

const SESSION = "11111111-2222-4333-8444-555555555555";
const HASH = `0x${"a".repeat(64)}`;
const OTHER_HASH = `0x${"b".repeat(64)}`;
const OWNER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

const OF_SESSIONS: readonly [SessionErrorDetails, Disagreement][] = [
  [
    { code: "SESSION_ID_DIFFERS", directory: "/s", named: SESSION, found: "other" },
    { place: { file: "/s" }, expected: SESSION, found: "other" },
  ],
  [
    { code: "SESSION_SIGNATURE_FOREIGN", sessionId: SESSION, owner: OWNER, signer: OTHER },
    { place: {}, expected: OWNER, found: OTHER },
  ],
  [{ code: "SESSION_SIGNATURE_MISSING", path: "/s/owner.json" }, { place: { file: "/s/owner.json" } }],
  [
    { code: "FILE_NOT_REGULAR", path: "/s/m", kind: "a folder" },
    { place: { file: "/s/m" }, expected: "a regular file", found: "a folder" },
  ],
  [{ code: "MANIFEST_MALFORMED", bytes: 3, reason: "cut" }, { place: {} }],
  [
    { code: "MANIFEST_FIELD_INVALID", field: "sizeBytes", chunk: 2, reason: "negative" },
    { place: { field: "sizeBytes", idx: 2 } },
  ],
  [
    { code: "MANIFEST_CHUNK_MISPLACED", idx: 2, position: 1 },
    { place: { field: "chunks", idx: 2 }, expected: 2, found: 1 },
  ],
  [
    { code: "MANIFEST_ROOT_MISMATCH", declared: HASH, computed: OTHER_HASH },
    { place: { field: "merkleRoot" }, expected: OTHER_HASH, found: HASH },
  ],
  [{ code: "CHUNK_MISSING", idx: 0, path: "/s/c" }, { place: { idx: 0, file: "/s/c" } }],
  [
    { code: "CHUNK_SIZE_MISMATCH", idx: 1, expectedBytes: 9, actualBytes: 8 },
    { place: { idx: 1 }, expected: 9, found: 8 },
  ],
  [
    { code: "CHUNK_CORRUPT", idx: 1, expectedSha256: HASH, actualSha256: OTHER_HASH },
    { place: { idx: 1 }, expected: HASH, found: OTHER_HASH },
  ],
  [
    { code: "CHUNK_SWAPPED", idx: 1, contentOf: 3 },
    { place: { idx: 1 }, expected: 1, found: 3 },
  ],
  [{ code: "CHUNK_UNEXPECTED", file: "/s/x", chunkCount: 2 }, { place: { file: "/s/x" } }],
];

const OF_ANCHORS: readonly [AnchoringErrorDetails, Disagreement][] = [
  [
    { code: "PROOF_SESSION_DIFFERS", field: "startedAt", proven: "1", manifest: "2" },
    { place: { field: "startedAt" }, expected: "2", found: "1" },
  ],
  [
    { code: "PROOF_CONTRACT_DIFFERS", proven: OWNER, known: OTHER },
    { place: { contract: OWNER }, expected: OTHER, found: OWNER },
  ],
  [
    { code: "PROOF_TRANSACTION_DIFFERS", transaction: HASH, blockNumber: 4, found: "it is in block 5" },
    { place: { txid: HASH, blockNumber: 4 } },
  ],
  [
    { code: "SESSION_ALTERED", sessionId: SESSION, manifestHash: HASH, signedHash: OTHER_HASH },
    { place: { field: "manifestHash" }, expected: OTHER_HASH, found: HASH },
  ],
  [
    { code: "SESSION_NOT_ANCHORED", sessionId: SESSION, commitment: HASH, contract: OWNER },
    { place: { contract: OWNER } },
  ],
  [{ code: "SESSION_NOT_FINAL", sessionId: SESSION, required: 3 }, { place: {} }],
];

describe("a finding", () => {
  const known = { sessionId: SESSION };
  const errors = [
    ...OF_SESSIONS.map(([details, wanted]) => [new SessionError(details), wanted] as const),
    ...OF_ANCHORS.map(([details, wanted]) => [new AnchoringError(details), wanted] as const),
  ];

  for (const [error, wanted] of errors) {
    it(`of ${error.code} says where, and what was expected and found`, () => {
      const finding = findingOf("files", error, known);
      const { code, ...values } = error.details;
      assert.deepEqual(finding, {
        ...{ subject: "files", code, message: error.message, details: values },
        ...{ ...wanted, place: { ...known, ...wanted.place } },
      });
      assert.deepEqual(JSON.parse(JSON.stringify(finding)), finding, "plain data");
    });
  }

  it("of another layer keeps the place that is known", () => {
    const error = new ContractError({ code: "CONTRACT_FOREIGN", action: "LucidAnchors.registeredAt" });
    const { place, code } = findingOf("chain", error, { contract: OWNER });
    assert.deepEqual({ place, code }, { place: { contract: OWNER }, code: "CONTRACT_FOREIGN" });
  });

  it("leaves out what is not known, also inside", () => {
    const content = { commitment: HASH, manifestHash: HASH, registeredAt: undefined };
    const details = { code: "SESSION_EQUIVOCATED", sessionId: SESSION, owner: OWNER } as const;
    const error = new AnchoringError({ ...details, earlier: content, later: content });
    const finding = findingOf("owner", error, known);
    assert.deepEqual(JSON.parse(JSON.stringify(finding)), finding);
  });
});
