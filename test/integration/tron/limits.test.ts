import { assert } from "chai";
import type { TronWeb } from "tronweb";
import { isObject, type Json } from "../../../devnet/tron/json/parse-json.ts";
import { startTronNode } from "../../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../../devnet/tron/tron-node.ts";
import { readScenario, recordedAnswer } from "../../support/tron-recordings.ts";
import { Replay } from "../../support/tron-replay.ts";
import { accountOf, signedTransfer, textOf, walletOf } from "../../support/tron-wallet.ts";

/** The words of a constant call's result. */
function wordsOf(answer: Json): string[] {
  const results = isObject(answer) ? answer.constant_result : undefined;
  return (Array.isArray(results) ? String(results[0]) : "").match(/.{64}/g) ?? [];
}

describe("limits of the local TRON node", function () {
  this.timeout(60_000);
  let node: TronNode;
  let tronWeb: TronWeb;

  beforeEach(async () => {
    node = await startTronNode({ blockIntervalMs: 0 });
    tronWeb = walletOf(node);
  });
  afterEach(() => node.close());

  it("refuse a transaction of more than 500 kB, as recorded in scenario 14", async () => {
    const memo = "16".repeat(520_000);
    const built = await tronWeb.transactionBuilder.sendTrx(accountOf(node, 1).address, 1);
    const transaction = await tronWeb.trx.sign(
      await tronWeb.transactionBuilder.addUpdateData(built, memo, "hex"),
    );
    const answer = await tronWeb.trx.sendRawTransaction(transaction);
    assert.equal(answer.code, "TOO_BIG_TRANSACTION_ERROR");
    const size = /the size is (\d+) bytes/.exec(textOf(answer.message))?.[1];
    assert.equal(
      textOf(answer.message),
      `Too big transaction with result, TxId ${transaction.txID}, the size is ${size} bytes, maxTxSize 512000`,
    );
    assert.isAbove(Number(size), 520_000);
  });

  it("refuse a request that is larger than any transaction", async () => {
    const body = JSON.stringify({ raw_data: "0".repeat(5_000_000) });
    const answer = await fetch(`${node.fullHost}/wallet/broadcasttransaction`, {
      method: "POST",
      body,
    }).catch((error: Error) => error);
    assert.isTrue(answer instanceof Error || answer.status === 413);
    assert.isTrue((await tronWeb.trx.sendTransaction(accountOf(node, 1).address, 1)).result, "it goes on");
  });

  it("answer parameters that are not integers with a failure of the call, not of the node", async () => {
    const owner = accountOf(node, 0).address;
    for (const value of ["many", 1.5]) {
      const call = { owner_address: owner, contract_address: owner, visible: true, call_value: value };
      const answer = await fetch(`${node.fullHost}/wallet/triggerconstantcontract`, {
        method: "POST",
        body: JSON.stringify(call),
      });
      assert.equal(answer.status, 200);
      const { result } = (await answer.json()) as { result: Record<string, string> };
      assert.equal(result.code, "OTHER_ERROR");
      assert.include(result.message, "NumberFormatException");
    }
  });

  it("refuse amounts beyond 64 bits", async () => {
    const [from, to] = [accountOf(node, 0).address, accountOf(node, 1).address];
    const body = `{"owner_address":"${from}","to_address":"${to}","amount":9223372036854775808,"visible":true}`;
    const answer = await fetch(`${node.fullHost}/wallet/createtransaction`, { method: "POST", body });
    assert.include(((await answer.json()) as { Error: string }).Error, "Couldn't parse integer");
  });

  it("give contracts the recorded environment, but for the witness", async () => {
    const calls = (await Promise.all(["01", "06", "24"].map(readScenario))).flat();
    await using replay = await Replay.start(calls);
    let compared = 0;
    for (const call of calls) {
      const { answer } = await replay.play(call);
      if (!call.body?.includes('"env()"')) continue;
      const [recorded, ours] = [wordsOf(recordedAnswer(call)), wordsOf(answer)];
      const COINBASE = 6;
      assert.equal(ours.length, 10);
      assert.match(ours[COINBASE] ?? "", /^0{22}41[0-9a-f]{40}$/, "with the address's prefix, as recorded");
      assert.match(recorded[COINBASE] ?? "", /^0{22}41[0-9a-f]{40}$/);
      const others = (words: string[]) => words.filter((_, index) => index !== COINBASE);
      assert.deepEqual(others(ours), others(recorded));
      compared += 1;
    }
    assert.equal(compared, 1);
  });

  it("hold transactions of an unknown type for ones without a contract, as java-tron does", async () => {
    const transaction = await signedTransfer(tronWeb, accountOf(node, 1).address, 1);
    const [contract] = transaction.raw_data.contract;
    const unknown = { ...transaction.raw_data, contract: [{ ...contract, type: "FreezeBalanceV2Contract" }] };
    const answer = await fetch(`${node.fullHost}/wallet/broadcasttransaction`, {
      method: "POST",
      body: JSON.stringify({ ...transaction, raw_data: unknown }),
    });
    const { code, message } = (await answer.json()) as Record<string, string>;
    assert.equal(code, "CONTRACT_VALIDATE_ERROR");
    assert.equal(textOf(message), "Contract validate error : No contract!");
  });
});
