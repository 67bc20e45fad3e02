/** What the service did, for logs and whoever watches. Amounts in micro-USDT. */
export type PayoutEvent =
  /** Proof or signatures do not hold; it will never be paid. */
  | { readonly kind: "refused"; readonly payoutId: string; readonly reason: string }
  /** `detail` says what is missing, and what to do. */
  | { readonly kind: "held"; readonly payoutId: string; readonly reason: string; readonly detail: string }
  /** What it was held for is gone. */
  | { readonly kind: "freed"; readonly payoutId: string }
  | { readonly kind: "opening"; readonly router: string; readonly root: string; readonly txid: string }
  | {
      readonly kind: "sent";
      readonly txid: string;
      readonly rows: number;
      readonly amount: bigint;
      /** The node's code. */
      readonly answer: string;
    }
  | { readonly kind: "resent"; readonly txid: string; readonly answer: string }
  | { readonly kind: "confirmed"; readonly payoutId: string; readonly txid: string; readonly amount: bigint }
  /** A transaction was solidified; what it burned, in sun. */
  | { readonly kind: "charged"; readonly txid: string; readonly fee: bigint }
  /** It was refused, and is tried again. */
  | { readonly kind: "again"; readonly payoutId: string; readonly error: string }
  | { readonly kind: "failed"; readonly payoutId: string; readonly error: string }
  /** It was never included and never will be; its rows are pending again. */
  | { readonly kind: "dead"; readonly txid: string; readonly rows: number };

export type OnPayoutEvent = (event: PayoutEvent) => void;

/** What a run came to. */
export interface PayoutSummary {
  confirmed: number;
  /** micro-USDT */
  amount: bigint;
  /** Of solidified transactions, in sun. */
  fees: bigint;
  transactions: number;
  held: number;
  freed: number;
  refused: number;
  failed: number;
  dead: number;
}

export const emptySummary = (): PayoutSummary => ({
  ...{ confirmed: 0, amount: 0n, fees: 0n, transactions: 0 },
  ...{ held: 0, freed: 0, refused: 0, failed: 0, dead: 0 },
});

/** Counts an event in a summary. */
export function countEvent(summary: PayoutSummary, event: PayoutEvent): void {
  switch (event.kind) {
    case "confirmed":
      summary.confirmed += 1;
      summary.amount += event.amount;
      break;
    case "charged":
      summary.transactions += 1;
      summary.fees += event.fee;
      break;
    case "held":
    case "freed":
    case "refused":
    case "failed":
    case "dead":
      summary[event.kind] += 1;
      break;
    case "opening":
    case "sent":
    case "resent":
    case "again":
      break;
  }
}
