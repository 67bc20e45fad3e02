/**
 * How fast an audit replays slots, beside what it cannot do without: verifying the same proofs on one core. Everything that a
 * replay does is in it: reading the store, looking evidence up, verifying, tallying, deciding, comparing.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { SlotAudit } from "../../offchain/audit/audit-slots.ts";
import type { AuditFinding } from "../../offchain/audit/finding.ts";
import { NodeRegistry } from "../../offchain/consensus/node/node-registry.ts";
import { casesOf, openEvidence } from "../../offchain/consensus/node/slot-inputs.ts";
import { SLOTS_PER_EPOCH } from "../../offchain/consensus/parameters.ts";
import { ProofVerifier } from "../../offchain/consensus/proofs/verify-proofs.ts";
import type { ProofCase } from "../../offchain/consensus/rules/proofs/evidence.ts";
import { verify } from "../../offchain/consensus/vrf.ts";
import type { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { eachPage } from "../../offchain/store/repositories/repository.ts";
import { AuditHistory, DOMAIN, type HistoryOptions } from "./audit/history.ts";
import type { Figure, Measurement } from "./figure.ts";
import { median, secondsOf } from "./shared/timing.ts";

const NODES = 100;
/** Slots of the histories with one kind of proof, and of the week's, which has six times as many in a slot. */
const SLOTS = { beacons: 40, validations: 40, week: 24 } as const;
const WEEK_SLOTS = 7 * SLOTS_PER_EPOCH;
/** After one that warms up. */
const PASSES = 3;
const VRF_MODULE = import.meta.resolve("../../offchain/consensus/vrf.ts");

/** No block lists a session, so nothing is asked of the contract. */
const NO_ANCHORS = { registeredAtBatch: async () => [] } as unknown as LucidAnchorsClient;

interface Measured {
  readonly auditSeconds: number;
  readonly cases: readonly ProofCase[];
  readonly oneCoreSeconds: number;
}

