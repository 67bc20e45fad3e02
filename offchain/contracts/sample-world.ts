import { getAddress, id, keccak256, toBeHex, ZeroHash } from "ethers";
import {
  LucidAnchors__factory,
  LucidCheckpoints__factory,
  LucidChunkStore__factory,
} from "../../typechain-types/index.ts";
import type { ChainProvider } from "../evm/chain-provider.ts";
import type { SampleCall, StateOverride } from "../evm/gas/sample-call.ts";
import { abiWords } from "../sessions/abi-words.ts";
import type { Session } from "../sessions/session.ts";

/** Words of an account's storage by their slots. */
export type Storage = Readonly<Record<string, string>>;

/** Unused accounts: what is simulated at them cannot be mistaken for anything on the chain. */
const addressOf = (name: string) => getAddress(`0x${id(`lucid sample ${name}`).slice(-40)}`);
export const SENDER = addressOf("sender");
export const ANCHORS = addressOf("anchors");
export const CHUNK_STORE = addressOf("chunk store");
export const CHECKPOINTS = addressOf("checkpoints");
/** An arbitrary hash, for content that no sample depends on. */
export const sampleHash = (name: string) => id(`lucid sample ${name}`);

/** Storage slots of OpenZeppelin's AccessControl and Pausable, which come before a contract's own storage. */
const ROLES_PLACE = 0;
const PAUSED_PLACE = 1;
export const YES = toBeHex(1, 32);

/** The storage slot of a mapping's entry: `place` is the slot of the mapping, or of a mapping within one. */
export function placeOf(key: string | number, mapping: string | number): string {
  return keccak256(abiWords(key, mapping));
}

/** Storage in which an account has a role. */
export function roleHeld(role: string, account: string): Storage {
  return { [placeOf(account, placeOf(role, ROLES_PLACE))]: YES };
}

/** Storage of a contract that is paused. */
export const PAUSED: Storage = { [toBeHex(PAUSED_PLACE, 32)]: YES };

/** A proof of sample siblings and the root to which it leads, with pairs sorted as in OpenZeppelin's MerkleProof. */
export function underSiblings(leaf: string, count: number): { root: string; proof: string[] } {
  const proof = Array.from({ length: count }, (_, i) => sampleHash(`sibling ${i}`));
  return { proof, root: proof.reduce(pairHash, leaf) };
}

export const pairHash = (a: string, b: string) => keccak256(a < b ? a + b.slice(2) : b + a.slice(2));

/** A sample session. */
export function sampleSession(name: string, merkleRoot = sampleHash(`root of ${name}`)): Session {
  return {
    sessionId: `${sampleHash(`id of ${name}`).slice(0, 34)}${"00".repeat(16)}`,
    manifestHash: sampleHash(`manifest of ${name}`),
    startedAt: 1_767_225_600,
    owner: addressOf(`owner of ${name}`),
    merkleRoot,
    chunkCount: 2 ** 20,
  };
}

/** Code of the contracts, by the names of their storage in a call. */
interface Codes {
  readonly anchors: string;
  readonly chunkStore: string;
  readonly checkpoints?: string;
}

/** The contracts as they would be on a chain, whether they are deployed there or not. */
export class SampleWorld {
  readonly #codes: Codes;

  private constructor(codes: Codes) {
    this.#codes = codes;
  }

  /** Asks the chain for the code that our constructors return. @throws what the node answers */
  static async build(provider: ChainProvider): Promise<SampleWorld> {
    const [anchors, chunkStore] = await Promise.all([
      constructed(provider, LucidAnchors__factory.bytecode, [SENDER]),
      constructed(provider, LucidChunkStore__factory.bytecode, [ANCHORS, SENDER]),
    ]);
    return new SampleWorld({ anchors, chunkStore });
  }

  /**
   * The same with LucidCheckpoints, whose constructor calls LucidAnchors: this needs a node that supports state
   * overrides.
   *
   * @throws what the node answers
   */
  async withCheckpoints(provider: ChainProvider): Promise<SampleWorld> {
    const state = { [ANCHORS]: { code: this.#codes.anchors } };
    const checkpoints = await constructed(provider, LucidCheckpoints__factory.bytecode, [ANCHORS], state);
    return new SampleWorld({ ...this.#codes, checkpoints });
  }

  /** A call of the sender, who is the admin of LucidAnchors and LucidChunkStore. */
  call(
    to: string,
    { data, items }: Pick<SampleCall, "data" | "items">,
    storage: { readonly anchors?: Storage; readonly chunkStore?: Storage },
  ): SampleCall {
    const { anchors, chunkStore, checkpoints } = this.#codes;
    const admin = roleHeld(ZeroHash, SENDER);
    const state: StateOverride = {
      [ANCHORS]: { code: anchors, stateDiff: { ...admin, ...storage.anchors } },
      [CHUNK_STORE]: { code: chunkStore, stateDiff: { ...admin, ...storage.chunkStore } },
      ...(checkpoints !== undefined && { [CHECKPOINTS]: { code: checkpoints } }),
    };
    return { from: SENDER, to, data, items, state };
  }
}

/** The code that a constructor returns. */
async function constructed(
  provider: ChainProvider,
  bytecode: string,
  args: readonly string[],
  state?: StateOverride,
): Promise<string> {
  const call = { from: SENDER, data: bytecode + abiWords(...args).toString("hex") };
  return String(await provider.send("eth_call", [call, "latest", ...(state === undefined ? [] : [state])]));
}
