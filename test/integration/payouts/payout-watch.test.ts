import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import type { PayoutDocument, PayoutStatus } from "../../../offchain/store/documents.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { runJson, spawnTask } from "../../support/run-task.ts";
import { tronTaskSettings } from "../../support/tron-world.ts";

const BLOCK_MS = 400;
/** Of six batches, of which four may be under way. */
const PAYOUTS = 120;
const SIGTERM_EXIT_CODE = 143;

interface Deployed {
  readonly v0: string;
}
interface Reconciled {
  readonly confirmed: number;
  readonly payments: number;
  readonly amount: string;
  readonly differences: readonly unknown[];
}

describe("payout run --watch as a process", function () {
  this.timeout(300_000);
  let node: TronNode;
  let dataDir: string;
  let settings: Record<string, string>;
  let total = 0n;

  before(async () => {
    node = await startTronNode({ blockIntervalMs: BLOCK_MS, witnesses: 1 });
    dataDir = await mkdtemp(join(tmpdir(), "lucid-payout-watch-"));
    settings = { ...tronTaskSettings(node, dataDir), LUCID_PAYOUT_MONITOR: "off" };
    const limits = ["--payment-limit", "1000", "--day-limit", "5000", "--allowance", "5000"];
    const { v0 } = await runJson<Deployed>(["payout", "deploy", "--test-token", ...limits], settings);
    const rows = await plannedRows({
      ...{ count: PAYOUTS, kind: "v0", router: v0, chainId: node.chainId },
      payeeOf: (index) => payeeAt(500 + index),
    });
    total = rows.reduce((sum, { usdt_amount }) => sum + usdt_amount, 0n);
    await using store = await openStore({ setting: join(dataDir, "store.db") });
    await store.payouts.insertMany(rows);
  });
  after(async () => {
    await node?.close();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  function watch() {
    const child = spawnTask(["payout", "run", "--watch"], settings);
    let output = "";
    const ended = new Promise<number | null>((done) => child.once("close", done));
    const says = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = (data: Buffer) => {
          output += data;
          if (pattern.test(output)) resolve();
        };
        child.stdout?.on("data", look);
        child.stderr?.on("data", look);
        void ended.then((code) =>
          reject(new Error(`it ended with ${code} before it said ${pattern}:\n${output}`)),
        );
      });
    return { child, ended, says, output: () => output };
  }

  async function documents(): Promise<PayoutDocument[]> {
    await using store = await openStore({ setting: join(dataDir, "store.db"), readOnly: true });
    const found: PayoutDocument[] = [];
    for await (const document of eachDocument((page) => store.payouts.allById(page))) found.push(document);
    return found;
  }

  /** Nothing is under way without the bytes that the next run sends again, and nothing has bytes that is not. */
  function requireWhole(found: readonly PayoutDocument[]): void {
    const allowed: PayoutStatus[] = ["pending", "signed", "broadcast", "confirmed"];
    for (const { _id, status, txid, signed_transaction: bytes, error } of found) {
      const isUnderWay = status === "signed" || status === "broadcast";
      assert.include(allowed, status, `${_id}: ${error}`);
      assert.equal(bytes !== undefined, isUnderWay, `${_id} is ${status}`);
      assert.equal(txid !== undefined, status !== "pending", `${_id} is ${status}`);
    }
  }

  it("ends by SIGTERM after its current step; what is under way is finished by the next run, once", async () => {
    const { child, ended, says, output } = watch();
    await says(/^20 payments, /m);
    child.kill("SIGTERM");
    assert.equal(await ended, SIGTERM_EXIT_CODE, output());
    assert.match(output(), /Error INTERRUPTED: Ended by SIGTERM\. Run it again to continue\./);
    const found = await documents();
    assert.lengthOf(found, PAYOUTS);
    requireWhole(found);
    const open = found.filter(({ status }) => status !== "confirmed");
    assert.isNotEmpty(open, "it was ended at work");
    assert.isNotEmpty(
      found.filter(({ status }) => status !== "pending"),
      "something was sent",
    );

    const next = watch();
    await next.says(new RegExp(`^${open.length} payouts confirmed`, "m"));
    next.child.kill("SIGTERM");
    assert.equal(await next.ended, SIGTERM_EXIT_CODE, next.output());
    assert.isTrue((await documents()).every(({ status }) => status === "confirmed"));
    const books = await runJson<Reconciled>(["payout", "reconcile"], settings);
    assert.deepEqual(books.differences, []);
    assert.deepInclude(books, { confirmed: PAYOUTS, payments: PAYOUTS, amount: total.toString() });
  });
});
