import { epochOf, slotAt } from "../consensus/slot-time.ts";
import type { LeaderScheduleDocument, PayoutStatus, SessionStatus } from "../store/documents.ts";
import type { EngineDescription } from "../store/engine.ts";
import { eachDocument } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";

/** What the store says about slots, queue and payouts. */
export interface WorkStatus {
  readonly store: EngineDescription;
  /** Unix milliseconds of the store's clock. */
  readonly time: number;
  readonly slot: number;
  readonly epoch: number;
  /** The current slot and the next one; undefined while undecided. */
  readonly decisions: {
    readonly now: LeaderScheduleDocument | undefined;
    readonly next: LeaderScheduleDocument | undefined;
  };
  /** The newest decided slot; undefined where no node ever ran. */
  readonly lastDecided: number | undefined;
  readonly sessions: Readonly<Record<SessionStatus, number>>;
  /** Milliseconds; undefined where nothing is pending. */
  readonly oldestPendingAge: number | undefined;
  /** The month of the newest payout; undefined where there is none. */
  readonly payouts: PayoutMonth | undefined;
}

/** A month's payouts: how many, and how many micro-USDT, by status. */
export interface PayoutMonth {
  readonly month: string;
  readonly byStatus: Readonly<
    Partial<Record<PayoutStatus, { readonly count: number; readonly amount: bigint }>>
  >;
}

/** @throws {StoreError} */
export async function workStatus(store: Store): Promise<WorkStatus> {
  const time = await store.now();
  const slot = slotAt(time);
  const [oldest] = (await store.sessions.byStatus("pending", { limit: 1 })).documents;
  const lastDecided = (await store.leaderSchedule.ends())?.newest;
  return {
    store: store.description,
    time,
    slot,
    epoch: epochOf(slot),
    decisions: {
      now: await store.leaderSchedule.get(slot),
      next: await store.leaderSchedule.get(slot + 1),
    },
    lastDecided: lastDecided === undefined ? undefined : Number(lastDecided),
    sessions: {
      sealed: await store.sessions.countByStatus("sealed"),
      pending: await store.sessions.countByStatus("pending"),
      anchored: await store.sessions.countByStatus("anchored"),
    },
    oldestPendingAge: oldest && time - oldest.created_at,
    payouts: await newestMonth(store),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

async function newestMonth({ payouts }: Store): Promise<PayoutMonth | undefined> {
  const month = await payouts.newestMonth();
  if (month === undefined) return undefined;
  const byStatus: Mutable<PayoutMonth["byStatus"]> = {};
  for await (const { status, usdt_amount: amount } of eachDocument((page) => payouts.byMonth(month, page))) {
    const { count, amount: sum } = byStatus[status] ?? { count: 0, amount: 0n };
    byStatus[status] = { count: count + 1, amount: sum + amount };
  }
  return { month, byStatus };
}
