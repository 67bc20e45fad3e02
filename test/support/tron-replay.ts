import { isObject, type Json, parseJson } from "../../devnet/tron/json/parse-json.ts";
import { startTronNode, type TronNodeOptions } from "../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../devnet/tron/tron-node.ts";
import {
  headEvidence,
  type RecordedCall,
  recordedAnswer,
  type Timeline,
  timelineOf,
} from "./tron-recordings.ts";

/** The accounts of the recorded chain's genesis block. */
const RECORDED_ACCOUNTS = [
  { address: "415b678e8b40c04989f7d3787080c3381fae6e0eeb", name: "owner", balance: 10n ** 12n },
  { address: "415e42386340563fa53d2d1131696f26bf8216cb6b", name: "payer", balance: 10n ** 12n },
  { address: "4126da9729c469931a985d621284befd3be4c47679", name: "poor", balance: 2_000_000n },
  { address: "41b917c704324ddef49a6edb93d6fb05be77950d35", name: "fourth", balance: 10n ** 12n },
  { address: "416e5963e987535164f73126875913ca17e7b63dc6", name: "witness", balance: 10n ** 14n },
  { address: "41ef1bd15b5b657f69611b053a6f4fcd7268a50858", name: "Sun", balance: 0n },
  { address: "4177944d19c052b73ee2286823aa83f8138cb7032f", name: "Blackhole", balance: -(2n ** 63n) },
];

/** What the local node answered to a recorded call. */
export interface Replayed {
  readonly call: RecordedCall;
  readonly status: number;
  readonly answerType: string;
  readonly answer: Json;
}

/**
 * Plays recorded calls, byte for byte, to a local node whose blocks have the recorded times, and the recorded ids
 * wherever a transaction refers to one: so that what was signed for the recorded chain is valid on it.
 */
export class Replay implements AsyncDisposable {
  readonly #node: TronNode;
  readonly #timeline: Timeline;
  readonly #lag: number;
  readonly #clock: { now: number };
  /** The head must not be beyond these numbers before these times. */
  readonly #limits: readonly { readonly until: number; readonly most: number }[];
  readonly #snapshots = new Map<number, number>();
  #head = 1;

  private constructor(
    node: TronNode,
    timeline: Timeline,
    lag: number,
    clock: { now: number },
    calls: readonly RecordedCall[],
  ) {
    this.#node = node;
    this.#timeline = timeline;
    this.#lag = lag;
    this.#clock = clock;
    this.#limits = calls
      .map((call) => ({ until: call.t, most: headEvidence(call, timeline, lag).most }))
      .filter(({ most }) => Number.isFinite(most));
  }

  /** @param calls all that are to be played on this chain */
  static async start(calls: readonly RecordedCall[], options: TronNodeOptions = {}): Promise<Replay> {
    const timeline = timelineOf(calls);
    const clock = { now: timeline.times.get(1) ?? 0 };
    const node = await startTronNode({
      ...options,
      blockIntervalMs: 0,
      genesisAccounts: RECORDED_ACCOUNTS,
      blockIds: timeline.ids,
      now: () => clock.now,
    });
    return new Replay(node, timeline, options.witnesses === 27 ? 20 : 2, clock, calls);
  }

  get node(): TronNode {
    return this.#node;
  }

  async play(call: RecordedCall): Promise<Replayed> {
    await this.#mineTo(this.#headAt(call));
    this.#clock.now = builtAt(call) ?? call.t;
    const host = call.path.startsWith("/walletsolidity") ? this.#node.solidityHost : this.#node.fullHost;
    const response = await fetch(host + call.path, {
      method: call.method,
      ...(call.body === undefined
        ? {}
        : { body: call.body, headers: { "content-type": call.contentType ?? "application/json" } }),
    });
    const text = await response.text();
    const answerType = response.headers.get("content-type") ?? "";
    return { call, status: response.status, answerType, answer: parsed(text) };
  }

  /** What a node that is started again has lost: its pending transactions, and the blocks after `head`. */
  async restart(head: number): Promise<void> {
    const snapshot = this.#snapshots.get(head);
    if (head < this.#head && snapshot !== undefined) await this.#node.revert(snapshot);
    this.#head = Math.min(head, this.#head);
    await this.#node.dropPending();
  }

  async #mineTo(head: number): Promise<void> {
    while (this.#head < head) {
      this.#head += 1;
      const time = this.#timeline.times.get(this.#head);
      if (time !== undefined) await this.#node.setTime(time);
      await this.#node.mine();
      this.#snapshots.set(this.#head, await this.#node.snapshot());
    }
  }

  /** As far as the time of the call allows, and what later answers show of the head. */
  #headAt(call: RecordedCall): number {
    const { least } = headEvidence(call, this.#timeline, this.#lag);
    const most = Math.min(...this.#limits.filter(({ until }) => until >= call.t).map(({ most }) => most));
    const due = [...this.#timeline.times].filter(([, time]) => time <= call.t).map(([number]) => number);
    return Math.max(least, Math.min(Math.max(1, ...due), most));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.close();
  }
}

/** The node's clock when it built a transaction. */
function builtAt(call: RecordedCall): number | undefined {
  const answer = recordedAnswer(call);
  if (!isObject(answer)) return undefined;
  const built = isObject(answer.transaction) ? answer.transaction : answer;
  const isBuilt = /\/(create|trigger)\w+$/.test(call.path) && isObject(built.raw_data);
  return isBuilt && isObject(built.raw_data) ? Number(built.raw_data.timestamp) : undefined;
}

function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
