import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { generateX25519Identity } from "age-encryption";
import { assert } from "chai";
import { JsonRpcProvider } from "ethers";
import { type LocalChain, startAnvil } from "../../../devnet/anvil.ts";
import { needAnvil } from "../../support/evm-chain.ts";
import { runJson, spawnTask, taskSettings } from "../../support/run-task.ts";

const SAMPLE = resolve(import.meta.dirname, "../../../samples/first-steps.cast");

interface Listed {
  readonly transaction: string;
  readonly status: string;
  readonly nonce: number;
}

describe("what operators do about transactions, as processes against anvil", function () {
  this.timeout(120_000);
  let chain: LocalChain;
  let direct: JsonRpcProvider;
  let dataDir: string;
  let settings: Record<string, string>;

  before(async function () {
    needAnvil(this);
    chain = await startAnvil();
    direct = new JsonRpcProvider(chain.url, undefined, { staticNetwork: true, cacheTimeout: -1 });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-tx-"));
    const common = await taskSettings(chain, dataDir, await generateX25519Identity());
    settings = { ...common, LUCID_CONFIRMATIONS: "1" };
    await runJson(["deploy"], settings);
    await runJson(["session", "seal", SAMPLE], settings);
  });
  after(async () => {
    direct?.destroy();
    await chain?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  it("plans without sending, then picks up, cancels and anchors what a killed process left", async () => {
    const sentBefore = (await runJson<Listed[]>(["tx", "list"], settings)).length;
    const plan = await runJson<{ sessions: number; options: { mode: string }[] }>(
      ["session", "anchor", "--plan", "--max-wait", "1"],
      settings,
    );
    assert.equal(plan.sessions, 1);
    assert.sameMembers(
      plan.options.map(({ mode }) => mode),
      ["single", "batch", "tree"],
    );
    assert.lengthOf(await runJson<Listed[]>(["tx", "list"], settings), sentBefore, "a plan sends nothing");

    await direct.send("evm_setAutomine", [false]);
    const killed = spawnTask(["session", "anchor"], settings);
    const registrar = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    while ((await direct.getTransactionCount(registrar, "pending")) === 0) await pause(100);
    killed.kill("SIGKILL");
    await new Promise((done) => killed.once("close", done));

    const [open] = await runJson<Listed[]>(["tx", "list", "--open"], settings);
    assert.include(["signed", "broadcast"], open?.status);
    const txid = open?.transaction ?? "";
    const cancelling = runJson<{ cancelled: boolean; nonce: number }>(["tx", "cancel", txid], settings);
    // Mined only when the pool holds the other one.
    while ((await direct.getTransaction(txid)) !== null) await pause(100);
    await direct.send("evm_setIntervalMining", [1]);
    const { cancelled, nonce } = await cancelling;
    assert.deepEqual([cancelled, nonce], [true, open?.nonce]);
    const anchored = await runJson<{ anchored: string }[]>(["session", "anchor"], settings);
    assert.deepEqual(
      anchored.map((one) => one.anchored),
      ["now"],
    );
    assert.deepEqual(await runJson(["tx", "watch"], settings), []);
    const listed = await runJson<Listed[]>(["tx", "list"], settings);
    assert.include(
      listed.map(({ status }) => status),
      "replaced",
    );
  });

  it("refuses a call above a limit, by the setting's name", async () => {
    const failure = await runJson<{ error: { code: string; setting: string; value: string } }>(
      ["role", "grant", "REGISTRAR", "0x90F79bf6EB2c4f870365E785982E1f101E93b906"],
      { ...settings, LUCID_MAX_GAS_PER_CALL: "30000" },
      1,
    );
    assert.deepInclude(failure.error, { code: "BREAKER_TRIPPED", setting: "LUCID_MAX_GAS_PER_CALL" });
  });

  it("cancels only what it sent", async () => {
    const txid = `0x${"ab".repeat(32)}`;
    const { error } = await runJson<{ error: { code: string; message: string } }>(
      ["tx", "cancel", txid.toUpperCase().replace("X", "x")],
      settings,
      1,
    );
    assert.equal(error.code, "TRANSACTION_UNKNOWN");
    assert.include(error.message, txid);
  });
});
