import { randomInt } from "node:crypto";
import { providers, TronWeb, utils } from "tronweb";
import { z } from "zod";
import { cutText } from "../cut-text.ts";
import { tronAddressOf } from "../tron-address.ts";
import {
  accountSchema,
  blockInfosSchema,
  blockSchema,
  chainParametersSchema,
  constantCallSchema,
  energyEstimateSchema,
  nodeInfoSchema,
  resourcesSchema,
  type TransactionInfo,
  type TronBlock,
  transactionInfoSchema,
} from "./tron/answers.ts";
import {
  type BroadcastAnswer,
  noAnswer,
  readBroadcastAnswer,
  strongestAnswer,
} from "./tron/broadcast-answer.ts";
import type { PayoutClock } from "./tron/clock.ts";
import { constantBody, requireReturned, type TronCall } from "./tron/constant-call.ts";
import { TronError } from "./tron/errors.ts";
import type { TronAccount, TronPrices } from "./tron/fees.ts";
import { NodePool, type TronNode } from "./tron/node-pool.ts";
import { decodeTransaction, encodeTransaction, type SignedTransaction } from "./tron/signed-transaction.ts";
import { type TransactionFate, transactionFate } from "./tron/transaction-fate.ts";

export type { TronCall } from "./tron/constant-call.ts";

export interface TronClientOptions {
  /** TRON_FULL_HOST: nodes that serve `/wallet`. */
  readonly fullHosts: readonly string[];
  /** TRON_SOLIDITY_HOST: nodes that serve `/walletsolidity`. */
  readonly solidityHosts: readonly string[];
  /** `block.chainid` of the network that is wanted. */
  readonly chainId: bigint;
  /** Whether it is a public network, whose nodes have peers and a head of the present. */
  readonly isPublic: boolean;
  /** Until a transaction expires, in ms. @default 300,000 */
  readonly expirationMs?: number;
  /** Until a request counts as not answered, in ms. @default 20,000 */
  readonly timeoutMs?: number;
}

export interface TronClientModules {
  readonly clock: PayoutClock;
}

/** What is deployed. `code` is bytecode with the constructor's arguments, hex with 0x. */
export interface TronDeployment {
  readonly name: string;
  readonly abi: readonly object[];
  readonly code: string;
}

const EXPIRATION_MS = 300_000;
const TIMEOUT_MS = 20_000;
/** Blocks of 3 s: a head that is older belongs to a node that follows nothing. Clocks may differ as much. */
const MAX_HEAD_AGE_MS = 60_000;
/** Equal transactions of one block would have one txid, and count once. */
const EXPIRATION_SPREAD_MS = 2_000;

/** A client of TRON that builds and signs locally. It gives out signed bytes before anything is sent. */
export class TronClient {
  readonly chainId: bigint;
  readonly isPublic: boolean;
  readonly #tronWeb: TronWeb;
  readonly #full: NodePool;
  readonly #solid: NodePool;
  readonly #expirationMs: number;
  readonly #clock: PayoutClock;
  #lastTimestamp = 0;

  constructor(options: TronClientOptions, { clock }: TronClientModules) {
    const { fullHosts, solidityHosts, chainId, isPublic, timeoutMs = TIMEOUT_MS } = options;
    const nodes = (hosts: readonly string[]) => hosts.map((url) => nodeAt(url, timeoutMs));
    this.chainId = chainId;
    this.isPublic = isPublic;
    this.#full = new NodePool(nodes(fullHosts), chainId, "TRON_FULL_HOST", "wallet");
    this.#solid = new NodePool(nodes(solidityHosts), chainId, "TRON_SOLIDITY_HOST", "walletsolidity");
    this.#expirationMs = options.expirationMs ?? EXPIRATION_MS;
    this.#clock = clock;
    // It builds and signs; everything that is asked of a node goes through the pools.
    this.#tronWeb = new TronWeb({ fullHost: fullHosts[0] as string });
  }

