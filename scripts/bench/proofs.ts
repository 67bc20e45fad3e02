/**
 * What it costs to verify task proofs, beside ethers, and to verify and insert them, beside inserting alone. One core
 * but for the row that says otherwise; all in turns, so that everything runs under the same load.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { hexlify, verifyTypedData } from "ethers";
import { findServerProgram, TestServer } from "../../devnet/mongodb.ts";
import {
  beaconSample,
  relaySample,
  SAMPLE_DOMAIN,
  type SamplePlace,
  sampleHash,
  sampleSlotHash,
  sampleWallet,
  signSample,
  storageSample,
  validationSample,
} from "../../devnet/task-proofs.ts";
import { ProofVerifier } from "../../offchain/consensus/proofs/verify-proofs.ts";
import { envelopeRefusal } from "../../offchain/consensus/rules/proofs/envelope.ts";
import type { ProofCase } from "../../offchain/consensus/rules/proofs/evidence.ts";
import { walletDomain } from "../../offchain/consensus/typed-data/domain.ts";
import { MessageHasher } from "../../offchain/consensus/typed-data/message-hasher.ts";
import { walletTypes } from "../../offchain/consensus/typed-data/message-types.ts";
import { proofMessage } from "../../offchain/consensus/typed-data/proof-digest.ts";
import { prove, publicKeyOf } from "../../offchain/consensus/vrf.ts";
import { initialiseStore } from "../../offchain/store/administration.ts";
import type { NewTaskProof } from "../../offchain/store/documents.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { Store } from "../../offchain/store/store.ts";
import type { Figure, Measurement } from "./figure.ts";
import { median } from "./shared/timing.ts";

/** Nodes whose proofs are mixed, as a slot's are. */
const NODES = 50;
const BATCH = 1_000;
const ROUNDS = 7;
/** So many proofs each that both take about half a second: a shorter run would tell more of the machine's load. */
const ETHERS_PROOFS = 300;
const ENVELOPE_PASSES = 8;
const LARGE_PASSES = 4;
const SQLITE_ROUNDS = 10;
const MONGO_ROUNDS = 2;
const FIRST_SLOT = 520_000;
const GOAL = { atLeast: 15 };
const VRF = import.meta.resolve("../../offchain/consensus/vrf.ts");

const wallets = Array.from({ length: NODES }, (_, number) => sampleWallet(`node ${number}`));
const vrfKeys = wallets.map(({ address }) => {
  const secretKey = Buffer.from(sampleHash(`vrf key of ${address}`).slice(2), "hex");
  return { secretKey, publicKey: publicKeyOf(secretKey) };
});
const hasher = new MessageHasher(SAMPLE_DOMAIN);

type Make = (
  place: SamplePlace,
  number: number,
) => Parameters<typeof signSample>[0] | Promise<Parameters<typeof signSample>[0]>;

const validation: Make = (place) => validationSample(place);
const relay: Make = (place) => relaySample(place);
const storage: Make = (place, number) => storageSample(place, number % 4);
const beacon: Make = (place, number) => {
  const { secretKey, publicKey } = vrfKeys[number % NODES] as (typeof vrfKeys)[number];
  const alpha = Buffer.from(sampleSlotHash(place.slot).slice(2), "hex");
  return beaconSample(place, hexlify(prove(secretKey, alpha)), hexlify(publicKey));
};

