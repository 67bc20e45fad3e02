import { expect } from "chai";
import fc from "fast-check";
import { TronError } from "../../../../offchain/payouts/tron/errors.ts";
import {
  decodeTransaction,
  encodeTransaction,
} from "../../../../offchain/payouts/tron/signed-transaction.ts";

/** broadcasthex of recording 10, accepted by a node under this txid. */
const RECORDED = {
  bytes:
    "0a83010a020079220895c1f0a756455bbb40c8bb87e9a0345a65080112610a2d747970652e676f6f676c65617069732e636f6d2f70726f746f636f6c2e5472616e73666572436f6e747261637412300a15415b678e8b40c04989f7d3787080c3381fae6e0eeb1215415e42386340563fa53d2d1131696f26bf8216cb6b180c70e8e683e9a0341241fe892f47e9e8531d8c3eab7c5bfe2f3a94c79891f4712b67e930b9608c77c74a2c30de4f2f789bddcc676a3aa2098ffb42bd52507385a182ea11638091d56e311b",
  txid: "e35b517842934d010d3c5394090b26be4906f9f83872b113342fab300f363c2c",
};
const hex = (least: number, most: number) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((bytes) => Buffer.from(bytes).toString("hex"));

describe("the bytes of a signed transaction", () => {
  it("are those that a node took, under the same txid", () => {
    const { rawData, signature, txid } = decodeTransaction(RECORDED.bytes);
    expect(txid).to.equal(RECORDED.txid);
    expect(encodeTransaction(rawData, signature)).to.equal(RECORDED.bytes);
  });

  it("are read as they were written, whatever their length", () => {
    fc.assert(
      fc.property(hex(1, 40_000), hex(65, 65), (rawData, signature) => {
        const { rawData: read, signature: signed } = decodeTransaction(encodeTransaction(rawData, signature));
        expect([read, signed]).to.deep.equal([rawData, signature]);
      }),
      { numRuns: 50 },
    );
  });

  it("are refused where they are cut, prolonged or no hex", () => {
    const bad = [
      "",
      "zz",
      RECORDED.bytes.slice(0, -2),
      `${RECORDED.bytes}00`,
      "0a",
      "0affffffffffffff",
      "1200",
    ];
    for (const bytes of bad) {
      expect(() => decodeTransaction(bytes), bytes.slice(0, 20)).to.throw(TronError, "not the bytes");
    }
  });
});
