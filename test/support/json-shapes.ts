import { z } from "zod";
import { AUDIT_CODES } from "../../offchain/audit/codes.ts";
import type { AuditFinding } from "../../offchain/audit/finding.ts";

/** What each task prints with --json: docs/json.md, as schemas. Unknown fields fail. */

const uuid = z.uuid();
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const count = z.int().nonnegative();
const isoTime = z.iso.datetime();
/** The contracts that have roles. */
const contract = z.enum(["LucidAnchors", "LucidChunkStore"]);
const role = z.enum(["ADMIN", "REGISTRAR", "UPLOADER"]);
const mode = z.enum(["single", "batch", "tree"]);
const slotReason = z.enum(["primary", "fallback", "emergency", "missed"]);
/** micro-USDT, or credits. */
const digits = z.string().regex(/^\d+$/);
const tronAddress = z.string().regex(/^T\w{33}$/);
const tronTransaction = z.string().regex(/^[0-9a-f]{64}$/);
const payoutStatus = z.enum(["pending", "signed", "broadcast", "confirmed", "failed", "held", "refused"]);
const chunkStatus = z.enum(["None", "Stored", "Replicated", "Missing", "Deleted"]);

const place = z.strictObject({
  sessionId: uuid.optional(),
  idx: count.optional(),
  file: z.string().optional(),
  field: z.string().optional(),
  contract: address.optional(),
  txid: hash.optional(),
  blockNumber: count.optional(),
});
/** Beside these it carries the values of the error of its code. */
export const FINDING = z.looseObject({
  subject: z.enum(["manifest", "files", "owner", "chain"]),
  code: z.string(),
  message: z.string(),
  place,
  expected: z.union([z.string(), count]).optional(),
  found: z.union([z.string(), count]).optional(),
});
const tree = z.strictObject({ root: hash, index: count, proof: z.array(hash) });
const digests = z.record(z.string(), z.strictObject({ count, sha256: z.string() }));

const statementSummary = {
  month: z.string(),
  period: digits,
  file: z.string(),
  hash,
  root: hash,
  budget: digits,
  minimum: digits,
  epochs: count,
  payees: count,
  total: digits,
  carriedCount: count,
  carried: digits,
  returnedCount: count,
  returned: digits,
  routers: z.array(z.strictObject({ router: tronAddress, total: digits })),
};
const auditFinding: z.ZodType<AuditFinding> = z.lazy(() =>
  z.strictObject({
    code: z.enum(AUDIT_CODES),
    place: z.record(z.string(), z.union([z.string(), count])),
    expected: z.union([z.string(), count]).optional(),
    found: z.union([z.string(), count]).optional(),
    consequences: z.array(auditFinding).optional(),
  }),
) as z.ZodType<AuditFinding>;
const statementShare = { entityId: address, credits: digits, share: digits, carry: digits, amount: digits };

const payoutObstacle = z.strictObject({ code: z.string(), message: z.string() });
const payoutDifferences = z.array(
  z.strictObject({
    code: z.string(),
    payoutId: hash.optional(),
    txid: tronTransaction.optional(),
    booked: z.string(),
    found: z.string(),
  }),
);
const payoutChecks = z.array(
  z.strictObject({
    check: z.enum(["row", "planner", "approver", "credits", "attestations", "store"]),
    holds: z.boolean(),
    detail: z.string(),
  }),
);

/** A slot's decision, in short. */
const decision = z.strictObject({
  slot: count,
  candidates: z.array(address),
  winner: address.optional(),
  reason: z.string().optional(),
  detail: z.string().optional(),
  block: hash.optional(),
});

