/** How long a month's distribution and statement take for a million payees. */
import { cpus, loadavg } from "node:os";
import { parseMonth } from "../../offchain/payouts/month.ts";
import { composeStatement } from "../../offchain/payouts/statement.ts";
import { statementBytes, statementHash } from "../../offchain/payouts/statement-text.ts";
import { decodeTronAddress, type TronAddress, tronAddressOf } from "../../offchain/tron-address.ts";
import type { Figure, Measurement } from "./figure.ts";
import { secondsOf } from "./shared/timing.ts";

const PAYEES = 1_000_000;
const GOAL_SECONDS = 10;
/** A million USDT. */
const BUDGET = 10n ** 12n;
/** Credits of an entity are below it. */
const MAX_CREDITS = 100_003;
/** A prime to it, so that ids and credits are spread out, the same in every run. */
const STEP = 2_654_435_761;
const EPOCH_COUNT = 30;

export async function measure(): Promise<Measurement> {
  return { conditions: conditions(), figures: [await measureDistribution()] };
}

function conditions(): Measurement["conditions"] {
  const load = loadavg()[0]?.toFixed(1);
  return {
    cores: `${cpus().length}, ${cpus()[0]?.model ?? "unknown"}, load average ${load}; node ${process.version}`,
  };
}

/** A million entities with credits, and their addresses. */
function payees() {
  const entityIds = Array.from(
    { length: PAYEES },
    (_, place) => `0x${hex((place * STEP) % 2 ** 32, 8)}${hex(place, 32)}`,
  );
  const texts = entityIds.map((entityId) => [entityId, tronAddressOf(entityId)]);
  // Read back from JSON, as from the store: V8 keeps a text that was just put together as a tree of its parts.
  const read: [string, string][] = JSON.parse(JSON.stringify(texts));
  const earned = read.map(([entityId], place) => ({
    entityId,
    credits: BigInt(1 + ((place * STEP) % MAX_CREDITS)),
  }));
  return { earned, texts: read };
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");

/** The row `payouts.distribution1m.seconds`: from credits and addresses to rows, tree and root. */
export async function measureDistribution(): Promise<Figure> {
  const { earned, texts } = payees();
  let addresses = new Map<string, TronAddress>();
  const reading = await secondsOf(() => {
    addresses = new Map(texts.map(([entityId, text]) => [entityId, decodeTronAddress(text)]));
  });
  const month = parseMonth("2026-11");
  if (month === undefined) throw new TypeError("2026-11 is a month");
  const input = {
    month,
    budget: BUDGET,
    minimum: 1n,
    chainId: 1n,
    epochs: Array.from({ length: EPOCH_COUNT }, (_, epoch) => ({ epoch, root: `0x${"5e".repeat(32)}` })),
    addressSlot: 0,
    previous: undefined,
    returned: [],
    earned,
    carriedOver: new Map<string, bigint>(),
    addressOf: (entityId: string) => addresses.get(entityId),
    router: decodeTronAddress(tronAddressOf(`0x${"c0".repeat(20)}`)),
  };
  let composed = composeStatement({ ...input, earned: earned.slice(0, EPOCH_COUNT) });
  const seconds = await secondsOf(() => {
    composed = composeStatement(input);
  });
  const writing = await secondsOf(() => statementHash(statementBytes(composed.statement)));
  return {
    figure: "payouts.distribution1m.seconds",
    value: seconds,
    unit: "s",
    goal: { atMost: GOAL_SECONDS },
    beside: {
      "not counted: decoding the addresses as registrations are read": reading,
      "not counted: the statement's text and its hash": writing,
    },
  };
}
