import type { z } from "zod";
import { cutText } from "../../cut-text.ts";
import { blockSchema } from "./answers.ts";
import { TronError } from "./errors.ts";

/** A node's HTTP interface. */
export interface TronNode {
  /** Its URL without a path, which may hold a key. */
  readonly name: string;
  /** @throws where there is no answer, or not one with status 200 */
  post(path: string, body: object): Promise<unknown>;
}

/** The low four bytes of the genesis id, which is `block.chainid`. */
const CHAIN_ID_DIGITS = 8;

/** Whether a node does not answer, as opposed to answering something that nobody expects. */
class NodeUnavailable extends Error {}

/**
 * Nodes of one kind, in order of preference. Each is asked for its genesis block before anything else, so that none of
 * another network is ever used.
 */
export class NodePool {
  readonly #nodes: readonly TronNode[];
  readonly #chainId: bigint;
  readonly #setting: string;
  readonly #prefix: string;
  readonly #checked = new Set<TronNode>();
  /** The one that answered last is asked first. */
  #preferred = 0;

  /**
   * @param setting in which the nodes are named, for errors
   * @param prefix `wallet` or `walletsolidity`
   */
  constructor(nodes: readonly TronNode[], chainId: bigint, setting: string, prefix: string) {
    this.#nodes = nodes;
    this.#chainId = chainId;
    this.#setting = setting;
    this.#prefix = prefix;
  }

  get names(): string[] {
    return this.#nodes.map(({ name }) => name);
  }

  /**
   * The answer of the first node that gives one.
   *
   * @throws {TronError} TRON_UNREACHABLE, TRON_WRONG_NETWORK, TRON_ANSWER_MALFORMED
   */
  async ask<Schema extends z.ZodType>(call: string, body: object, schema: Schema): Promise<z.infer<Schema>> {
    return await this.#first((node) => this.#askNode(node, call, body, schema));
  }

  async #first<Answer>(question: (node: TronNode) => Promise<Answer>): Promise<Answer> {
    const failures: string[] = [];
    for (let offset = 0; offset < this.#nodes.length; offset += 1) {
      const place = (this.#preferred + offset) % this.#nodes.length;
      const node = this.#nodes[place] as TronNode;
      try {
        const answer = await question(node);
        this.#preferred = place;
        return answer;
      } catch (error) {
        if (!(error instanceof NodeUnavailable)) throw error;
        failures.push(error.message);
      }
    }
    throw this.#unreachable(failures);
  }

  /**
   * Answers of the first node that gives them and whose head is at least at a block: one that lags has no answer for
   * later blocks, which looks as if they were empty.
   *
   * @throws {TronError} TRON_UNREACHABLE, TRON_WRONG_NETWORK, TRON_ANSWER_MALFORMED
   */
  async askAtHeight<Answer>(
    block: number,
    questions: (ask: NodeQuestion) => Promise<Answer>,
  ): Promise<Answer> {
    return await this.#first(async (node) => {
      const { number } = await this.#askNode(node, "getnowblock", {}, blockSchema);
      if (number < block) {
        throw new NodeUnavailable(`${node.name}: its head is block ${number}, before block ${block}`);
      }
      return await questions((call, body, schema) => this.#askNode(node, call, body, schema));
    });
  }

  /**
   * What each node makes of several questions, asked one after the other of the same node; nodes that do not answer are
   * left out.
   *
   * @throws {TronError} TRON_UNREACHABLE where none answers
   */
  async askEach<Answer>(questions: (ask: NodeQuestion, host: string) => Promise<Answer>): Promise<Answer[]> {
    const failures: string[] = [];
    const answers: Answer[] = [];
    for (const node of this.#nodes) {
      try {
        answers.push(
          await questions((call, body, schema) => this.#askNode(node, call, body, schema), node.name),
        );
      } catch (error) {
        if (!(error instanceof NodeUnavailable)) throw error;
        failures.push(error.message);
      }
    }
    if (answers.length === 0) throw this.#unreachable(failures);
    return answers;
  }

  /** What each node answers, or why it does not, as it is. */
  async askRaw(
    call: string,
    body: object,
  ): Promise<({ readonly answer: unknown } | { readonly failure: string })[]> {
    const outcomes: ({ answer: unknown } | { failure: string })[] = [];
    for (const node of this.#nodes) {
      try {
        await this.#requireNetwork(node);
        outcomes.push({ answer: await node.post(this.#path(call), body) });
      } catch (error) {
        if (error instanceof TronError) throw error;
        outcomes.push({ failure: reasonOf(error) });
      }
    }
    return outcomes;
  }

  async #askNode<Schema extends z.ZodType>(
    node: TronNode,
    call: string,
    body: object,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    await this.#requireNetwork(node);
    return await this.#read(node, call, body, schema);
  }

  async #read<Schema extends z.ZodType>(
    node: TronNode,
    call: string,
    body: object,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    let answer: unknown;
    try {
      answer = await node.post(this.#path(call), body);
    } catch (cause) {
      throw new NodeUnavailable(`${node.name}: ${reasonOf(cause)}`, { cause });
    }
    // With status 200: a limit of requests, an exception inside the node, or a request that it cannot read.
    if (isFailure(answer)) throw new NodeUnavailable(`${node.name}: ${cutText(answer.Error)}`);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const reason = cutText(
      parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    );
    throw new TronError({ code: "TRON_ANSWER_MALFORMED", host: node.name, call: this.#path(call), reason });
  }

  /** @throws {TronError} TRON_WRONG_NETWORK */
  async #requireNetwork(node: TronNode): Promise<void> {
    if (this.#checked.has(node)) return;
    const { id } = await this.#read(node, "getblockbynum", { num: 0 }, blockSchema);
    const found = BigInt(`0x${id.slice(-CHAIN_ID_DIGITS)}`);
    if (found !== this.#chainId) {
      throw new TronError({ code: "TRON_WRONG_NETWORK", host: node.name, expected: this.#chainId, found });
    }
    this.#checked.add(node);
  }

  #path(call: string): string {
    return `${this.#prefix}/${call}`;
  }

  #unreachable(failures: readonly string[]): TronError {
    const reason = failures.join("; ");
    return new TronError({ code: "TRON_UNREACHABLE", setting: this.#setting, hosts: this.names, reason });
  }
}

/** A question to one node. */
export type NodeQuestion = <Schema extends z.ZodType>(
  call: string,
  body: object,
  schema: Schema,
) => Promise<z.infer<Schema>>;

function isFailure(answer: unknown): answer is { readonly Error: string } {
  return (
    typeof answer === "object" && answer !== null && "Error" in answer && typeof answer.Error === "string"
  );
}

const reasonOf = (error: unknown) => cutText(error instanceof Error ? error.message : String(error));
