import type { Figure } from "../../scripts/bench/figure.ts";
import type { MeasuredRecord } from "../../scripts/bench/run/records.ts";

/** Numbers of no machine, with the names and units that the benchmarks give. */
const FIGURES: Readonly<Record<string, readonly Figure[]>> = {
  gas: [
    atMost("gas.registerSession", 53_443, "gas", 53_700, {
      "EAS attest": 322_066,
      "struct in storage": 135_214,
      ...forks(53_443),
    }),
    atMost("gas.registerSessions50", 28_182.46, "gas a session", 28_300, {
      "EAS multiAttest x50": 279_246,
      "struct in storage x50": 114_504,
      ...forks(28_182.46),
    }),
    atMost("gas.registerSessionTree", 50_755, "gas", 50_800, {
      "EAS timestamp": 45_869,
      "for 1": 50_743,
      "for 1,000": 50_755,
      ...forks(50_755),
    }),
    atMost("gas.storeChunkMetadata64", 7_038.86, "gas a chunk", 8_000, {
      "struct in storage": 70_418,
      ...forks(7_038.86),
    }),
    atMost("gas.updateChunkStatus64", 1_471.66, "gas a chunk", 1_500, {
      "struct in storage": 7_524.6,
      "on cancun": 1_471.66,
      "on prague": 1_502.5,
      "on osaka": 1_502.5,
    }),
  ],
  "gas-estimates": [
    ...Object.entries({ simulation: 1.15, static: 1.1, historical: 1.25 }).map(([method, goal]) =>
      atMost(`estimates.${method}.p99`, 1.0312, "estimate / used", goal, {
        eth_estimateGas: 1.02,
        "in-process osaka": 1.0312,
        "anvil cancun": 1.0123,
        "geth --dev": 1.0211,
      }),
    ),
    atMost("estimates.tooLow", 0, "of 24000 limits", 0, { "anvil cancun": 0 }),
    ...Array.from({ length: 20 }, (_, place) =>
      plain(`anvil cancun: LucidAnchors.function${place} static`, 1.01, "p99", { median: 1 }),
    ),
  ],
  payouts: [
    ...Object.entries({ bareTransfer: 47_500, v0Disburse: 101_000, kycDisburse: 118_000 }).map(cost),
    ...Object.entries({ v0Batch5: 74_000, v0Batch20: 66_100, v0Batch50: 65_000, kycBatch20: 78_300 }).map(
      cost,
    ),
    {
      ...atMost("payouts.v0Batch20.vsTransfers", 1.3916, "bare transfers", 1.45, { "one by one": 2.126 }),
      energy: 1.9,
    },
  ],
  seal: [
    atLeast("seal.vsFloor", 0.91, "ratio of rates", 0.8, {
      "seal MB/s": 402.1,
      "floor MB/s": 441.8,
      "by processor time": 0.93,
      "vs floor with crypto.hash": 0.99,
      "zstd | age MB/s": 455.2,
    }),
    atLeast("seal.cores", 1.62, "ratio of rates, 1 GB", 1.7, {
      "seal, 1 core, MB/s": 410.2,
      "zstd | age, 1 core, MB/s": 431.7,
      "seal, 2 cores, MB/s": 664.5,
      "zstd | age, 2 cores, MB/s": 602.3,
    }),
    atMost("seal.memory", 212.4, "MB resident, all cores", 300, {
      "100 MB input": 180,
      "2000 MB input": 212.4,
    }),
    atMost("seal.wall.text", 1.12, "ratio of times, 1 GB", 1.3, {
      "session seal s": 3.12,
      "zstd -T0 | age s": 2.79,
    }),
    atMost("seal.small.vsFloor", 1.31, "ratio of times, 1,000 of 500 bytes", 2, {
      "seal ms each": 1.1,
      "files in turn ms each": 0.84,
      "files 16 at a time ms each": 0.51,
      "ratio to files 16 at a time": 2.16,
    }),
  ],
  anchor: [
    atLeast("anchor.batch.vsLoop", 61.2, "ratio of rates", 5, {
      "batch, sessions a second": 61.4,
      "tree, sessions a second": 182.7,
      "bare loop that awaits each receipt, sessions a second": 1.0034,
    }),
    atLeast("anchor.single.vsNonceManager", 1.21, "ratio of rates", 1, {
      "one by one, 16 in flight, sessions a second": 51.2,
      "NonceManager loop that awaits all at the end, sessions a second": 42.3,
    }),
    atMost("anchor.tree.vsFloor", 2.4, "ratio of times", 3, {
      "3000 sessions anchored, s": 3.44,
      "floor, s": 1.43,
      "MB resident at most": 310,
    }),
  ],
  store: [
    atMost("store.embedded.insertVsBare", 1.21, "ratio of times", 1.5, {
      "store proofs/s": 61_000,
      "bare proofs/s": 73_800,
    }),
    plain("store.embedded.tally", 1_210, "ms over 1000000 proofs"),
    atMost("store.mongo.plainInsertVsBare", 1.09, "ratio of times", 1.5, {
      "store chunks/s": 12_000,
      "bare insertMany, chunks/s": 13_080,
    }),
    atMost("store.mongo.insertVsBare", 1.04, "ratio of times", 1.5, {
      "store proofs/s": 2_810,
      "bare, stamped by the server, proofs/s": 2_922,
      "bare insertMany, stamped by the client, proofs/s": 11_100,
    }),
  ],
  proofs: [
    atLeast("proofs.verify.vsEthers", 21.4, "ratio of rates", 15, {
      "digest and envelope signature, proofs/s": 14_980,
      "ethers.verifyTypedData, proofs/s": 700,
    }),
    plain("proofs.validation", 12_900, "proofs/s, every rule"),
    plain("proofs.relay", 6_600, "proofs/s, every rule"),
    plain("proofs.storage", 9_100, "proofs/s, every rule"),
    plain("proofs.beacon", 1_900, "proofs/s, every rule, with VRF"),
    plain("proofs.threads", 1.71, "ratio of rates, 2 threads to one"),
    plain("proofs.embedded.verifiedAndInserted", 9_200, "proofs/s, validations", {
      "inserted alone, proofs/s": 41_000,
    }),
    plain("proofs.mongo.verifiedAndInserted", 2_100, "proofs/s, validations", {
      "inserted alone, proofs/s": 2_600,
    }),
  ],
  vrf: [
    atLeast("vrf.verify.vsNoble", 11.52, "ratio of rates", 8, {
      "vs @noble/curves with multiplyUnsafe": 9.85,
      "verify, proofs/s": 1_522,
      "prove, proofs/s": 2_499,
      "verify on @noble/curves with multiply, proofs/s": 129.1,
      "verify on @noble/curves with multiplyUnsafe, proofs/s": 162,
    }),
  ],
  credits: [
    ...Object.entries({ "10k": 1.41, "100k": 14.2, "1m": 180.4 }).map(([size, ms]) =>
      atMost(`credits.${size}.ms`, ms, "ms a slot", { "10k": 2, "100k": 20, "1m": 170 }[size] ?? 0, {
        "slowest slot": ms * 2.1,
        "processor time, mean": ms * 0.98,
        "of which to decide": ms * 0.4,
        "not counted: transcript and its hash": 1.6,
      }),
    ),
    atLeast("credits.1m.vsRecompute", 6_618, "ratio of times", 100, {
      "seconds, window recomputed plainly": 1_193,
    }),
  ],
  consensus: [
    atMost("consensus.missedSlots", 0, "count", 0, { slots: 10, "led by a fallback": 0 }),
    plain("consensus.anchored.median", 6.2, "s", { "a bare transaction at the slot's start, median": 5.9 }),
    plain("consensus.anchored.max", 11.9, "s", { "the bare transaction, max": 6.3 }),
    plain("consensus.blockWritten.median", 2.2, "s"),
    ...[5, 20, 50].flatMap((nodes) => [
      plain(`consensus.${nodes}.ms`, 190 + 7 * nodes, "ms a slot", {
        [`verifying a slot's proofs, nothing else (${6 * nodes} counted)`]: 1.3 * nodes,
      }),
      plain(`consensus.${nodes}.storeCalls`, 61 + nodes, "a slot"),
      plain(`consensus.${nodes}.rpcCalls`, 40, "a slot"),
    ]),
    plain("consensus.growth", 2.7, "ratio, 50 to 5 nodes", { nodes: 10 }),
  ],
  audit: [
    atLeast("audit.proofs.vsVerify", 0.88, "ratio of rates", 0.5, {
      "audited, proofs/s": 11_000,
      "verified on one core, proofs/s": 12_500,
    }),
    atLeast("audit.beacons.vsVrf", 1.32, "ratio of rates", 0.8, {
      "audited, proofs/s": 1_980,
      "verified on one core, proofs/s": 1_500,
    }),
    atMost("audit.week.minutes", 6.2, "minutes, 7 days of 100 nodes", 10, {
      "verifying its proofs on one core": 8.4,
    }),
  ],
  "payouts-distribution": [
    atMost("payouts.distribution1m.seconds", 7.31, "s", 10, {
      "not counted: decoding the addresses as registrations are read": 2.2,
      "not counted: the statement's text and its hash": 1.4,
    }),
  ],
  scale: [100, 2_000, 20_000].flatMap((sessions) =>
    ["start", "seal", "list", "list --limit 50", "anchor", "verify", "store export"].map((command, place) =>
      plain(`scale.${sessions}.${command}`, 0.8 + (place * place * sessions) / 2_000, "s", {
        "MB resident": 120 + 20 * place + sessions / 200,
      }),
    ),
  ),
};

