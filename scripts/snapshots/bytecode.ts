import { getBytes, hexlify, keccak256 } from "ethers";
import type { Artifact } from "hardhat/types/artifacts";

/** What is deployed and therefore measured; the smallest print of a contract that a review can hold on to. */
export interface MeasuredBytecode {
  /** Bytes of runtime code; EIP-170 allows 24,576. */
  readonly runtimeBytes: number;
  /** Bytes of creation code without its arguments. */
  readonly creationBytes: number;
  /** keccak256 of the runtime code, its immutables zero. */
  readonly runtimeHash: string;
}

/** The contracts of the On-System chain. */
export const ON_SYSTEM_CONTRACTS = ["LucidAnchors", "LucidChunkStore", "LucidCheckpoints"] as const;

/** The contracts on TRON. */
export const TRON_CONTRACTS = ["PayoutLedger", "PayoutRouterV0", "PayoutRouterKYC"] as const;

export const MEASURED_CONTRACTS = [...ON_SYSTEM_CONTRACTS, ...TRON_CONTRACTS] as const;

/** Where the figures are kept, from the root. In a subfolder, because Hardhat treats snapshots/*.json as its own. */
export const BYTECODE_SNAPSHOT = "snapshots/bytecode/contracts.json";

/** Runtime code with its immutables zero: what two deployments with other arguments have in common. */
export function maskImmutables(runtime: string, artifact: Artifact): string {
  const code = getBytes(runtime);
  for (const { start, length } of Object.values(artifact.immutableReferences ?? {}).flat()) {
    code.fill(0, start, start + length);
  }
  return hexlify(code);
}

/** Sizes and hash of an artifact's code. */
export function measureBytecode(artifact: Artifact): MeasuredBytecode {
  const runtime = maskImmutables(artifact.deployedBytecode, artifact);
  return {
    runtimeBytes: getBytes(runtime).length,
    creationBytes: getBytes(artifact.bytecode).length,
    runtimeHash: keccak256(runtime),
  };
}