  /**
   * Whether nodes of both kinds answer, belong to the network, and follow it.
   *
   * @throws {TronError} TRON_UNREACHABLE, TRON_WRONG_NETWORK, TRON_NODE_WITHOUT_PEERS, TRON_NODE_BEHIND,
   * TRON_HEAD_IN_FUTURE
   */
  async requireNetwork(): Promise<void> {
    const [head] = await Promise.all([this.head(), this.solidHead()]);
    if (!this.isPublic) return;
    const [first] = await this.#full.askRaw("getnodeinfo", {});
    const info = nodeInfoSchema.safeParse(first && "answer" in first ? first.answer : undefined);
    // Gateways do not answer it, and have many nodes behind them.
    if (info.success && info.data.currentConnectCount === 0) {
      throw new TronError({ code: "TRON_NODE_WITHOUT_PEERS", hosts: this.#full.names });
    }
    this.#requireCurrent(head);
  }

  /**
   * Expirations are counted from the head: one of the past is over at once, one of the future lasts for long.
   *
   * @throws {TronError} TRON_NODE_BEHIND, TRON_HEAD_IN_FUTURE
   */
  #requireCurrent({ timestamp: headAt }: TronBlock): void {
    if (!this.isPublic) return;
    const now = this.#clock.now();
    const host = this.#full.names.join(", ");
    if (now - headAt > MAX_HEAD_AGE_MS) throw new TronError({ code: "TRON_NODE_BEHIND", host, headAt, now });
    if (headAt - now > MAX_HEAD_AGE_MS)
      throw new TronError({ code: "TRON_HEAD_IN_FUTURE", host, headAt, now });
  }

  /** The last block, which may still be replaced. */
  async head(): Promise<TronBlock> {
    return await this.#full.ask("getnowblock", {}, blockSchema);
  }

  /** The last block that nothing replaces. */
  async solidHead(): Promise<TronBlock> {
    return await this.#solid.ask("getnowblock", {}, blockSchema);
  }

  /** Outcomes of the transactions of solidified blocks, from a node whose head is past them. */
  async solidBlocks(numbers: readonly number[]): Promise<TransactionInfo[]> {
    return await this.#solid.askAtHeight(Math.max(...numbers), async (ask) => {
      const ofBlock = (num: number) => ask("gettransactioninfobyblocknum", { num }, blockInfosSchema);
      return (await Promise.all(numbers.map(ofBlock))).flat();
    });
  }

  /** The outcome of a transaction, once it is solidified. */
  async solidified(txid: string): Promise<TransactionInfo | undefined> {
    return await this.#solid.ask("gettransactioninfobyid", { value: txid }, infoOf(txid));
  }

  /**
   * What has become of a transaction: each node is asked for its solidified head, and after that for the transaction.
   *
   * @throws {TronError} TRON_NODES_DISAGREE, TRON_ANSWER_MALFORMED where a node answers with another transaction
   */
  async fate(
    txid: string,
    expiresAt: number,
  ): Promise<Exclude<TransactionFate, { readonly kind: "disputed" }>> {
    const views = await this.#solid.askEach(async (ask, host) => {
      const { timestamp: headTime } = await ask("getnowblock", {}, blockSchema);
      const info = await ask("gettransactioninfobyid", { value: txid }, infoOf(txid));
      return { host, headTime, info };
    });
    const fate = transactionFate(expiresAt, views);
    if (fate.kind !== "disputed") return fate;
    throw new TronError({ code: "TRON_NODES_DISAGREE", txid, hosts: fate.hosts });
  }

  /** What the chain charges now. @throws {TronError} TRON_ANSWER_MALFORMED */
  async prices(): Promise<TronPrices> {
    const parameters = await this.#full.ask("getchainparameters", {}, chainParametersSchema);
    const price = (key: string) => {
      const value = parameters.get(key);
      if (value !== undefined && value > 0) return BigInt(value);
      const host = this.#full.names.join(", ");
      throw new TronError({
        code: "TRON_ANSWER_MALFORMED",
        host,
        call: "wallet/getchainparameters",
        reason: `it has no ${key}`,
      });
    };
    return {
      energy: price("getEnergyFee"),
      bandwidth: price("getTransactionFee"),
      maxFeeLimit: price("getMaxFeeLimit"),
    };
  }

  /** What an account can pay fees with; nothing where it does not exist. */
  async account(address: string): Promise<TronAccount> {
    const named = { address, visible: true };
    const [{ balance }, resources] = await Promise.all([
      this.#full.ask("getaccount", named, accountSchema),
      this.#full.ask("getaccountresource", named, resourcesSchema),
    ]);
    return { balance, ...resources };
  }

  /**
   * Calls without a transaction, in the state of the node, which includes what is pending.
   *
   * @returns hex with 0x, and the energy that it takes
   * @throws {TronError} TRON_CALL_REVERTED, TRON_CONTRACT_ABSENT
   */
  async call(call: TronCall): Promise<{ readonly returned: string; readonly energy: bigint }> {
    return await this.#constant(this.#full, call);
  }

  /** The same in the solidified state. */
  async callSolid(call: TronCall): Promise<string> {
    return (await this.#constant(this.#solid, call)).returned;
  }

  /**
   * Energy that a call takes: what a constant call used, which is exactly what is charged in the same state; estimateenergy
   * where a node does not tell it.
   *
   * @throws {TronError} TRON_CALL_REVERTED, TRON_CONTRACT_ABSENT
   */
  async energyOf(call: TronCall): Promise<bigint> {
    const { energy } = await this.call(call);
    if (energy > 0n) return energy;
    const estimate = await this.#full.ask("estimateenergy", constantBody(call), energyEstimateSchema);
    if (estimate.energy_required !== undefined) return BigInt(estimate.energy_required);
    const reason = "neither a constant call nor estimateenergy tells the energy";
    const host = this.#full.names.join(", ");
    throw new TronError({ code: "TRON_ANSWER_MALFORMED", host, call: "wallet/estimateenergy", reason });
  }

  /**
   * Builds and signs a call. Nothing is sent.
   *
   * @param feeLimit sun
   * @param key private key of the caller, hex
   */
  async signCall(call: TronCall, feeLimit: bigint, key: string): Promise<SignedTransaction> {
    const owner = addressOfKey(key);
    const options = {
      ...{ txLocal: true, input: call.data.slice(2), feeLimit: Number(feeLimit) },
      blockHeader: await this.#header(),
    };
    const built = await this.#tronWeb.transactionBuilder.triggerSmartContract(
      call.contract,
      "",
      options,
      [],
      owner,
    );
    return await this.#sign(built.transaction, key);
  }

  /**
   * Builds and signs a deployment. Nothing is sent.
   *
   * @returns also the address that the contract will have
   */
  async signDeployment(
    { name, abi, code }: TronDeployment,
    feeLimit: bigint,
    key: string,
  ): Promise<SignedTransaction & { readonly contract: string }> {
    const options = {
      name,
      abi: JSON.stringify(abi),
      bytecode: code.slice(2),
      feeLimit: Number(feeLimit),
      blockHeader: await this.#header(),
      rawParameter: "0x",
    };
    const built = await this.#tronWeb.transactionBuilder.createSmartContract(options, addressOfKey(key));
    const contract = tronAddressOf(`0x${(built as { contract_address: string }).contract_address.slice(2)}`);
    return { ...(await this.#sign(built, key)), contract };
  }

  /** Sends exactly these bytes, to every node: the same bytes count once. */
  async broadcast({ bytes }: Pick<SignedTransaction, "bytes">): Promise<BroadcastAnswer> {
    const outcomes = await this.#full.askRaw("broadcasthex", { transaction: bytes });
    const answers = outcomes.map((outcome) =>
      "answer" in outcome ? readBroadcastAnswer(outcome.answer) : noAnswer(outcome.failure),
    );
    return strongestAnswer(answers as [BroadcastAnswer, ...BroadcastAnswer[]]);
  }

  get fullHosts(): string[] {
    return this.#full.names;
  }

  /** Refers to the solidified block, which every node knows and no fork replaces. */
  async #header() {
    const [head, solid] = await Promise.all([this.head(), this.solidHead()]);
    this.#requireCurrent(head);
    this.#lastTimestamp = Math.max(this.#lastTimestamp + 1, this.#clock.now());
    return {
      ref_block_bytes: solid.number.toString(16).slice(-4).padStart(4, "0"),
      ref_block_hash: solid.id.slice(16, 32),
      expiration: head.timestamp + this.#expirationMs + randomInt(EXPIRATION_SPREAD_MS),
      timestamp: this.#lastTimestamp,
    };
  }

  async #sign(
    transaction: Parameters<TronWeb["trx"]["sign"]>[0] & object,
    key: string,
  ): Promise<SignedTransaction> {
    const signed = await this.#tronWeb.trx.sign(transaction, key.replace(/^0x/, ""));
    const [signature = ""] = signed.signature;
    const bytes = encodeTransaction(signed.raw_data_hex, signature.replace(/^0x/, "").toLowerCase());
    return { txid: signed.txID, bytes, expiresAt: signed.raw_data.expiration };
  }

  async #constant(pool: NodePool, call: TronCall) {
    const answer = await pool.ask("triggerconstantcontract", constantBody(call), constantCallSchema);
    requireReturned(answer, call);
    return { returned: `0x${answer.constant_result[0] ?? ""}`, energy: BigInt(answer.energy_used) };
  }
}

