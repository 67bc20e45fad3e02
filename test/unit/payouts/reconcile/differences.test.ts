import { expect } from "chai";
import {
  type BookedPayout,
  type Books,
  type ChainPayment,
  differencesOf,
} from "../../../../offchain/payouts/reconcile/differences.ts";

const BOOKED: BookedPayout = {
  ...{ payoutId: "0x01", status: "confirmed", error: undefined, router: "TRouter", root: "0xroot" },
  ...{ to: "TPayee", amount: 5n, txid: "aa" },
};
const PAYMENT: ChainPayment = {
  ...{
    payoutId: "0x01",
    router: "TRouter",
    to: "TPayee",
    amount: 5n,
    txid: "aa",
    block: 7,
    at: 21_000,
    isTransferred: true,
  },
};
const CLEAN: Books = {
  documents: [BOOKED],
  payments: [PAYMENT],
  strays: [],
  ledger: new Map([["0x01", { isPaid: true, isVoid: false }]]),
  statements: [{ router: "TRouter", root: "0xroot", paid: 5n }],
};
const codes = (change: Partial<Books>) => differencesOf({ ...CLEAN, ...change }).map(({ code }) => code);
const ledger = (isPaid: boolean, isVoid: boolean) => new Map([["0x01", { isPaid, isVoid }]]);
const NOTHING_PAID = { payments: [], statements: [{ router: "TRouter", root: "0xroot", paid: 0n }] };

describe("the differences between documents, events, transfers and the ledger", () => {
  it("are none where all agree", () => {
    expect(codes({})).to.deep.equal([]);
    const documents = [{ ...BOOKED, status: "held" as const }];
    expect(codes({ documents, ...NOTHING_PAID, ledger: ledger(false, false) })).to.deep.equal([]);
    const voided = [{ ...BOOKED, status: "refused" as const, error: "voided" }];
    expect(codes({ documents: voided, ...NOTHING_PAID, ledger: ledger(false, true) })).to.deep.equal([]);
  });

  const cases: [string, Partial<Books>, string[]][] = [
    ["a confirmed payout that nobody paid", { payments: [] }, ["PAYMENT_MISSING"]],
    ["a payment that is not in the store", { documents: [], statements: [] }, ["PAYMENT_UNKNOWN"]],
    ["a statement that is not in the store", { documents: [], payments: [] }, ["STATEMENT_UNKNOWN"]],
    [
      "a payment of what is not confirmed",
      { documents: [{ ...BOOKED, status: "broadcast" }] },
      ["PAYMENT_UNBOOKED", "STATEMENT_DIFFERS"],
    ],
    ["another amount", { payments: [{ ...PAYMENT, amount: 4n }] }, ["PAYMENT_DIFFERS"]],
    ["another payee", { payments: [{ ...PAYMENT, to: "TThief" }] }, ["PAYMENT_DIFFERS"]],
    ["another router", { payments: [{ ...PAYMENT, router: "TOther" }] }, ["PAYMENT_DIFFERS"]],
    ["another transaction", { payments: [{ ...PAYMENT, txid: "bb" }] }, ["TRANSACTION_DIFFERS"]],
    ["two payments", { payments: [PAYMENT, { ...PAYMENT, txid: "bb" }] }, ["PAYMENT_TWICE"]],
    ["Paid without its Transfer", { payments: [{ ...PAYMENT, isTransferred: false }] }, ["TRANSFER_MISSING"]],
    [
      "a Transfer without Paid",
      { strays: [{ txid: "aa", at: 21_000, to: "TThief", amount: 1n }] },
      ["TRANSFER_UNEXPLAINED"],
    ],
    [
      "paid by the ledger alone",
      { documents: [{ ...BOOKED, status: "held" }], ...NOTHING_PAID },
      ["LEDGER_PAID"],
    ],
    ["not paid by the ledger", { ledger: ledger(false, false) }, ["LEDGER_UNPAID"]],
    [
      "voided by the ledger alone",
      { documents: [{ ...BOOKED, status: "held" }], ...NOTHING_PAID, ledger: ledger(false, true) },
      ["LEDGER_VOID"],
    ],
    [
      "voided in the store alone",
      {
        documents: [{ ...BOOKED, status: "refused", error: "voided" }],
        ...NOTHING_PAID,
        ledger: ledger(false, false),
      },
      ["LEDGER_NOT_VOID"],
    ],
    [
      "another sum at the router",
      { statements: [{ router: "TRouter", root: "0xroot", paid: 6n }] },
      ["STATEMENT_DIFFERS"],
    ],
  ];
  for (const [name, change, expected] of cases) {
    it(`${expected[0]}: ${name}`, () => {
      expect(codes(change)).to.deep.equal(expected);
      for (const { booked, found } of differencesOf({ ...CLEAN, ...change }))
        expect(booked).to.not.equal(found);
    });
  }

  it("name amounts in USDT", () => {
    const strays = [{ txid: "aa", at: 21_000, to: "TThief", amount: 1_500_000n }];
    const statements = [{ router: "TRouter", root: "0xroot", paid: 20_000_000n }];
    const payments = [{ ...PAYMENT, amount: 120_000_000n }];
    expect(
      differencesOf({ ...CLEAN, payments, strays, statements }).map(({ booked, found }) => [booked, found]),
    ).to.deep.equal([
      ["0.000005 USDT to TPayee by TRouter", "120 USDT to TPayee by TRouter"],
      ["nothing", "1.5 USDT to TThief"],
      ["0.000005 USDT of 0xroot at TRouter", "20 USDT"],
    ]);
  });
});
