import type { TransactionReceipt, Wallet } from "ethers";
import { type LucidAnchors, LucidAnchors__factory } from "../../typechain-types/index.ts";
import { EvmError } from "../evm/errors.ts";
import type { EstimateRequest } from "../evm/gas-estimate.ts";
import type { Session } from "../sessions/session.ts";
import { type BlockRange, ContractClient, firstOf, type Inclusion, inclusionOf } from "./contract-client.ts";
import type { ContractLocation } from "./deployment.ts";
import type { EvmClient } from "./evm-client.ts";

/** EIP-7825 caps a transaction's gas; this many new sessions fit below it. The contract refuses more. */
export const MAX_SESSIONS_PER_BATCH = 500;
/** The contract's bound: a session's proof has at most 20 hashes. */
export const MAX_SESSIONS_PER_TREE = 2 ** 20;

export interface RegisteredSession extends Inclusion {
  readonly session: Session;
}

export interface RegisteredTree extends Inclusion {
  readonly root: string;
  readonly sessionCount: number;
}

export interface ConflictingSession extends Inclusion {
  readonly sessionId: string;
  readonly standing: string;
  readonly offered: string;
}

/**
 * LucidAnchors, typed. Writing needs a signer with REGISTRAR_ROLE, reading nothing.
 *
 * Every method throws ContractError with the custom error's name and values when the contract refuses, and
 * EvmError when the chain cannot be reached.
 */
export class LucidAnchorsClient extends ContractClient<LucidAnchors> {
  constructor(location: ContractLocation, { evm }: { evm: EvmClient }) {
    super("LucidAnchors", LucidAnchors__factory.connect(location.address, evm.provider), location, evm);
  }

  /** Commits one session in a slot of its own. */
  registerSession(signer: Wallet, session: Session): Promise<TransactionReceipt> {
    return this.send(signer, "registerSession", [session.sessionId], fieldsOf(session));
  }

  /** Commits up to MAX_SESSIONS_PER_BATCH sessions; what stands is skipped, a conflict is an event. */
  registerSessions(signer: Wallet, sessions: readonly Session[]): Promise<TransactionReceipt> {
    const ids = sessions.map(({ sessionId }) => sessionId);
    return this.send(signer, "registerSessions", ids, [sessions]);
  }

  /** Commits up to MAX_SESSIONS_PER_TREE sessions by the root of their tree. */
  registerSessionTree(signer: Wallet, root: string, sessionCount: number): Promise<TransactionReceipt> {
    return this.send(signer, "registerSessionTree", [root], [root, sessionCount]);
  }

  /** Gives a session of a registered tree a slot of its own; needs no role. */
  promoteSession(
    signer: Wallet,
    root: string,
    session: Session,
    proof: readonly string[],
  ): Promise<TransactionReceipt> {
    return this.send(signer, "promoteSession", [session.sessionId], [root, session, proof]);
  }

  /** registerSession, for an estimate. */
  describeSession(session: Session): Omit<EstimateRequest, "from"> {
    return this.describe("registerSession", fieldsOf(session));
  }

  /** registerSessions, for an estimate. */
  describeSessions(sessions: readonly Session[]): Omit<EstimateRequest, "from"> {
    return this.describe("registerSessions", [sessions]);
  }

  /** registerSessionTree, for an estimate. */
  describeTree(root: string, sessionCount: number): Omit<EstimateRequest, "from"> {
    return this.describe("registerSessionTree", [root, sessionCount]);
  }

  isRegistered(sessionId: string): Promise<boolean> {
    return this.read("isRegistered", () => this.contract.isRegistered(sessionId));
  }

  /** The commitment in a session's slot; undefined where none stands. */
  async commitmentOf(sessionId: string): Promise<string | undefined> {
    const commitment = await this.read("commitmentOf", () => this.contract.commitmentOf(sessionId));
    return BigInt(commitment) === 0n ? undefined : commitment;
  }

  /** How many sessions a tree was registered with; 0 where none stands under this root. */
  async treeSessionCount(root: string): Promise<number> {
    return Number(await this.read("treeSessionCount", () => this.contract.treeSessionCount(root)));
  }

