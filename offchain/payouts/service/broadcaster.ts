import type { BroadcastAnswer } from "../tron/broadcast-answer.ts";
import type { PayoutClock } from "../tron/clock.ts";
import { TronError } from "../tron/errors.ts";
import type { SignedTransaction } from "../tron/signed-transaction.ts";
import type { TronClient } from "../tron-client.ts";

/** A node may lose its peers for a moment; one that has none for so many broadcasts in a row has lost the network. */
const MAX_WITHOUT_PEERS = 5;
/** A node's pool forgets a transaction after 60 s. */
const RESEND_AFTER_MS = 20_000;
/** A busy node is given a moment. */
const RETRY_AFTER_MS = 1_000;

/** Sends signed bytes, and sends the same bytes again. */
export class Broadcaster {
  readonly #tron: TronClient;
  readonly #clock: PayoutClock;
  /** When each transaction may be sent again. */
  readonly #dueAt = new Map<string, number>();
  #withoutPeers = 0;

  constructor(tron: TronClient, clock: PayoutClock) {
    this.#tron = tron;
    this.#clock = clock;
  }

  /** Whether it is time to send a transaction again; at once where another process sent it before. */
  isDue(txid: string): boolean {
    return this.#clock.now() >= (this.#dueAt.get(txid) ?? 0);
  }

  /**
   * Sends a transaction. Whatever the answer, it may be included until it is dead.
   *
   * @throws {TronError} TRON_NODE_WITHOUT_PEERS, TRON_TRANSACTION_REFUSED where a further try would be refused too
   */
  async send({ txid, bytes }: Pick<SignedTransaction, "txid" | "bytes">): Promise<BroadcastAnswer> {
    const answer = await this.#tron.broadcast({ bytes });
    const waitMs = answer.meaning === "accepted" ? RESEND_AFTER_MS : RETRY_AFTER_MS;
    this.#dueAt.set(txid, this.#clock.now() + waitMs);
    this.#withoutPeers = answer.code === "NO_CONNECTION" ? this.#withoutPeers + 1 : 0;
    if (this.#withoutPeers >= MAX_WITHOUT_PEERS) {
      throw new TronError({ code: "TRON_NODE_WITHOUT_PEERS", hosts: this.#tron.fullHosts });
    }
    // One that expired waits for its death; everything else that is refused for good needs a person.
    if (answer.meaning === "refused" && answer.code !== "TRANSACTION_EXPIRATION_ERROR") {
      const { code, message } = answer;
      throw new TronError({ code: "TRON_TRANSACTION_REFUSED", txid, answer: code, message });
    }
    return answer;
  }
}
