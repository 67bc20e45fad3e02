import { once } from "node:events";
import { createInterface } from "node:readline";
import { assert } from "chai";
import { TronWeb } from "tronweb";
import { freePort } from "../../../devnet/free-port.ts";
import { FUNDED } from "../../../devnet/tron/blocks/genesis.ts";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import { SettingsError } from "../../../offchain/config/errors.ts";
import { parseFaults } from "../../../tasks/tron-node/parse-faults.ts";
import { FAILURE, SHAPES } from "../../support/json-shapes.ts";
import { runJson, runTask, spawnTask } from "../../support/run-task.ts";

/** A line that a running task prints, once it matches. */
async function lineOf(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> {
  for await (const line of createInterface(stream)) {
    const match = pattern.exec(line);
    if (match !== null) return match;
  }
  throw new Error(`the task ended without a line like ${pattern}`);
}

describe("the task tron-node", function () {
  this.timeout(120_000);

  it("prints hosts and funded accounts, produces blocks, and ends by a signal", async () => {
    const child = spawnTask(
      ["tron-node", "--port", "0", "--solidity-port", "0", "--block-interval", "200"],
      {},
    );
    assert(child.stdout !== null);
    const [, fullHost] = await lineOf(child.stdout, /^\/wallet\s+(http:\S+)$/);
    const ended = once(child, "close");
    try {
      const privateKey = FUNDED[0]?.privateKey ?? "";
      const tronWeb = new TronWeb({ fullHost: fullHost ?? "", privateKey });
      const sent = await tronWeb.trx.sendTransaction(FUNDED[1]?.address ?? "", 1);
      assert.isTrue(sent.result);
      let info = await tronWeb.trx.getUnconfirmedTransactionInfo(sent.txid);
      for (let attempt = 0; attempt < 100 && info.blockNumber === undefined; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        info = await tronWeb.trx.getUnconfirmedTransactionInfo(sent.txid);
      }
      assert.isAbove(info.blockNumber, 0);
    } finally {
      child.kill("SIGINT");
    }
    const [code] = await ended;
    assert.equal(code, 0);
  });

  it("prints one document with --json, after it was interrupted", async () => {
    const port = String(await freePort());
    const child = spawnTask(["tron-node", "--json", "--port", port, "--solidity-port", port], {});
    let stdout = "";
    child.stdout?.on("data", (data) => {
      stdout += data;
    });
    assert(child.stderr !== null);
    await lineOf(child.stderr, /running until it is interrupted/);
    const ended = once(child, "close");
    child.kill("SIGINT");
    await ended;
    const parsed = SHAPES["tron-node"].parse(JSON.parse(stdout));
    assert.equal(parsed.fullHost, `http://127.0.0.1:${port}`);
    assert.equal(parsed.solidityHost, parsed.fullHost);
  });

  it("refuses arguments that it cannot run with, and says what it expects", async () => {
    await using other = await startTronNode({ blockIntervalMs: 0 });
    const taken = new URL(other.fullHost).port;
    for (const [args, expected] of [
      [["--witnesses", "3"], "1 or 27"],
      [["--port", "70000"], "at most 65535"],
      [["--port", taken, "--solidity-port", "0"], "ports that nothing listens on"],
    ] as const) {
      const { error } = FAILURE.parse(await runJson(["tron-node", ...args], {}, 1));
      assert.equal(error.code, "ARGUMENT_INVALID");
      assert.include(error.message, expected);
    }
    const { stderr } = await runTask(["tron-node", "--faults", "lostAnswers"], {});
    assert.include(stderr, "lostAnswers with a probability from 0 to 1");
  });

  it("reads faults with their probabilities", () => {
    assert.deepEqual(parseFaults(""), {});
    assert.deepEqual(parseFaults("lostAnswers=0.2,dupAfterRefusal,forks=1"), {
      lostAnswers: 0.2,
      dupAfterRefusal: true,
      forks: 1,
    });
    for (const text of ["lostAnswers", "lostAnswers=", "lostAnswers=2", "lostAnswers=-1", "lostAnswers=1=1"])
      assert.throws(() => parseFaults(text), SettingsError, /--faults/, text);
    for (const text of ["nosuch=1", "dupAfterRefusal=1", "toString"])
      assert.throws(() => parseFaults(text), SettingsError, /--faults/, text);
  });
});
