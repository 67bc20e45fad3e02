import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import type { AnchorMode } from "../../offchain/anchoring/anchor.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { makeSessionProof } from "../../offchain/anchoring/make-proof.ts";
import type { SessionProof } from "../../offchain/anchoring/proof-format.ts";
import { recordedSession } from "../../offchain/anchoring/recorded-session.ts";
import type { Verification } from "../../offchain/anchoring/verification.ts";
import { verifySessionProof } from "../../offchain/anchoring/verify-proof.ts";
import { verifySession } from "../../offchain/anchoring/verify-session.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import type { Store } from "../../offchain/store/store.ts";

const SAMPLE = resolve(import.meta.dirname, "../../samples/text-tour.cast");
/** Small enough that the sample has several chunks. */
const CHUNK_BYTES = 8 * 1024;
export const CHAIN_ID = 31337;

interface SealRequest {
  readonly sessionId?: string;
  readonly owner?: Wallet;
  /** @default the data folder of all */
  readonly dataDir?: string;
  readonly startedAt?: number;
}

/** A chain in this process, and sessions that are sealed, anchored, proven and verified on it. */
export class AnchoredSessions implements AsyncDisposable {
  readonly chain: InProcessChain;
  readonly dataDir: string;
  readonly owner = new Wallet(localKey(2));
  readonly #recipient: string;

  private constructor(chain: InProcessChain, dataDir: string, recipient: string) {
    this.chain = chain;
    this.dataDir = dataDir;
    this.#recipient = recipient;
  }

  static async start(hre: HardhatRuntimeEnvironment): Promise<AnchoredSessions> {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-anchored-"));
    return new AnchoredSessions(await startInProcessChain(hre), dataDir, recipient);
  }

  seal({ owner = this.owner, dataDir = this.dataDir, ...rest }: SealRequest = {}): Promise<SealedSession> {
    const recipients = [this.#recipient];
    return sealSession({ source: SAMPLE, dataDir, owner, recipients, chunkBytes: CHUNK_BYTES, ...rest });
  }

  anchor(sessions: readonly SealedSession[], mode: AnchorMode, store = this.chain.store) {
    const { anchors, registrar: signer } = this.chain;
    return anchorSessions({ sessions, mode, signer }, { anchors, store });
  }

  verify({ directory }: Pick<SealedSession, "directory">, confirmations = 1): Promise<Verification> {
    const { anchors, store } = this.chain;
    return verifySession(directory, { anchors, findRecorded: recordsOf(store) }, { confirmations });
  }

  async prove(sealed: SealedSession): Promise<SessionProof> {
    const recorded = await recordedSession(this.chain.store, sealed.manifest.sessionId);
    return await makeSessionProof(sealed, recorded, this.chain.anchors, {
      chainId: CHAIN_ID,
      confirmations: 1,
    });
  }

  /** @param knownContract the address that the verifier was told; null where he was told none */
  check(
    proof: SessionProof,
    knownContract: string | null = this.chain.anchors.address,
    { anchors, store } = this.chain,
  ): Promise<Verification> {
    const options = { knownContract: knownContract ?? undefined, confirmations: 1 };
    return verifySessionProof(proof, { anchors, findRecorded: recordsOf(store) }, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chain[Symbol.asyncDispose]();
    await rm(this.dataDir, { recursive: true });
  }
}

export const recordsOf = (store: Store) => (sessionId: string) => recordedSession(store, sessionId);

/** The codes of a verification's findings, with what they are about. */
export function findingsOf({ findings }: Verification): string[] {
  return findings.map(({ subject, code }) => `${subject} ${code}`);
}
