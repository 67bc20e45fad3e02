/** Gas of every entry that Lucid writes, beside EAS and a plain struct-in-storage contract, all on one chain. */
import type { ContractTransactionResponse } from "ethers";
import hre, { network } from "hardhat";
import type { Figure, Measurement } from "./figure.ts";
import { attestationOf, deployEas } from "./gas/peers.ts";
import { commitmentOf, sampleChunks, sampleSession, sampleSessions } from "./gas/subjects.ts";

const BATCH = 50;
const RUN = 64;
const SESSION_CHUNKS = 1_280;
const TREE_COUNTS = [1, 1_000, 1_000_000];
/** Numbers of `ChunkStatus`. */
const REPLICATED = 2;
/** A day of 2026, counted from 2024-01-01. */
const EPOCH = 800;
/** Goals are for the chain's default one. The contracts are compiled for Cancun: no older one is promised to run them. */
const FORKS = ["cancun", "prague", "osaka"] as const;
type Fork = (typeof FORKS)[number];

async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sent).wait();
  if (receipt === null) throw new Error("the chain mines at once, yet there is no receipt");
  return Number(receipt.gasUsed);
}

type Chain = Awaited<ReturnType<typeof startChain>>;

async function startChain(hardfork?: Fork) {
  const connection = await network.create(
    hardfork === undefined ? "default" : { network: "default", override: { hardfork } },
  );
  const [signer, other] = await connection.ethers.getSigners();
  if (signer === undefined || other === undefined) throw new Error("the in-process chain has no accounts");
  const anchors = await connection.ethers.deployContract("LucidAnchors", [signer.address]);
  const store = await connection.ethers.deployContract("LucidChunkStore", [
    await anchors.getAddress(),
    signer.address,
  ]);
  const checkpoints = await connection.ethers.deployContract("LucidCheckpoints", [
    await anchors.getAddress(),
  ]);
  for (const { address } of [signer, other]) {
    await (await anchors.grantRole(await anchors.REGISTRAR_ROLE(), address)).wait();
  }
  await (await store.grantRole(await store.UPLOADER_ROLE(), signer.address)).wait();
  const structs = await connection.ethers.deployContract("StructStorage");
  return { connection, anchors, store, checkpoints, other, structs, eas: await deployEas(signer) };
}

async function measureSessions({ anchors, structs, eas }: Chain): Promise<Figure[]> {
  const [single, ...batch] = sampleSessions(1 + BATCH);
  if (single === undefined) throw new Error("no sample session");
  const { sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount } = single;
  const attest = eas.contract.getFunction("attest");
  const multiAttest = eas.contract.getFunction("multiAttest");
  return [
    {
      figure: "gas.registerSession",
      value: await gasOf(
        anchors.registerSession(sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount),
      ),
      unit: "gas",
      goal: { atMost: 53_700 },
      beside: {
        "EAS attest": await gasOf(attest({ schema: eas.schema, data: attestationOf(single) })),
        "struct in storage": await gasOf(structs.keepSession(single)),
      },
    },
    {
      figure: "gas.registerSessions50",
      value: (await gasOf(anchors.registerSessions(batch))) / BATCH,
      unit: "gas a session",
      goal: { atMost: 28_300 },
      beside: {
        "EAS multiAttest x50":
          (await gasOf(multiAttest([{ schema: eas.schema, data: batch.map(attestationOf) }]))) / BATCH,
        "struct in storage x50": (await gasOf(structs.keepSessions(batch))) / BATCH,
      },
    },
  ];
}

async function measureTrees({ anchors, eas }: Chain): Promise<Figure> {
  const roots = sampleSessions(TREE_COUNTS.length + 1).map(({ manifestHash }) => manifestHash);
  const timestamp = await gasOf(eas.contract.getFunction("timestamp")(roots.pop()));
  const trees: Record<string, number> = {};
  for (const [i, count] of TREE_COUNTS.entries()) {
    const name = `for ${count.toLocaleString("en")}`;
    trees[name] = await gasOf(anchors.registerSessionTree(roots[i] as string, count));
  }
  return {
    figure: "gas.registerSessionTree",
    value: Math.max(...Object.values(trees)),
    unit: "gas",
    goal: { atMost: 50_800 },
    beside: { "EAS timestamp": timestamp, ...trees },
  };
}