/** What a signed call says, read from its bytes. */
export interface ReadCall {
  readonly txid: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
  readonly owner: string;
  readonly contract: string;
  /** hex with 0x */
  readonly data: string;
}

/**
 * Reads the bytes of a signed call.
 *
 * @throws {TronError} TRON_TRANSACTION_MALFORMED
 */
export function readSignedCall(bytes: string): ReadCall {
  const { rawData, txid } = decodeTransaction(bytes);
  try {
    const raw = rawCallSchema.parse(
      utils.deserializeTx.deserializeTransaction("TriggerSmartContract", rawData),
    );
    const { owner_address, contract_address, data } = raw.contract[0].parameter.value;
    return {
      txid,
      expiresAt: raw.expiration,
      owner: tronAddressOf(`0x${owner_address.slice(2)}`),
      contract: tronAddressOf(`0x${contract_address.slice(2)}`),
      data: `0x${data.toLowerCase()}`,
    };
  } catch (cause) {
    const reason = cutText(cause instanceof Error ? cause.message : String(cause));
    throw new TronError({ code: "TRON_TRANSACTION_MALFORMED", reason }, { cause });
  }
}

/** The outcome of this transaction, and of no other. */
const infoOf = (txid: string) =>
  transactionInfoSchema.refine((info) => info === undefined || info.txid === txid, {
    error: (issue) => `it is about ${(issue.input as TransactionInfo).txid}, not ${txid}`,
  });

const address = z.string().regex(/^41[0-9a-fA-F]{40}$/);
const rawCallSchema = z.looseObject({
  expiration: z.int().positive(),
  contract: z.tuple([
    z.looseObject({
      parameter: z.looseObject({
        value: z.looseObject({ owner_address: address, contract_address: address, data: z.string() }),
      }),
    }),
  ]),
});

/** The address of a private key, in base58check. @param key hex */
export function addressOfKey(key: string): string {
  return TronWeb.address.fromPrivateKey(key.replace(/^0x/, "")) as string;
}

/** @param url of TRON_FULL_HOST or TRON_SOLIDITY_HOST */
function nodeAt(url: string, timeoutMs: number): TronNode {
  const provider = new providers.HttpProvider(url, timeoutMs);
  return {
    name: new URL(url).origin,
    post: async (path, body) => await provider.request(path, body, "post"),
  };
}
