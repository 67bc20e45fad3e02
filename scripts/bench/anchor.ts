/** Sessions anchored a second, end to end, beside the bare loops of ethers, against anvil with a block a second. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContractFactory, JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { localKey, startAnvil } from "../../devnet/anvil.ts";
import { TRANSACTIONS_IN_FLIGHT } from "../../offchain/anchoring/anchor-sessions.ts";
import { sendBatches } from "../../offchain/anchoring/send-batches.ts";
import { readSettings } from "../../offchain/config/settings.ts";
import { connectEvm } from "../../offchain/contracts/connect-evm.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors/client.ts";
import { createLogger } from "../../offchain/logger.ts";
import { type Session, sessionFields } from "../../offchain/sessions/session.ts";
import { sessionTree } from "../../offchain/sessions/session-tree.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import type { Measurement } from "./figure.ts";
import { sampleSessions } from "./gas/subjects.ts";

const SESSIONS = 200;
const BLOCK_SECONDS = 1;
/** A session counts at its receipt, here as in the loops beside. */
const CONFIRMATIONS = 1;
const ADMIN = 0;
const REGISTRAR = 1;
/** How many contents are measured: each way registers sessions of its own. */
const WAYS = 5;
const POLL_MS = 100;

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

export async function measure(): Promise<Measurement> {
  await using node = await startAnvil();
  // Its defaults would slow the loops down: answers of a quarter of a second ago, a look every four seconds.
  const plain = { staticNetwork: true, cacheTimeout: -1, pollingInterval: POLL_MS };
  const direct = new JsonRpcProvider(node.url, undefined, plain);
  const admin = new Wallet(localKey(ADMIN), direct);
  const registrar = new Wallet(localKey(REGISTRAR), direct);
  const { abi, bytecode } = LucidAnchors__factory;
  const nonces = new NonceManager(admin);
  const address = await (await new ContractFactory(abi, bytecode, nonces).deploy(admin.address)).getAddress();
  const deployed = LucidAnchors__factory.connect(address, nonces);
  await (await deployed.grantRole(await deployed.REGISTRAR_ROLE(), registrar.address)).wait();
  await direct.send("evm_setIntervalMining", [BLOCK_SECONDS]);

  const dataDir = await mkdtemp(join(tmpdir(), "lucid-bench-"));
  const settings = readSettings({ LUCID_DATA_DIR: dataDir, LUCID_CONFIRMATIONS: String(CONFIRMATIONS) });
  const store = await openStore({ setting: settings.store });
  const modules = { transactions: store.anchorTransactions, logger: createLogger(settings.logLevel) };
  const { evm, provider } = await connectEvm([node.url], settings, modules);
  const anchors = new LucidAnchorsClient({ address, deploymentBlock: 0 }, { evm });
  const signer = new Wallet(localKey(REGISTRAR));
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
  const manager = new NonceManager(registrar);
  const managed = await secondsOf(async () => {
    const bare = LucidAnchors__factory.connect(address, manager);
    const sent = [];
    for (const session of take()) sent.push(await bare.registerSession(...sessionFields(session)));
    await Promise.all(sent.map((transaction) => transaction.wait(CONFIRMATIONS)));
  });
  const loop = await secondsOf(async () => {
    const bare = LucidAnchors__factory.connect(address, registrar);
    for (const session of take())
      await (await bare.registerSession(...sessionFields(session))).wait(CONFIRMATIONS);
  });
  await evm.close();
  provider.destroy();
  direct.destroy();
  await store.close();
  await rm(dataDir, { recursive: true });

  const rate = (seconds: number) => SESSIONS / seconds;
  return {
    conditions: {
      chain: `anvil, a block every ${BLOCK_SECONDS} s, a session counted at its receipt`,
      client: "estimate, breakers, a durable write before each broadcast, monitor; embedded store",
    },
    figures: [
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
    ],
  };
}