async function measureChunks({ anchors, store, structs }: Chain): Promise<Figure[]> {
  const { chunks, tree } = sampleChunks(SESSION_CHUNKS);
  const session = sampleSession("with chunks", tree.root, SESSION_CHUNKS);
  const { sessionId } = session;
  await (await anchors.registerSessions([session])).wait();
  const storeRun = (from: number) => {
    const idx = Array.from({ length: RUN }, (_, i) => from + i);
    const { proof, proofFlags } = tree.getMultiProof(idx);
    return gasOf(store.storeChunkMetadata(session, chunks.slice(from, from + RUN), proof, proofFlags));
  };
  const firstRun = Array.from({ length: RUN }, (_, idx) => idx);
  await storeRun(0);
  await (await structs.keepChunks(sessionId, chunks.slice(0, RUN))).wait();
  return [
    {
      figure: "gas.storeChunkMetadata64",
      value: (await storeRun(RUN)) / RUN,
      unit: "gas a chunk",
      goal: { atMost: 8_000 },
      beside: {
        "struct in storage": (await gasOf(structs.keepChunks(sessionId, chunks.slice(RUN, 2 * RUN)))) / RUN,
      },
    },
    {
      figure: "gas.updateChunkStatus64",
      value: (await gasOf(store.updateChunkStatus(commitmentOf(session), firstRun, REPLICATED))) / RUN,
      unit: "gas a chunk",
      goal: { atMost: 1_500 },
      beside: {
        "struct in storage": (await gasOf(structs.changeStatus(sessionId, firstRun, REPLICATED))) / RUN,
      },
    },
  ];
}

/** The second attester of a root: all but the first find its count in storage. */
async function measureAttestation({ checkpoints, other, eas }: Chain): Promise<Figure> {
  const [root, timestamped] = sampleSessions(2).map(({ merkleRoot }) => merkleRoot as string);
  const first = await gasOf(checkpoints.attestEpoch(EPOCH, root as string));
  return {
    figure: "gas.attestEpoch",
    value: await gasOf(checkpoints.connect(other).attestEpoch(EPOCH, root as string)),
    unit: "gas",
    goal: { atMost: 60_000 },
    beside: {
      "EAS timestamp": await gasOf(eas.contract.getFunction("timestamp")(timestamped)),
      "the first attester of a root": first,
    },
  };
}

function hardforkOf({ connection: { networkConfig } }: Chain): string {
  if (networkConfig.type !== "edr-simulated") throw new Error("the chain is not in this process");
  return networkConfig.hardfork;
}

async function conditions(chain: Chain): Promise<Record<string, string>> {
  const { connection, eas } = chain;
  const compiler = hre.config.solidity.profiles.production?.compilers[0];
  const block = await connection.ethers.provider.getBlock("latest");
  return {
    solc: compiler?.version ?? "unknown",
    "compiler settings": JSON.stringify({ ...compiler?.settings, outputSelection: undefined }),
    "hardfork of the chain": hardforkOf(chain),
    "block gas limit": String(block?.gasLimit),
    EAS: `${eas.version}, as compiled in its package`,
  };
}

async function measureChain(chain: Chain): Promise<Figure[]> {
  return [
    ...(await measureSessions(chain)),
    await measureTrees(chain),
    ...(await measureChunks(chain)),
    await measureAttestation(chain),
  ];
}

/** The same calls on another fork. */
async function measureFork(hardfork: Fork): Promise<Map<string, number>> {
  const chain = await startChain(hardfork);
  if (hardforkOf(chain) !== hardfork) throw new Error(`the chain is not on ${hardfork}`);
  const figures = await measureChain(chain);
  await chain.connection.close();
  return new Map(figures.map(({ figure, value }) => [figure, value]));
}

export async function measure(): Promise<Measurement> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const chain = await startChain();
  const figures = await measureChain(chain);
  const measurement = { conditions: await conditions(chain), figures };
  await chain.connection.close();
  const forks: [Fork, Map<string, number>][] = [];
  for (const fork of FORKS) forks.push([fork, await measureFork(fork)]);
  const onForks = (figure: string) =>
    Object.fromEntries(forks.map(([fork, gas]) => [`on ${fork}`, gas.get(figure) ?? Number.NaN]));
  return {
    ...measurement,
    figures: figures.map((figure) => ({
      ...figure,
      beside: { ...figure.beside, ...onForks(figure.figure) },
    })),
  };
}