export const SHAPES = {
  deploy: z.strictObject({
    chainId: z.string().regex(/^\d+$/),
    genesisHash: hash,
    anchors: address,
    chunkStore: address,
    checkpoints: address,
    deploymentBlock: count,
    admin: address,
    grants: z.array(z.strictObject({ contract, role, account: address })),
  }),
  "session keygen": z.strictObject({ file: z.string(), recipient: z.string().startsWith("age1") }),
  "session seal": z.array(
    z.strictObject({
      session: uuid,
      recording: z.string(),
      chunks: count,
      bytes: count,
      manifestHash: hash,
      directory: z.string(),
    }),
  ),
  "session list": z.array(
    z.strictObject({
      session: uuid,
      label: z.string().optional(),
      started: isoTime,
      chunks: count,
      bytes: count,
      status: z.enum(["sealed", "pending", "anchored"]),
      mode: mode.optional(),
      registered: isoTime.optional(),
      transaction: hash.optional(),
    }),
  ),
  "session anchor": z.array(
    z.strictObject({
      session: uuid,
      chunks: count,
      mode,
      transaction: hash.optional(),
      block: count.optional(),
      gas: count.optional(),
      registered: isoTime,
      anchored: z.enum(["now", "before"]),
    }),
  ),
  "session anchor --queue": z.array(
    z.strictObject({
      session: uuid,
      chunks: count,
      state: z.enum(["queued", "was-queued", "anchored", "in-tree"]),
    }),
  ),
  "session verify": z.strictObject({
    verified: z.boolean(),
    verdict: z.enum(["verified", "not verified", "unconfirmed"]),
    session: uuid.optional(),
    owner: address.optional(),
    anchor: z
      .strictObject({
        kind: z.enum(["slot", "tree"]),
        registeredAt: count,
        tree: tree.optional(),
        txid: hash.optional(),
        blockNumber: count.optional(),
      })
      .optional(),
    anchoredAt: isoTime.optional(),
    contract: z.strictObject({ address, chainId: z.string().regex(/^\d+$/), isKnown: z.boolean() }),
    findings: z.array(FINDING),
    otherContents: z.array(
      z.strictObject({ commitment: hash, manifestHash: hash, txid: hash, blockNumber: count }),
    ),
  }),
  "session proof": z.strictObject({ file: z.string(), proof: z.looseObject({ format: z.string() }) }),
  "session open": z.strictObject({ session: uuid, recording: z.string(), bytes: count }),
  "chunk store": z.strictObject({
    session: uuid,
    chunkCount: count,
    recordedBefore: count,
    runs: z.array(z.strictObject({ from: count, to: count, txid: hash, gasUsed: count })),
  }),
  "chunk status": z.strictObject({
    session: uuid,
    recorded: count,
    chunks: z.array(z.strictObject({ chunk: count, bytes: count, status: chunkStatus })),
  }),
  "chunk update": z.strictObject({
    session: uuid,
    idx: z.array(count),
    status: chunkStatus,
    transactions: z.array(z.strictObject({ idx: z.array(count), transaction: hash, gas: count })),
  }),
  "chunk prove": z.strictObject({
    session: uuid,
    idx: count,
    segmentIndex: count,
    challengeBlock: count,
    transaction: hash,
    gas: count,
  }),
  "role list": z.array(z.strictObject({ contract, role, account: address, paused: z.boolean() })),
  "role grant": z.array(
    z.strictObject({ contract, role, account: address, holds: z.boolean(), transaction: hash.optional() }),
  ),
  "role revoke": z.array(
    z.strictObject({ contract, role, account: address, holds: z.boolean(), transaction: hash.optional() }),
  ),
  pause: z.array(z.strictObject({ contract, paused: z.boolean(), transaction: hash.optional() })),
  unpause: z.array(z.strictObject({ contract, paused: z.boolean(), transaction: hash.optional() })),
  "tx list": z.array(
    z.strictObject({
      transaction: hash,
      account: address,
      nonce: count,
      purpose: z.string(),
      status: z.string(),
      block: count.optional(),
      gas: count.optional(),
      signed: isoTime,
      error: z.string().optional(),
    }),
  ),
  "tx watch": z.array(
    z.strictObject({
      transaction: hash,
      account: address,
      nonce: count,
      state: z.string(),
      block: count.optional(),
      reason: z.string().optional(),
    }),
  ),
  "poot register": z.array(
    z.strictObject({
      account: address,
      kind: z.enum(["node", "pool"]),
      action: z.enum(["register", "change", "leave"]),
      sequence: count,
      pool: address.optional(),
      tron: z.string().optional(),
      vrfPublicKey: hash.optional(),
      effectiveSlot: count.optional(),
      effective: isoTime.optional(),
    }),
  ),
  status: z.strictObject({
    store: z.strictObject({
      engine: z.enum(["memory", "file", "mongodb"]),
      location: z.string(),
      version: z.string(),
      time: isoTime,
      slot: count,
      epoch: count,
      lastDecided: count.optional(),
      sessions: z.strictObject({ sealed: count, pending: count, anchored: count }),
      oldestPendingSeconds: count.optional(),
      payouts: z
        .strictObject({
          month: z.string(),
          byStatus: z.record(z.string(), z.strictObject({ count, amount: z.string().regex(/^\d+$/) })),
        })
        .optional(),
      now: decision.optional(),
      next: decision.optional(),
    }),
    chain: z.strictObject({
      chainId: z.string().regex(/^\d+$/),
      head: count,
      headTime: isoTime,
      contracts: z.array(
        z.strictObject({
          contract: z.string(),
          address: z.string(),
          paused: z.boolean().optional(),
        }),
      ),
      breakers: z.array(
        z.strictObject({
          breaker: z.enum(["gas", "fee", "budget", "rpc"]),
          state: z.enum(["closed", "open", "half-open"]),
          limit: z.string(),
          trips: count,
        }),
      ),
      accounts: z.array(z.strictObject({ address, balance: z.string().regex(/^\d+$/) })),
    }),
  }),
  "poot run": z.strictObject({
    nodes: z.array(address),
    decided: count,
    closed: count,
    led: count,
    lost: count,
    sessions: count,
    validated: count,
    attested: count,
    failures: count,
    disagreement: z.string().optional(),
  }),
  "tron-node": z.strictObject({ fullHost: z.url(), solidityHost: z.url(), chainId: digits, blocks: count }),
  "poot tally": z.array(
    z.strictObject({
      epoch: count,
      rank: count,
      entity: address,
      credits: count,
      beacons: count,
      slots: count,
    }),
  ),
  "poot leader": z.strictObject({
    slot: count,
    starts: isoTime,
    candidates: z.array(address),
    seed: hash.optional(),
    transcriptHash: hash,
    winner: address.optional(),
    reason: slotReason.optional(),
    detail: z.string().optional(),
    block: hash.optional(),
    explanation: z
      .strictObject({
        entity: address,
        candidate: count.optional(),
        exclusions: z.array(z.enum(["not-admitted", "no-credits", "below-d-min", "cooldown"])),
        rank: count.optional(),
        eligibleCount: count,
        inWindow: z.strictObject({ credits: count, beacons: count, slots: count }).optional(),
        cooldown: z.strictObject({ won: count, until: count }).optional(),
      })
      .optional(),
  }),
  "poot slots": z.array(
    z.strictObject({
      slot: count,
      epoch: count,
      starts: isoTime,
      primary: address.optional(),
      winner: address.optional(),
      reason: slotReason.optional(),
      detail: z.string().optional(),
      taken: isoTime.optional(),
      block: hash.optional(),
      signer: address.optional(),
    }),
  ),
  "poot attest": z.array(
    z.strictObject({
      epoch: count,
      root: hash,
      attester: address,
      attested: z.enum(["now", "before"]),
      transaction: hash.optional(),
    }),
  ),
  audit: z.strictObject({
    version: count,
    auditedAt: isoTime,
    auditor: address.optional(),
    signature: z.string().optional(),
    deployment: z.strictObject({ chainId: count, anchors: address }),
    range: z.strictObject({ first: count, last: z.int() }),
    digest: hash,
    counts: z.record(z.string(), count),
    refusals: z.record(z.string(), count),
    gas: z.array(z.strictObject({ purpose: z.string(), count, gas: digits })),
    payouts: z.array(z.strictObject({ status: z.string(), count, amount: digits })),
    credits: z.array(z.strictObject({ entityId: address, credits: count })),
    concentration: z.strictObject({
      owners: z.array(
        z.strictObject({ entityId: address, owner: address, credits: count, ownerCredits: z.number() }),
      ),
      nodes: z.array(z.strictObject({ nodeId: address, answered: count, asked: count, ofAll: count })),
    }),
    notAudited: z.array(z.string()),
    findings: z.array(auditFinding),
    comparison: z
      .strictObject({
        auditor: address,
        isSameHistory: z.boolean(),
        onlyHere: z.array(auditFinding),
        onlyThere: z.array(auditFinding),
      })
      .optional(),
  }),
  "payout plan": z.strictObject({ ...statementSummary, planned: z.enum(["now", "before"]) }),
  "payout approve": z.strictObject({ ...statementSummary, approved: z.boolean(), entered: count }),
  "payout explain": z.strictObject({
    month: z.string(),
    hash,
    root: hash,
    payoutId: hash.optional(),
    row: z.union([
      z.strictObject({ ...statementShare, payoutId: hash, to: tronAddress, router: tronAddress }),
      z.strictObject({ ...statementShare, reason: z.enum(["below-minimum", "no-address"]) }),
    ]),
    path: z.strictObject({ leaf: hash, index: count, proof: z.array(hash) }).optional(),
    totalCredits: digits,
    divided: digits,
    epochs: z.array(
      z.strictObject({
        epoch: count,
        root: hash,
        credits: count,
        liveScore: z.strictObject({ beacons: count, slots: count }),
        rank: count,
        path: z.array(hash),
        isProven: z.boolean(),
        attestations: count,
        work: z
          .strictObject({
            sessions: count,
            bytes: count,
            storageProofs: count,
            validationSignatures: count,
            beacons: count,
          })
          .optional(),
      }),
    ),
    payment: z
      .strictObject({ status: z.string(), txid: z.string().optional(), error: z.string().optional() })
      .optional(),
    checks: payoutChecks,
  }),
  "payout deploy": z.strictObject({
    chainId: digits,
    deployer: tronAddress,
    fees: digits.optional(),
    treasury: tronAddress.optional(),
    token: tronAddress.optional(),
    ledger: tronAddress.optional(),
    v0: tronAddress.optional(),
    kyc: tronAddress.optional(),
    calls: z.array(z.string()).optional(),
  }),
  "payout run": z.union([
    z.strictObject({
      confirmed: count,
      amount: digits,
      fees: digits,
      transactions: count,
      held: count,
      freed: count,
      refused: count,
      failed: count,
      dead: count,
    }),
    z.strictObject({
      statements: z.array(
        z.strictObject({
          router: tronAddress,
          root: hash,
          payments: count,
          amount: digits,
          left: count,
          leftAmount: digits,
          isOpen: z.boolean(),
          transactions: count,
          energy: digits,
          obstacle: payoutObstacle.optional(),
        }),
      ),
      payments: count,
      amount: digits,
      left: count,
      leftAmount: digits,
      refused: count,
      held: count,
      unfit: count,
      inFlight: count,
      inFlightAmount: digits,
      failed: count,
      transactions: count,
      fees: digits,
      feeLimit: digits,
      obstacles: z.array(payoutObstacle),
    }),
  ]),
  "payout status": z.strictObject({
    month: z.string().optional(),
    statuses: z.partialRecord(payoutStatus, z.strictObject({ count, amount: digits })),
    open: z.array(
      z.strictObject({
        payoutId: hash,
        month: z.string().optional(),
        status: payoutStatus,
        to: tronAddress,
        amount: digits,
        error: z.string().optional(),
        txid: tronTransaction.optional(),
        kycExpiry: count.optional(),
      }),
    ),
  }),
  "payout reconcile": z.strictObject({
    confirmed: count,
    amount: digits,
    payments: count,
    blocks: z.strictObject({ first: count, last: count }),
    differences: payoutDifferences,
  }),
  "payout request": z.strictObject({
    reference: z.string(),
    payoutId: hash,
    reason: z.string(),
    to: tronAddress,
    amount: digits,
    router: tronAddress,
    chainId: digits,
    root: hash,
    period: digits,
    file: z.string(),
    approved: z.boolean(),
  }),
  "payout void": z.strictObject({
    month: z.string(),
    voided: count,
    before: count,
    leftOut: z.array(z.strictObject({ payoutId: hash, reason: z.string() })),
    fees: digits,
  }),
  "payout close": z.strictObject({
    month: z.string().optional(),
    reference: z.string().optional(),
    router: tronAddress,
    chainId: digits,
    period: digits,
    root: hash,
    total: digits,
    paid: digits,
    file: z.string(),
    approved: z.boolean(),
    closed: z.enum(["no", "now", "before"]),
    refused: count,
    txid: tronTransaction.optional(),
    fees: digits.optional(),
  }),
  "payout kyc approve": z.strictObject({
    payoutId: hash,
    to: tronAddress,
    amount: digits,
    kycHash: hash,
    expires: isoTime,
    signer: address,
  }),
  "payout kyc revoke": z.strictObject({
    payee: tronAddress,
    router: tronAddress,
    revoked: z.enum(["now", "before", "no"]),
    txid: tronTransaction.optional(),
    fees: digits.optional(),
  }),
  "poot receipt": z.strictObject({
    session: uuid,
    node: address,
    slot: count,
    bytes: count,
    file: z.string(),
  }),
  demo: z.strictObject({
    sessions: z.array(
      z.strictObject({
        session: uuid,
        chunks: count,
        bytes: count,
        mode,
        transaction: hash,
        gas: count,
        verified: z.enum(["yes", "NO"]),
      }),
    ),
    opened: z.boolean(),
    flippedByteFound: z.boolean(),
    poot: z.strictObject({
      epoch: count,
      root: hash.optional(),
      attesters: count,
      nodes: count,
      slots: z.array(
        z.strictObject({
          slot: count,
          leader: z.string().optional(),
          account: address.optional(),
          kind: slotReason,
          detail: z.string().optional(),
          sessions: z.array(uuid),
          block: hash.optional(),
        }),
      ),
      credits: z.array(
        z.strictObject({
          rank: count,
          entity: z.string(),
          account: address,
          relay: count,
          storage: count,
          validations: count,
          credits: count,
          beacons: count,
        }),
      ),
      refusals: z.record(z.string(), count),
      explained: z.array(
        z.strictObject({
          entity: z.string(),
          slot: count,
          rank: count.optional(),
          exclusions: z.array(z.string()),
          sentence: z.string(),
        }),
      ),
    }),
    payouts: z.strictObject({
      month: z.string(),
      hash,
      root: hash,
      budget: digits,
      paid: digits,
      transactions: count,
      fees: digits,
      rows: z.array(
        z.strictObject({
          payoutId: hash,
          entity: z.string(),
          to: tronAddress,
          credits: digits,
          amount: digits,
          status: payoutStatus,
          error: z.string().optional(),
          txid: tronTransaction.optional(),
        }),
      ),
      differences: payoutDifferences,
      explained: z.strictObject({
        entity: z.string(),
        credits: digits,
        totalCredits: digits,
        amount: digits,
        attestations: count,
        checks: payoutChecks,
      }),
    }),
    audit: z.strictObject({
      digest: hash,
      counts: z.record(z.string(), count),
      findings: z.array(auditFinding),
      planted: z.strictObject({
        slot: count,
        entity: z.string(),
        closer: z.string(),
        findings: z.array(auditFinding),
      }),
    }),
    failures: z.array(z.string()),
  }),
  "store init": z.strictObject({ changed: z.array(z.string()) }),
  "store migrate": z.strictObject({
    changed: z.array(z.string()),
    applied: z.array(z.string()),
    pending: z.array(z.string()),
  }),
  "store status": z.looseObject({ engine: z.string(), version: z.string(), location: z.string() }),
  "store export": z.strictObject({ file: z.string(), digests }),
  "store import": z.strictObject({ digests }),
} as const;

/** What every task prints with --json when it fails. */
export const FAILURE = z.strictObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });

/** Tasks that need a node of TRON. */
export const TRON_TASKS = [
  "payout deploy",
  "payout run",
  "payout status",
  "payout reconcile",
  "payout request",
  "payout void",
  "payout close",
  "payout kyc approve",
  "payout kyc revoke",
] as const satisfies readonly (keyof typeof SHAPES)[];
