import { ZeroHash } from "ethers";
import { type MerkleTree, merkleTree } from "../sessions/merkle-tree.ts";
import type { TronAddress } from "../tron-address.ts";
import { type CarryReason, divideBudget, type Earned, settleShares } from "./distribution.ts";
import { PayoutError } from "./errors.ts";
import type { Month } from "./month.ts";
import { payoutIdOf } from "./payout-id.ts";
import { leafBytes } from "./statement-tree.ts";

/** Raised with every change of what a statement holds or how it is computed. */
export const STATEMENT_VERSION = 1;
/** Amounts are Longs in the store. */
const MAX_AMOUNT = 2n ** 63n - 1n;

/** An epoch whose credits are paid, and the root that was attested for it. */
export interface StatementEpoch {
  readonly epoch: number;
  readonly root: string;
}

/** A share of an earlier month that is divided again. */
export interface ReturnedShare {
  readonly payoutId: string;
  readonly month: string;
  readonly entityId: string;
  readonly amount: bigint;
}

/** A payment. `amount` is share + carry, in micro-USDT. */
export interface StatementRow {
  readonly payoutId: string;
  readonly entityId: string;
  /** TRON address. */
  readonly to: string;
  readonly credits: bigint;
  readonly share: bigint;
  /** From earlier months. */
  readonly carry: bigint;
  readonly amount: bigint;
  readonly router: string;
}

/** What is not paid this month: `amount`, which is share + carry, goes into the next one. */
export interface CarriedRow {
  readonly entityId: string;
  readonly credits: bigint;
  readonly share: bigint;
  readonly carry: bigint;
  readonly amount: bigint;
  readonly reason: CarryReason;
}

/** A month's statement. The sum of all shares is the budget and what returned to it. */
export interface Statement {
  readonly month: Month;
  readonly budget: bigint;
  readonly minimum: bigint;
  /** block.chainid of TRON. */
  readonly chainId: bigint;
  readonly epochs: readonly StatementEpoch[];
  /** The slot as of which registrations say where an entity is paid. */
  readonly addressSlot: number;
  /** The statement before this one, and the keccak256 of its file. */
  readonly previous: { readonly month: string; readonly hash: string } | undefined;
  readonly returned: readonly ReturnedShare[];
  /** In the order of entityId: the leaves of the tree. */
  readonly rows: readonly StatementRow[];
  readonly carried: readonly CarriedRow[];
  /** Total of each router's rows. */
  readonly routers: readonly { readonly router: string; readonly total: bigint }[];
  /** Of the tree over the rows; zero where there are none. */
  readonly root: string;
}

/** All that a statement follows from. */
export interface StatementInput
  extends Pick<
    Statement,
    "month" | "budget" | "minimum" | "chainId" | "epochs" | "addressSlot" | "previous" | "returned"
  > {
  /** Credits of the epochs together; each entity once. */
  readonly earned: readonly Earned[];
  /** What the statement before this one carried over, by entityId. */
  readonly carriedOver: ReadonlyMap<string, bigint>;
  readonly addressOf: (entityId: string) => TronAddress | undefined;
  /** PayoutRouterKYC: entities are node workers. */
  readonly router: TronAddress;
}

/** A statement and its tree (OpenZeppelin's SimpleMerkleTree, `sortLeaves: false`); the tree is undefined where nothing is paid. */
export interface ComposedStatement {
  readonly statement: Statement;
  readonly tree: MerkleTree | undefined;
}

/**
 * Computes a month's statement. The same input gives the same statement, to the byte, on every machine.
 *
 * @throws {PayoutError} MONTH_WITHOUT_CREDITS, PAYOUT_AMOUNT_OUT_OF_RANGE
 */
export function composeStatement(input: StatementInput): ComposedStatement {
  const { month, budget, minimum, chainId, epochs, addressSlot, previous, router } = input;
  const returned = input.returned.toSorted((a, b) => (a.payoutId < b.payoutId ? -1 : 1));
  requireAmount("the budget", budget);
  requireAmount("the minimum payment", minimum);
  const divided = dividedBudget({ budget, returned });
  const available = [...input.carriedOver.values()].reduce((sum, amount) => sum + amount, divided);
  requireAmount("what is divided and carried over", available);
  const terms = { minimum, carried: input.carriedOver, addressOf: input.addressOf };
  const rows: StatementRow[] = [];
  const carried: CarriedRow[] = [];
  const leaves: Uint8Array[] = [];
  for (const settled of settleShares(divideMonth(month, divided, input.earned), terms)) {
    const { entityId, credits, share, carry, to, carriedOver: reason } = settled;
    const amount = share + carry;
    if (to === undefined) carried.push({ entityId, credits, share, carry, amount, reason });
    else {
      const payoutId = payoutIdOf(month.period, entityId);
      rows.push({ payoutId, entityId, to: to.base58, credits, share, carry, amount, router: router.base58 });
      leaves.push(leafBytes({ router: router.hex, payoutId, sessionId: ZeroHash, to: to.hex, amount }));
    }
  }
  const tree = rows.length === 0 ? undefined : merkleTree(leaves, leaves.length);
  const total = rows.reduce((sum, { amount }) => sum + amount, 0n);
  const routers = rows.length === 0 ? [] : [{ router: router.base58, total }];
  const root = tree?.root ?? ZeroHash;
  const head = { month, budget, minimum, chainId, epochs, addressSlot, previous, returned };
  return { statement: { ...head, rows, carried, routers, root }, tree };
}

/** @throws {PayoutError} MONTH_WITHOUT_CREDITS */
function divideMonth({ name }: Month, divided: bigint, earned: readonly Earned[]) {
  if (earned.every(({ credits }) => credits === 0n)) {
    throw new PayoutError({ code: "MONTH_WITHOUT_CREDITS", month: name });
  }
  return divideBudget(divided, earned);
}

function requireAmount(what: string, amount: bigint): void {
  if (amount > 0n && amount <= MAX_AMOUNT) return;
  throw new PayoutError({ code: "PAYOUT_AMOUNT_OUT_OF_RANGE", what, amount });
}

/** What a month's credits divide: its budget and what returned to it, in micro-USDT. */
export function dividedBudget({ budget, returned }: Pick<Statement, "budget" | "returned">): bigint {
  return returned.reduce((sum, { amount }) => sum + amount, budget);
}

/** What a router pays of a statement, in micro-USDT; 0 where it pays nothing. */
export function routerTotal({ routers }: Pick<Statement, "routers">, router: string): bigint {
  return routers.find((one) => one.router === router)?.total ?? 0n;
}
