import { ZeroHash } from "ethers";
import { type LucidCheckpoints, LucidCheckpoints__factory } from "../../../typechain-types/index.ts";
import {
  type BlockRange,
  type ChainReader,
  ContractReader,
  type EventPosition,
  positionOf,
} from "../contract-reader.ts";
import type { ContractLocation } from "../deployment.ts";
import { lucidCheckpoints } from "./descriptor.ts";

/** The event of an attestation. */
export interface Attestation extends EventPosition {
  /** The UTC day, counted from PoOT's genesis. */
  readonly epoch: number;
  /** Root of the epoch's tree, as the attester computed it. */
  readonly root: string;
  /** EIP-55. */
  readonly attester: string;
}

/**
 * What LucidCheckpoints knows, typed. Needs no key, and nothing of what sending needs.
 *
 * Every method throws ContractError where the answer is not that of LucidCheckpoints, and EvmError when the chain cannot
 * be reached.
 */
export class LucidCheckpointsReader extends ContractReader<LucidCheckpoints> {
  constructor(location: ContractLocation, { evm }: { evm: ChainReader }) {
    const contract = LucidCheckpoints__factory.connect(location.address, evm.provider);
    super(lucidCheckpoints.name, contract, location, evm);
  }

  /** The root that an attester attested; undefined where it attested none. */
  async attestationOf(epoch: number, attester: string): Promise<string | undefined> {
    const root = await this.read("attestationOf", () => this.contract.attestationOf(epoch, attester));
    return root === ZeroHash ? undefined : root;
  }

  /** How many attested a root, whether they still have their role or not. */
  async attestationCount(epoch: number, root: string): Promise<number> {
    return Number(await this.read("attestationCount", () => this.contract.attestationCount(epoch, root)));
  }

  /**
   * Attestations, oldest first, a page of blocks at a time. The contract accepts any number for an epoch; numbers
   * beyond 2^53 are not exact here, and are left out.
   *
   * @param epoch whose attestations are wanted. @default every epoch
   */
  async *attestations(range: BlockRange = {}, epoch?: number): AsyncGenerator<Attestation[]> {
    for await (const events of this.events(this.contract.filters.EpochAttested(epoch), range)) {
      yield events
        .filter(({ args }) => args.epoch <= Number.MAX_SAFE_INTEGER)
        .map((event) => ({
          epoch: Number(event.args.epoch),
          root: event.args.root,
          attester: event.args.attester,
          ...positionOf(event),
        }));
    }
  }
}