  /** Whether exactly this session stands in a slot of its own. */
  verifySession(session: Session): Promise<boolean> {
    return this.read("verifySession", () => this.contract.verifySession(session));
  }

  /** Whether exactly this session is part of a registered tree. */
  verifySessionInTree(root: string, session: Session, proof: readonly string[]): Promise<boolean> {
    return this.read("verifySessionInTree", () =>
      this.contract.verifySessionInTree(root, session, [...proof]),
    );
  }

  /** Sessions that got a slot of their own, oldest first, a page of blocks at a time. */
  async *registeredSessions(range: BlockRange = {}, sessionId?: string): AsyncGenerator<RegisteredSession[]> {
    for await (const events of this.events(this.contract.filters.SessionRegistered(sessionId), range)) {
      yield events.map((event) => ({
        session: {
          sessionId: event.args.sessionId,
          manifestHash: event.args.manifestHash,
          startedAt: Number(event.args.startedAt),
          owner: event.args.owner,
          merkleRoot: event.args.merkleRoot,
          chunkCount: Number(event.args.chunkCount),
        },
        ...inclusionOf(event),
      }));
    }
  }

  /** Ids of the sessions that a transaction gave a slot of their own. */
  sessionsIn(receipt: TransactionReceipt): string[] {
    return receipt.logs
      .filter(({ address }) => address === this.address)
      .map((log) => this.contract.interface.parseLog(log))
      .filter((event) => event?.name === "SessionRegistered")
      .map((event) => String(event?.args.sessionId));
  }

  /**
   * Where a session got its slot; undefined where it has none.
   *
   * @throws {EvmError} RPC_FAILED when the session stands and the endpoint does not give its event
   */
  async findRegistration(sessionId: string): Promise<RegisteredSession | undefined> {
    if (!(await this.isRegistered(sessionId))) return undefined;
    return (await firstOf(this.registeredSessions({}, sessionId))) ?? this.#eventMissing("SessionRegistered");
  }

  /** Trees, oldest first, a page of blocks at a time. */
  async *registeredTrees(range: BlockRange = {}, root?: string): AsyncGenerator<RegisteredTree[]> {
    for await (const events of this.events(this.contract.filters.SessionTreeRegistered(root), range)) {
      yield events.map((event) => ({
        root: event.args.root,
        sessionCount: Number(event.args.sessionCount),
        ...inclusionOf(event),
      }));
    }
  }

  /**
   * Where a tree was registered; undefined where none stands under this root.
   *
   * @throws {EvmError} RPC_FAILED when the tree stands and the endpoint does not give its event
   */
  async findTree(root: string): Promise<RegisteredTree | undefined> {
    if ((await this.treeSessionCount(root)) === 0) return undefined;
    return (await firstOf(this.registeredTrees({}, root))) ?? this.#eventMissing("SessionTreeRegistered");
  }

  /** Blocks on top of where something was committed, its own included. */
  async confirmationsOf({ blockNumber }: Pick<Inclusion, "blockNumber">): Promise<number> {
    return (await this.read("confirmations", () => this.evm.provider.getBlockNumber())) - blockNumber + 1;
  }

  /** Contents that batches offered for ids which stood already with others. */
  async *conflicts(range: BlockRange = {}): AsyncGenerator<ConflictingSession[]> {
    for await (const events of this.events(this.contract.filters.SessionConflict(), range)) {
      yield events.map((event) => ({
        sessionId: event.args.sessionId,
        standing: event.args.standing,
        offered: event.args.offered,
        ...inclusionOf(event),
      }));
    }
  }

  #eventMissing(event: string): never {
    const reason = `the chain holds the commitment, but the endpoint gives no ${event} event of it. Ask one that keeps all logs.`;
    throw new EvmError({ code: "RPC_FAILED", action: `a look-up in LucidAnchors ${this.address}`, reason });
  }
}

function fieldsOf({ sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount }: Session) {
  return [sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount] as const;
}