/** Replays a history, and verifies its proofs alone, in turns. */
async function measureHistory(
  slots: number,
  proofs: HistoryOptions["proofs"],
  verifyAlone: (cases: readonly ProofCase[], one: ProofVerifier) => unknown,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "lucid-bench-audit-"));
  await using store = await openStore({ setting: join(folder, "store.db") });
  await using one = new ProofVerifier({ domain: DOMAIN, vrfModule: VRF_MODULE, threads: 1 });
  await using all = new ProofVerifier({ domain: DOMAIN, vrfModule: VRF_MODULE });
  try {
    const history = await AuditHistory.make(store, { nodes: NODES, slots, proofs }, one);
    const cases = await casesOfHistory(history);
    const times = { audit: [] as number[], alone: [] as number[] };
    for (let pass = 0; pass <= PASSES; pass += 1) {
      const audit = await secondsOf(() => replay(history, all));
      const alone = await secondsOf(() => verifyAlone(cases, one));
      if (pass === 0) continue;
      times.audit.push(audit);
      times.alone.push(alone);
    }
    return { auditSeconds: median(times.audit), cases, oneCoreSeconds: median(times.alone) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function replay(history: AuditHistory, verifier: ProofVerifier): Promise<void> {
  const { store, firstSlot, lastSlot } = history;
  await using scratch = await openStore({ setting: "memory:" });
  const chain = await history.view(scratch);
  const registry = new NodeRegistry({ store, domain: DOMAIN, logger: pino({ level: "silent" }) });
  const findings: AuditFinding[] = [];
  const bounds = { newestDecided: lastSlot, newestClosed: lastSlot - 2 };
  const modules = { store, chain, registry, verifier, anchors: NO_ANCHORS };
  const slots = await SlotAudit.open(firstSlot, bounds, modules, (finding) => void findings.push(finding));
  for await (const _ of slots.run(lastSlot));
  const { proofs, refusals } = slots.state;
  if (proofs === 0 || Object.keys(refusals).length > 0)
    throw new Error(`of ${proofs} proofs some do not count: ${JSON.stringify(refusals)}`);
  if (findings.length > 0) throw new Error(`a clean history has a finding: ${JSON.stringify(findings[0])}`);
}

async function casesOfHistory(history: AuditHistory): Promise<ProofCase[]> {
  const { store, firstSlot, lastSlot } = history;
  await using scratch = await openStore({ setting: "memory:" });
  const chain = await history.view(scratch);
  const registry = new NodeRegistry({ store, domain: DOMAIN, logger: pino({ level: "silent" }) });
  const cases: ProofCase[] = [];
  for (let slot = firstSlot; slot <= lastSlot - 2; slot += 1) {
    const evidence = await openEvidence(slot, { store, chain, registry });
    if (evidence === "before-chain") continue;
    for await (const page of eachPage((request) => store.taskProofs.bySlot(slot, request))) {
      cases.push(...(await casesOf(page, evidence)));
    }
  }
  return cases;
}

async function requireAll(cases: readonly ProofCase[], one: ProofVerifier): Promise<void> {
  const refused = (await one.verify(cases)).find((refusal) => refusal !== undefined);
  if (refused !== undefined) throw new Error(`a proof of a clean history is refused: ${refused}`);
}

function verifyBeacons(cases: readonly ProofCase[]): void {
  for (const { proof, evidence } of cases) {
    if (proof.type !== "uptime_beacon" || !("slotHash" in evidence)) continue;
    const bytes = (hex: string) => Buffer.from(hex.slice(2), "hex");
    const key = bytes(evidence.registration?.vrfPublicKey ?? "0x");
    if (verify(key, bytes(evidence.slotHash), bytes(proof.value.vrfProof)) === null) {
      throw new Error("a beacon of a clean history is refused");
    }
  }
}

const isValidation = ({ proof }: ProofCase) => proof.type === "validation_signature";

export async function measure(): Promise<Measurement> {
  const validations = await measureHistory(
    SLOTS.validations,
    { beacons: 1, validations: true, storage: false },
    (cases, one) => requireAll(cases.filter(isValidation), one),
  );
  const beacons = await measureHistory(
    SLOTS.beacons,
    { beacons: NODES, validations: false, storage: false },
    verifyBeacons,
  );
  const week = await measureHistory(
    SLOTS.week,
    { beacons: NODES, validations: true, storage: true },
    requireAll,
  );
  const count = (cases: readonly ProofCase[], type: string) =>
    cases.filter(({ proof }) => proof.type === type).length;
  const ratio = (
    figure: string,
    { auditSeconds, oneCoreSeconds, cases }: Measured,
    type: string,
    atLeast: number,
  ): Figure => ({
    figure,
    value: oneCoreSeconds / auditSeconds,
    unit: "ratio of rates",
    goal: { atLeast },
    beside: {
      "audited, proofs/s": count(cases, type) / auditSeconds,
      "verified on one core, proofs/s": count(cases, type) / oneCoreSeconds,
    },
  });
  const minutes = (seconds: number) => (seconds * WEEK_SLOTS) / SLOTS.week / 60;
  return {
    conditions: {
      cores: `${cpus().length}, ${cpus()[0]?.model ?? "unknown"}, load average ${loadavg()[0]?.toFixed(1)}; node ${process.version}; proofs in ${availableParallelism()} threads beside the replay`,
      load: `${NODES} nodes, ${SLOTS.week} slots with a block each, in a file; a beacon, a validation and four storage answers a node and slot: ${week.cases.length} proofs`,
      values: `medians of ${PASSES} passes in turns with verifying alone`,
      week: `${WEEK_SLOTS} slots: the time of ${SLOTS.week}, multiplied`,
    },
    figures: [
      ratio("audit.proofs.vsVerify", validations, "validation_signature", 0.5),
      ratio("audit.beacons.vsVrf", beacons, "uptime_beacon", 0.8),
      {
        figure: "audit.week.minutes",
        value: minutes(week.auditSeconds),
        unit: "minutes, 7 days of 100 nodes",
        goal: { atMost: 10 },
        beside: { "verifying its proofs on one core": minutes(week.oneCoreSeconds) },
      },
    ],
  };
}
