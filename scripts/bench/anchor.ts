/** Sessions anchored a second, end to end, compared with bare loops of ethers, and a large tree with its lower bound. */
import { NonceManager } from "ethers";
import { startAnvil } from "../../devnet/anvil.ts";
import { TRANSACTIONS_IN_FLIGHT } from "../../offchain/anchoring/anchor-sessions.ts";
import { sendBatches } from "../../offchain/anchoring/send-batches.ts";
import { type Session, sessionFields } from "../../offchain/sessions/session.ts";
import { sessionTree } from "../../offchain/sessions/session-tree.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import { measureTree } from "./anchor/tree.ts";
import { openAnchorWorld } from "./anchor/world.ts";
import type { Figure, Measurement } from "./figure.ts";
import { sampleSessions } from "./gas/subjects.ts";
import { secondsOf } from "./shared/timing.ts";

const SESSIONS = 200;
const BLOCK_SECONDS = 1;
/** How many contents are measured: each way registers different sessions. */
const WAYS = 5;
/** Sessions of the large tree; LUCID_BENCH_TREE_SESSIONS asks for another number, e.g. 100000. */
const TREE_SESSIONS = Number(process.env.LUCID_BENCH_TREE_SESSIONS ?? 3_000);
const KIB = 1_024;

export async function measure(): Promise<Measurement> {
  const figures = [...(await measureRates()), await measureLargeTree()];
  return {
    conditions: {
      chain: `anvil, a block every ${BLOCK_SECONDS} s, a session counted at its receipt; at once for the large tree`,
      client: "estimate, breakers, a durable write before each broadcast, monitor; embedded store",
    },
    figures,
  };
}

/** A chain that mines at once, so that waiting for a block is not measured. */
async function measureLargeTree(): Promise<Figure> {
  await using node = await startAnvil();
  await using world = await openAnchorWorld(node);
  const { anchoring, floor } = await measureTree(TREE_SESSIONS, world);
  return {
    figure: "anchor.tree.vsFloor",
    value: anchoring / floor,
    unit: "ratio of times",
    goal: { atMost: 3 },
    beside: {
      [`${TREE_SESSIONS} sessions anchored, s`]: anchoring,
      "floor, s": floor,
      "MB resident at most": process.resourceUsage().maxRSS / KIB,
    },
  };
}

async function measureRates(): Promise<Figure[]> {
  await using node = await startAnvil();
  await using world = await openAnchorWorld(node);
  const { address, anchors, direct, registrar: signer } = world;
  await direct.send("evm_setIntervalMining", [BLOCK_SECONDS]);
  const all = sampleSessions(WAYS * SESSIONS) as Session[];
  const take = () => all.splice(0, SESSIONS);

  const batch = await secondsOf(() => anchors.registerSessions(signer, take()));
  const tree = await secondsOf(() => {
    const sessions = take();
    return anchors.registerSessionTree(signer, sessionTree(sessions).root, sessions.length);
  });
  const bounds = await anchors.bounds();
  const oneByOne = await secondsOf(async () => {
    const sending = sendBatches(take(), {
      mostItems: 1,
      inFlight: TRANSACTIONS_IN_FLIGHT,
      bounds,
      gasLimitOf: (batch) => anchors.gasLimitOfSessions(signer.address, batch),
      send: ([session], limit) => anchors.registerSession(signer, session as Session, limit),
    });
    let sent = 0;
    for await (const { batch } of sending) sent += batch.length;
    if (sent !== SESSIONS) throw new Error(`${sent} of ${SESSIONS} sessions were sent`);
  });
  const manager = new NonceManager(signer.connect(direct));
  const managed = await secondsOf(async () => {
    const bare = LucidAnchors__factory.connect(address, manager);
    const sent = [];
    for (const session of take()) sent.push(await bare.registerSession(...sessionFields(session)));
    await Promise.all(sent.map((transaction) => transaction.wait()));
  });
  const loop = await secondsOf(async () => {
    const bare = LucidAnchors__factory.connect(address, signer.connect(direct));
    for (const session of take()) await (await bare.registerSession(...sessionFields(session))).wait();
  });
  const rate = (seconds: number) => SESSIONS / seconds;
  return [
    {
      figure: "anchor.batch.vsLoop",
      value: loop / batch,
      unit: "ratio of rates",
      goal: { atLeast: 5 },
      beside: {
        "batch, sessions a second": rate(batch),
        "tree, sessions a second": rate(tree),
        "bare loop that awaits each receipt, sessions a second": rate(loop),
      },
    },
    {
      figure: "anchor.single.vsNonceManager",
      value: managed / oneByOne,
      unit: "ratio of rates",
      goal: { atLeast: 1 },
      beside: {
        [`one by one, ${TRANSACTIONS_IN_FLIGHT} in flight, sessions a second`]: rate(oneByOne),
        "NonceManager loop that awaits all at the end, sessions a second": rate(managed),
      },
    },
  ];
}
