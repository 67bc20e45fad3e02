import { assert } from "chai";
import fc from "fast-check";
import { utils } from "tronweb";
import { toBase58Check } from "../../../devnet/tron/address.ts";
import { JavaError } from "../../../devnet/tron/errors.ts";
import { parseJson } from "../../../devnet/tron/json/parse-json.ts";
import { printJson, printSpacedJson } from "../../../devnet/tron/json/print-json.ts";
import { transactionFromBytes, transactionFromJson } from "../../../devnet/tron/transaction/from-json.ts";
import { transactionToJson } from "../../../devnet/tron/transaction/to-json.ts";
import { wireBytes } from "../../../devnet/tron/transaction/transaction.ts";

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array).toString("hex"));
const address = bytes(20).map((hex) => `41${hex}`);
const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const transfer = fc.record({ to_address: address, owner_address: address, amount });
const trigger = fc.record({
  owner_address: address,
  contract_address: address,
  data: fc.uint8Array({ minLength: 4, maxLength: 200 }).map((array) => Buffer.from(array).toString("hex")),
  call_value: fc.oneof(fc.constant(0), amount),
});

/** Raw data as tronweb builds it. */
const rawData = fc.oneof(
  fc.tuple(fc.constant("TransferContract"), transfer, fc.constant(undefined)),
  fc.tuple(fc.constant("TriggerSmartContract"), trigger, fc.option(amount, { nil: undefined })),
);

describe("a transaction, by the node's own protobuf schema", () => {
  it("has the bytes and the id that tronweb computes", () => {
    fc.assert(
      fc.property(
        rawData,
        bytes(2),
        bytes(8),
        amount,
        amount,
        (contract, refBytes, refHash, expiration, timestamp) => {
          const [type, value, feeLimit] = contract;
          const raw = {
            contract: [{ parameter: { value, type_url: `type.googleapis.com/protocol.${type}` }, type }],
            ref_block_bytes: refBytes,
            ref_block_hash: refHash,
            expiration,
            timestamp,
            ...(feeLimit === undefined ? {} : { fee_limit: feeLimit }),
          };
          const message = utils.transaction.txJsonToPb({ raw_data: raw });
          const ours = transactionFromJson({ raw_data: raw });
          assert.equal(ours.raw.toString("hex"), utils.transaction.txPbToRawDataHex(message).toLowerCase());
          assert.equal(ours.id, utils.transaction.txPbToTxID(message).replace(/^0x/, ""));
        },
      ),
    );
  });

  it("survives its JSON in both forms of an address, and its bytes", () => {
    fc.assert(
      fc.property(transfer, bytes(65), (value, signature) => {
        const contract = [
          {
            parameter: { value, type_url: "type.googleapis.com/protocol.TransferContract" },
            type: "TransferContract",
          },
        ];
        const first = transactionFromJson({ raw_data: { contract, expiration: 1 }, signature: [signature] });
        for (const visible of [false, true]) {
          const again = transactionFromJson({ ...transactionToJson(first, visible), visible });
          assert.equal(again.id, first.id);
          assert.deepEqual(again.signatures, first.signatures);
        }
        assert.equal(transactionFromBytes(wireBytes(first)).id, first.id);
      }),
    );
  });

  it("takes a visible address as base58check only", () => {
    const owner = toBase58Check(Buffer.from(`41${"11".repeat(20)}`, "hex"));
    const of = (to: string) => {
      const value = { owner_address: owner, to_address: to, amount: 1 };
      const contract = [{ parameter: { value }, type: "TransferContract" }];
      return () => transactionFromJson({ visible: true, raw_data: { contract } });
    };
    assert.doesNotThrow(of(owner));
    assert.throws(of(`${owner.slice(0, -1)}0`), JavaError, /INVALID base58 String, Illegal character 0/);
    assert.throws(
      of(`${owner.slice(0, -1)}${owner.endsWith("1") ? "2" : "1"}`),
      JavaError,
      /"bytes" is null/,
    );
  });

  it("keeps integers beyond 2^53", () => {
    const text = '{"amount":9223372036854775807,"small":5,"float":1.5,"text":"9223372036854775807"}';
    const value = parseJson(text);
    assert.deepEqual(value, { amount: 2n ** 63n - 1n, small: 5, float: 1.5, text: "9223372036854775807" });
    assert.equal(printJson(value), text);
    assert.equal(printSpacedJson({ a: [1n, { b: "c" }] }), '{"a": [1,{"b": "c"}]}');
  });
});