/** A record of every benchmark, measured on one machine. */
export function sampleRecords(): Map<string, MeasuredRecord> {
  return new Map(
    Object.entries(FIGURES).map(([benchmark, figures]) => [
      benchmark,
      {
        benchmark,
        startedAt: "2026-11-30T18:35:12.345Z",
        seconds: 125,
        environment: {
          machine: { cpu: "Sample CPU", cores: 2, memoryGB: 24, system: "Sample OS 1.0" },
          versions: { "Node.js": "24.21.0", anvil: "1.7.1" },
          load: 0.12,
          commit: "0123456789ab",
        },
        measurement: {
          conditions: { sample: `of ${benchmark}`, ...(benchmark === "gas" && { solc: "0.8.34" }) },
          figures,
        },
      },
    ]),
  );
}

function forks(gas: number): Record<string, number> {
  return { "on cancun": gas, "on prague": gas, "on osaka": gas };
}

function cost([name, gas]: [string, number]): Figure {
  return { ...plain(`payouts.${name}`, gas, "gas a payment"), energy: gas - 25_000 };
}

function plain(figure: string, value: number, unit: string, beside: Record<string, number> = {}): Figure {
  return { figure, value, unit, beside };
}

function atMost(
  figure: string,
  value: number,
  unit: string,
  goal: number,
  beside: Record<string, number>,
): Figure {
  return { ...plain(figure, value, unit, beside), goal: { atMost: goal } };
}

function atLeast(
  figure: string,
  value: number,
  unit: string,
  goal: number,
  beside: Record<string, number>,
): Figure {
  return { ...plain(figure, value, unit, beside), goal: { atLeast: goal } };
}