/** A batch of proofs that count, no two of them the same in any lot. */
async function lot(make: Make, number: number): Promise<ProofCase[]> {
  const cases: ProofCase[] = [];
  for (let at = 0; at < BATCH; at += 1) {
    const id = number * BATCH + at;
    const node = wallets[id % NODES] as (typeof wallets)[number];
    const slot = FIRST_SLOT + Math.floor(id / NODES);
    cases.push(await signSample(await make({ node, slot }, id), node));
  }
  return cases;
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Median times of each way, in turns; the first round warms up. */
async function compare<Way extends string>(
  rounds: number,
  ways: Readonly<Record<Way, (round: number) => unknown>>,
): Promise<Record<Way, number>> {
  const names = Object.keys(ways) as Way[];
  const times = new Map<Way, number[]>(names.map((way) => [way, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of names) {
      const time = await timed(() => ways[way](round));
      if (round > 0) times.get(way)?.push(time);
    }
  }
  return Object.fromEntries(names.map((way) => [way, median(times.get(way) ?? [])])) as Record<Way, number>;
}

const perSecond = (milliseconds: number) => (BATCH * 1_000) / milliseconds;

function requireAll(refusals: readonly unknown[]): void {
  const refused = refusals.filter((refusal) => refusal !== undefined);
  if (refused.length > 0) throw new Error(`${refused.length} proofs were refused, the first: ${refused[0]}`);
}

function verifyByEthers({ proof }: ProofCase): boolean {
  const { name, message } = proofMessage(proof);
  const signer = verifyTypedData(walletDomain(SAMPLE_DOMAIN), walletTypes(name), message, proof.sig);
  return signer.toLowerCase() === proof.nodeId;
}

async function measureVerification(): Promise<Figure[]> {
  const [validations, relays, answers, beacons] = await Promise.all([
    lot(validation, 0),
    lot(relay, 0),
    lot(storage, 0),
    lot(beacon, 0),
  ]);
  await using one = new ProofVerifier({ domain: SAMPLE_DOMAIN, vrfModule: VRF, threads: 1 });
  await using all = new ProofVerifier({ domain: SAMPLE_DOMAIN, vrfModule: VRF });
  const some = validations.slice(0, ETHERS_PROOFS);
  const large = Array.from({ length: LARGE_PASSES }, () => validations).flat();
  const envelopes = Array.from({ length: ENVELOPE_PASSES }, () => validations).flat();
  const times = await compare(ROUNDS, {
    envelope: () => requireAll(envelopes.map(({ proof }) => envelopeRefusal(proof, hasher))),
    ethers: () => requireAll(some.map((given) => (verifyByEthers(given) ? undefined : "by ethers"))),
    validation: async () => requireAll(await one.verify(validations)),
    relay: async () => requireAll(await one.verify(relays)),
    storage: async () => requireAll(await one.verify(answers)),
    beacon: async () => requireAll(await one.verify(beacons)),
    one: () => one.verify(large),
    all: () => all.verify(large),
  });
  const envelopeRate = ENVELOPE_PASSES * perSecond(times.envelope);
  const ethersRate = (ETHERS_PROOFS / BATCH) * perSecond(times.ethers);
  const row = (
    name: "validation" | "relay" | "storage" | "beacon",
    figure: string,
    unit: string,
  ): Figure => ({
    figure,
    value: perSecond(times[name]),
    unit,
    beside: {},
  });
  return [
    {
      figure: "proofs.verify.vsEthers",
      value: envelopeRate / ethersRate,
      unit: "ratio of rates",
      goal: GOAL,
      beside: {
        "digest and envelope signature, proofs/s": envelopeRate,
        "ethers.verifyTypedData, proofs/s": ethersRate,
      },
    },
    row("validation", "proofs.validation", "proofs/s, every rule"),
    row("relay", "proofs.relay", "proofs/s, every rule"),
    row("storage", "proofs.storage", "proofs/s, every rule"),
    row("beacon", "proofs.beacon", "proofs/s, every rule, with VRF"),
    {
      figure: "proofs.threads",
      value: times.one / times.all,
      unit: `ratio of rates, ${availableParallelism()} threads to one`,
      beside: {},
    },
  ];
}

/** Proofs that are verified and inserted, a batch at a time, and others that are inserted alone. */
async function measureInserts(engine: string, store: Store, rounds: number): Promise<Figure> {
  const lots = await Promise.all(
    Array.from({ length: 2 * (rounds + 1) }, (_, number) => lot(validation, 1 + number)),
  );
  const documents = (number: number): NewTaskProof[] =>
    (lots[number] ?? []).map(({ proof: { ts: _, ...proof } }) => proof as NewTaskProof);
  await using verifier = new ProofVerifier({ domain: SAMPLE_DOMAIN, vrfModule: VRF, threads: 1 });
  const times = await compare(rounds, {
    both: async (round) => {
      requireAll(await verifier.verify(lots[2 * round] ?? []));
      await store.taskProofs.insertMany(documents(2 * round));
    },
    insert: (round) => store.taskProofs.insertMany(documents(2 * round + 1)),
  });
  return {
    figure: `proofs.${engine}.verifiedAndInserted`,
    value: perSecond(times.both),
    unit: "proofs/s, validations",
    beside: { "inserted alone, proofs/s": perSecond(times.insert) },
  };
}

async function measureSqlite(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "lucid-bench-"));
  const store = await openStore({ setting: join(folder, "store.db") });
  try {
    return await measureInserts("embedded", store, SQLITE_ROUNDS);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

async function measureMongo(server: TestServer): Promise<Figure> {
  const setting = server.uri("lucid_bench_proofs");
  await initialiseStore(setting, { withRoles: false });
  await using store = await openStore({ setting });
  return await measureInserts("mongo", store, MONGO_ROUNDS);
}

export async function measure(): Promise<Measurement> {
  const figures = [...(await measureVerification()), await measureSqlite()];
  const program = findServerProgram();
  const conditions = { node: process.version, mongodb: program?.kind ?? "no server found" };
  if (program === undefined) return { conditions, figures };
  const server = await TestServer.start(program);
  try {
    return { conditions, figures: [...figures, await measureMongo(server)] };
  } finally {
    await server.stop();
  }
}
